# SPDX-License-Identifier: Apache-2.0
"""A stream is signed as AWS checks it, sent at the pace of speech, and read to its final results."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from amazon_stream import Talk, event, hearing, stream_server
from speech_servers import Reply, Still, served, variable

from stresstest.audio import Waveform
from stresstest.recognizers import Failure, Transcript, Word
from stresstest.recognizers.amazon_transcribe_streaming import PATH, AmazonTranscribeStreaming

for library in ("boto3", "websockets"):
    pytest.importorskip(library, reason="needs the extra aws: pip install 'stresstest[aws]'")
WAVE = Waveform(np.linspace(-0.1, 0.1, 16000, dtype=np.float32), 16000)
HEARD = Transcript("one two", words=(Word("one", 0.0, 0.25), Word("two", 0.5, 0.75)))


def answered(address: str, **options: Any) -> tuple[Transcript | Failure, Still]:
    made = AmazonTranscribeStreaming(endpoint=address, **options)
    made.clock = clock = Still()
    made.open()
    try:
        return made.transcribe([WAVE])[0], clock
    finally:
        made.close()


def test_final_results_alone_are_kept_and_audio_is_sent_at_the_pace_of_speech() -> None:
    with stream_server(hearing(lambda file: HEARD)) as address:
        answer, clock = answered(address)
    words = (Word("one", 0.0, 0.25, 0.75), Word("two", 0.5, 0.75, 0.75))
    assert answer == Transcript("one two", 0.75, words)
    assert sum(clock.waits) == pytest.approx(WAVE.seconds)


def test_what_the_service_gets_is_the_pcm_that_the_results_name() -> None:
    got: list[bytes] = []

    def keep(socket: Any, pcm: bytes, query: dict[str, list[str]], stopping: threading.Event) -> None:
        got.append(pcm)
        socket.send(event({"Transcript": {"Results": []}}))

    with stream_server(keep) as address:
        answer, _ = answered(address)
    assert answer == Transcript("")
    assert hashlib.sha256(got[0]).hexdigest() == WAVE.pcm16_sha256()


def test_the_signature_is_that_of_aws_signature_version_4() -> None:
    """Recomputed from the published algorithm ("Create a signed AWS API request")."""
    queries: list[dict[str, list[str]]] = []
    with stream_server(hearing(lambda file: HEARD), queries) as address:
        answered(address, vocabulary="ward")
    query = {name: value[0] for name, value in queries[0].items()}
    host, signature = query.pop("host"), query.pop("X-Amz-Signature")
    asked = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))
    canonical = f"GET\n{PATH}\n{asked}\nhost:{host}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
    _, day, *scope = query["X-Amz-Credential"].split("/")
    assert scope == ["us-east-1", "transcribe", "aws4_request"]
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            query["X-Amz-Date"],
            "/".join([day, *scope]),
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = b"AWS4testing-secret-of-amazon"
    for part in (day, *scope, text):
        key = hmac.digest(key, part.encode(), "sha256")
    assert key.hex() == signature


def hangs_up(socket: Any, pcm: bytes, query: dict[str, list[str]], stopping: threading.Event) -> None:
    socket.close(1011, "out of order")


@pytest.mark.parametrize(("talk", "kind"), [(hangs_up, "unavailable")])
def test_a_stream_that_breaks_is_no_empty_text(talk: Talk, kind: str) -> None:
    with stream_server(talk) as address:
        answer, _ = answered(address, tries=2)
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.message.endswith("(2 tries)")) == (kind, True)


@contextmanager
def planted() -> Iterator[str]:
    secret = "planted/Secret/Key/of/Amazon/0123456789ab"
    with (
        variable("AWS_ACCESS_KEY_ID", "testing-access-key"), variable("AWS_SECRET_ACCESS_KEY", secret),
        variable("AWS_DEFAULT_REGION", "us-east-1"),
    ):  # fmt: skip
        yield secret


def test_a_refused_handshake_is_refused_in_its_words_and_shows_no_key() -> None:
    with planted() as secret:
        said = {"Message": f"The security token testing-access-key of {secret} is invalid."}
        with served(lambda request: Reply.json(said, 403)) as address:
            answer, _ = answered(address)
    assert isinstance(answer, Failure)
    assert answer.kind == "refused"
    assert "The security token (redacted) of (redacted) is invalid" in answer.message
