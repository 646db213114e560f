# SPDX-License-Identifier: Apache-2.0
"""The official client against a local gRPC server of the published messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from google_server import Answer, aborting, google_server, hearing
from speech_servers import Listener, fixed

LIBRARIES = ("google.cloud.speech_v2", "grpc")


@contextmanager
def against(answer: Answer, **options: Any) -> Iterator[dict[str, Any]]:
    pytest.importorskip("google.cloud.speech_v2", reason="needs the extra google: pip install 'stresstest[google]'")
    with google_server(answer) as address:
        yield {"endpoint": address, "project": "here", **options}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    with against(hearing(Listener().hear)) as options:
        yield options


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    with against(hearing(fixed(text))) as options:
        yield options


@contextmanager
def fails(code: str, folder: Path) -> Iterator[dict[str, Any]]:
    with against(aborting(code), tries=1, timeout_s=0.3 if code == "DEADLINE_EXCEEDED" else 60.0) as options:
        yield options


FAULTS = {
    "refused": partial(fails, "PERMISSION_DENIED"),
    "rate_limited": partial(fails, "RESOURCE_EXHAUSTED"),
    "unavailable": partial(fails, "UNAVAILABLE"),
    "timeout": partial(fails, "DEADLINE_EXCEEDED"),
}
