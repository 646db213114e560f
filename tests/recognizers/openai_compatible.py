# SPDX-License-Identifier: Apache-2.0
"""The official client against PocketSphinx behind a local server."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openai_server import openai_service
from speech_servers import FAULTS as REPLIES
from speech_servers import Listener, Reply, Service, fixed, served

LIBRARIES = ("openai", "httpx2")


@contextmanager
def against(service: Service, **options: Any) -> Iterator[dict[str, Any]]:
    pytest.importorskip("openai", reason="needs the extra openai: pip install 'stresstest[openai]'")
    with served(service) as address:
        yield {"base_url": f"{address}/v1", "model": "pocketsphinx", **options}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    with against(openai_service(Listener().hear)) as options:
        yield options


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    with against(openai_service(fixed(text))) as options:
        yield options


@contextmanager
def replies(reply: Reply, folder: Path) -> Iterator[dict[str, Any]]:
    with against(lambda request: reply, tries=1, timeout_s=0.2 if reply.held else 60.0) as options:
        yield options


FAULTS = {kind: partial(replies, reply) for kind, reply in REPLIES.items()}
