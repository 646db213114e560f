# SPDX-License-Identifier: Apache-2.0
"""Jobs are asked after with growing patience, found again after a kill, and cleared away; keys come from the chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from moto_server import BUCKET, SECRET_KEY, amazon
from speech_servers import Still

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers import Failure, Transcript, Word
from stresstest.recognizers._amazon import BILLED_AT_LEAST_S
from stresstest.recognizers.amazon_transcribe import FIRST_LOOK_S, LATER, AmazonTranscribe

pytest.importorskip("boto3", reason="needs the extra aws: pip install 'stresstest[aws]'")
pytest.importorskip("moto", reason="needs moto: pip install 'moto[s3]' flask flask-cors")
WAVE = Waveform(np.linspace(-0.1, 0.1, 16000, dtype=np.float32), 16000)
HEARD = Transcript("one two", words=(Word("one", 0.0, 0.25), Word("two", 0.5, 0.75)))


@contextmanager
def opened(address: str, **options: Any) -> Iterator[AmazonTranscribe]:
    made = AmazonTranscribe(bucket=BUCKET, endpoint=address, **options)
    made.clock = Still()
    made.open()
    try:
        yield made
    finally:
        made.close()


def keys(store: Any) -> list[str]:
    return [found["Key"] for found in store.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_job_is_waited_for_read_and_cleared_away() -> None:
    with amazon(lambda file: HEARD, "manual") as (address, store), opened(address) as service:
        answer = service.transcribe([WAVE])[0]
        assert isinstance(answer, Transcript)
        assert (answer.text, answer.confidence) == ("one two", 0.75)
        assert answer.words == (Word("one", 0.0, 0.25, 0.75), Word("two", 0.5, 0.75, 0.75))
        assert isinstance(service.clock, Still)
        looks = [wait for wait in service.clock.waits if wait]
        assert looks == [FIRST_LOOK_S * LATER**k for k in range(len(looks))]
        assert looks
        assert keys(store) == []
        assert service._clients[1].list_transcription_jobs()["TranscriptionJobSummaries"] == []


def test_what_a_killed_run_started_is_taken_up_and_not_started_again() -> None:
    heard = []

    def hear(file: bytes) -> Transcript:
        heard.append(file)
        return HEARD

    with amazon(hear) as (address, store):
        with opened(address, keep=True) as killed:
            first = killed.transcribe([WAVE])[0]
        assert len(keys(store)) == 2
        with opened(address) as again:
            assert again.transcribe([WAVE])[0] == first
        assert len(heard) == 1
        assert keys(store) == []


def test_a_job_that_takes_too_long_is_a_timeout_and_goes_on_at_the_next_try() -> None:
    with amazon(lambda file: HEARD, "manual") as (address, _), opened(address, timeout_s=1.0) as service:
        answer = service.transcribe([WAVE])[0]
        assert isinstance(answer, Transcript)
        assert answer.spent is not None
        assert answer.spent.requests == 3
        assert service.account.spent.requests == 3


def test_a_bucket_that_is_not_there_is_refused_in_its_own_words() -> None:
    with amazon(lambda file: HEARD) as (address, _):
        service = AmazonTranscribe(bucket="elsewhere", endpoint=address)
        service.open()
        answer = service.transcribe([WAVE])[0]
        service.close()
    assert isinstance(answer, Failure)
    assert answer.kind == "refused"
    assert "NoSuchBucket" in answer.message


def test_every_request_is_billed_for_fifteen_seconds_at_least() -> None:
    service = AmazonTranscribe(bucket=BUCKET, cost_per_hour=1.0)
    assert service.billed_seconds(WAVE) == BILLED_AT_LEAST_S
    assert service.billed_seconds(Waveform(np.zeros(16000 * 20 + 1, np.float32), 16000)) == 21


def test_keys_come_from_the_chain_and_count_as_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecognizerError, match="own chain"):
        AmazonTranscribe(bucket=BUCKET, key_variable="MY_KEY")
    with amazon(lambda file: HEARD) as (address, _), opened(address) as service:
        assert SECRET_KEY in service.secrets
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(RecognizerError, match="finds no AWS keys"):
        AmazonTranscribe(bucket=BUCKET, region="us-east-1").open()
