# SPDX-License-Identifier: Apache-2.0
"""boto3 against a real moto server; see moto_server.py for what is moto's and what is not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from moto_server import BUCKET, amazon
from speech_servers import Listener, Reply, fixed, served, variable

from stresstest.recognizers import Transcript

LIBRARIES = ("boto3", "botocore")
XML = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{}</Code><Message>{}</Message></Error>'
REPLIES = {
    "refused": Reply(403, XML.format("AccessDenied", "Access Denied").encode()),
    "rate_limited": Reply(400, XML.format("ThrottlingException", "Rate exceeded").encode()),
    "unavailable": Reply(503, XML.format("ServiceUnavailable", "Please try later").encode()),
    "timeout": Reply(held=True),
}


@contextmanager
def heard(hear: Callable[[bytes], Transcript]) -> Iterator[dict[str, Any]]:
    pytest.importorskip("boto3", reason="needs the extra aws: pip install 'stresstest[aws]'")
    pytest.importorskip("moto", reason="needs moto: pip install 'moto[s3]' flask flask-cors")
    with amazon(hear) as (address, _):
        yield {"bucket": BUCKET, "endpoint": address}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    with heard(Listener().hear) as options:
        yield options


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    with heard(fixed(text)) as options:
        yield options


@contextmanager
def replies(reply: Reply, folder: Path) -> Iterator[dict[str, Any]]:
    pytest.importorskip("boto3", reason="needs the extra aws: pip install 'stresstest[aws]'")
    with (
        served(lambda request: reply) as address, variable("AWS_ACCESS_KEY_ID", "testing"),
        variable("AWS_SECRET_ACCESS_KEY", "testing-secret"), variable("AWS_DEFAULT_REGION", "eu-west-1"),
    ):  # fmt: skip
        yield {"bucket": BUCKET, "endpoint": address, "tries": 1, "timeout_s": 0.5 if reply.held else 60.0}


@contextmanager
def garbled(folder: Path) -> Iterator[dict[str, Any]]:
    """A transcript file that is none."""

    def hear(file: bytes) -> Transcript:
        return Transcript(None)  # type: ignore[arg-type]

    with heard(hear) as options:
        yield {**options, "tries": 1}


FAULTS = {"bad_output": garbled, **{kind: partial(replies, reply) for kind, reply in REPLIES.items()}}
