# SPDX-License-Identifier: Apache-2.0
"""The WebSocket of Amazon Transcribe against a local server that speaks AWS's documented frames."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from amazon_stream import Talk, hearing, refusing, stream_server
from speech_servers import Listener, fixed

LIBRARIES = ("boto3", "botocore", "websockets")


@contextmanager
def against(talk: Talk, **options: Any) -> Iterator[dict[str, Any]]:
    for library in ("boto3", "websockets"):
        pytest.importorskip(library, reason="needs the extra aws: pip install 'stresstest[aws]'")
    with stream_server(talk) as address:
        yield {"endpoint": address, "speed": 10000.0, **options}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    with against(hearing(Listener().hear)) as options:
        yield options


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    with against(hearing(fixed(text))) as options:
        yield options


@contextmanager
def failing(talk: Talk, folder: Path, **options: Any) -> Iterator[dict[str, Any]]:
    with against(talk, tries=1, **options) as made:
        yield made


def silent(socket: Any, pcm: bytes, query: dict[str, list[str]], stopping: threading.Event) -> None:
    stopping.wait()


def garbled(socket: Any, pcm: bytes, query: dict[str, list[str]], stopping: threading.Event) -> None:
    socket.send(b"\x00\x00\x00\x20\x00\x00\x00\x00" + b"no frame at all, and a bad sum")


FAULTS = {
    "refused": partial(failing, refusing("BadRequestException")),
    "rate_limited": partial(failing, refusing("LimitExceededException")),
    "unavailable": partial(failing, refusing("ServiceUnavailableException")),
    "timeout": partial(failing, silent, timeout_s=0.3),
    "bad_output": partial(failing, garbled),
}
