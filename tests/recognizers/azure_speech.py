# SPDX-License-Identifier: Apache-2.0
"""Microsoft's client against a local server of the published schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from speech_servers import FAULTS as REPLIES
from speech_servers import Listener, Reply, Service, fixed, served, variable
from vendor_servers import KEY, azure_service

LIBRARIES = ("azure.ai.transcription", "azure.core")


@contextmanager
def against(service: Service, **options: Any) -> Iterator[dict[str, Any]]:
    pytest.importorskip("azure.ai.transcription", reason="needs the extra azure: pip install 'stresstest[azure]'")
    with served(service) as address, variable("AZURE_SPEECH_KEY", KEY):
        yield {"endpoint": address, **options}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    with against(azure_service(Listener().hear)) as options:
        yield options


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    with against(azure_service(fixed(text))) as options:
        yield options


@contextmanager
def replies(reply: Reply, folder: Path) -> Iterator[dict[str, Any]]:
    with against(lambda request: reply, tries=1, timeout_s=0.2 if reply.held else 60.0) as options:
        yield options


FAULTS = {kind: partial(replies, reply) for kind, reply in REPLIES.items()}
