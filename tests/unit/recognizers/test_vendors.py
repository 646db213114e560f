# SPDX-License-Identifier: Apache-2.0
"""What each service says beside the text is kept as it says it; what it refuses, it refuses in its own words."""

from __future__ import annotations

import dataclasses
import io
import math
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import soundfile
from google_server import google_server, hearing
from openai_server import openai_service
from speech_servers import Reply, Request, Still, served, variable
from vendor_servers import KEY, azure_service, deepgram_service

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError
from stresstest.plugins import load
from stresstest.recognizers import Failure, Transcript, Word
from stresstest.recognizers._exchange import confidence_of, language_of, mean_confidence, wav_bytes, word_of
from stresstest.recognizers._hosted import Hosted

WAVE = Waveform(np.linspace(-0.1, 0.1, 4000, dtype=np.float32), 16000)
HEARD = Transcript("one two", words=(Word("one", 0.0, 0.25), Word("two", 0.5, 0.75)))
VENDORS = {"openai_compatible": "openai", "azure_speech": "azure.ai.transcription", "deepgram": "deepgram",
           "google_speech": "google.cloud.speech_v2"}  # fmt: skip


def hear(file: bytes) -> Transcript:
    return HEARD


@contextmanager
def asked(name: str, address: str, key: str = KEY, **options: Any) -> Iterator[Hosted]:
    """A back end against that address; its clock stands still."""
    pytest.importorskip(VENDORS[name], reason=f"needs an extra of stresstest with {VENDORS[name]}")
    where = {"base_url": f"{address}/v1", "model": "toy"} if name == "openai_compatible" else {"endpoint": address}
    required = {"project": "here"} if name == "google_speech" else {}
    with variable("PLANTED_API_KEY", key):
        made: Hosted = load("recognizers", name)(**{**where, **required, "key_variable": "PLANTED_API_KEY", **options})
        made.clock = Still()
        made.open()
        try:
            yield made
        finally:
            made.close()


def answered(name: str, service: Callable[[Request], Reply], **options: Any) -> Transcript | Failure:
    with served(service) as address, asked(name, address, **options) as made:
        return made.transcribe([WAVE])[0]


def test_azure_gives_times_of_words_and_the_confidence_of_phrases() -> None:
    answer = answered("azure_speech", azure_service(hear))
    assert answer == Transcript("one two", 0.625, HEARD.words, "en-US")
    answer = answered("azure_speech", azure_service(hear), language=None, phrases=["two"])
    assert isinstance(answer, Transcript)
    assert answer.language == "en-GB", "detected"


def test_deepgram_gives_times_and_confidences_of_words() -> None:
    words = tuple(dataclasses.replace(word, confidence=0.875) for word in HEARD.words)
    assert answered("deepgram", deepgram_service(hear)) == Transcript("one two", 0.875, words)
    answer = answered("deepgram", deepgram_service(hear), language=None)
    assert isinstance(answer, Transcript)
    assert answer.language == "en"


@pytest.mark.parametrize("words", [True, False])
def test_google_gives_times_and_confidences_of_words_where_asked(words: bool) -> None:
    pytest.importorskip("google.cloud.speech_v2", reason="needs the extra google: pip install 'stresstest[google]'")
    with google_server(hearing(hear)) as address, asked("google_speech", address, words=words) as made:
        answer = made.transcribe([WAVE])[0]
    told = tuple(dataclasses.replace(w, confidence=0.75) if words else Word(w.text) for w in HEARD.words)
    assert answer == Transcript("one two", 0.5, told, "en-US")


def test_google_is_sent_the_key_and_says_how_long_to_wait() -> None:
    pytest.importorskip("google.cloud.speech_v2", reason="needs the extra google: pip install 'stresstest[google]'")
    import grpc
    from google.protobuf.any_pb2 import Any as Packed
    from google.protobuf.duration_pb2 import Duration
    from google.rpc.error_details_pb2 import RetryInfo
    from google.rpc.status_pb2 import Status

    sent: list[Mapping[str, str]] = []

    def busy_once(request: Any, context: Any, stopping: threading.Event) -> Any:
        sent.append({entry.key: entry.value for entry in context.invocation_metadata()})
        if len(sent) > 1:
            return hearing(hear)(request, context, stopping)
        detail = Packed()
        detail.Pack(RetryInfo(retry_delay=Duration(seconds=11)))
        status = Status(code=grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], message="quota", details=[detail])
        context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "quota")

    with google_server(busy_once) as address, asked("google_speech", address) as made:
        assert isinstance(made.transcribe([WAVE])[0], Transcript)
        assert isinstance(made.clock, Still)
        assert max(made.clock.waits) >= 11
    assert [metadata["x-goog-api-key"] for metadata in sent] == [KEY] * 2


def test_a_server_without_verbose_json_is_asked_for_json_from_then_on() -> None:
    forms: list[str] = []
    service = openai_service(hear, verbose=False)

    def counted(request: Request) -> Reply:
        forms.append(request.parts()["response_format"].decode())
        return service(request)

    with served(counted) as address, asked("openai_compatible", address, concurrency=1) as made:
        answers = made.transcribe([WAVE, WAVE.scaled_db(-1), WAVE.scaled_db(-2)])
        assert answers == [Transcript("one two")] * 3
        assert made.account.spent.requests == 4
    assert forms == ["verbose_json", "json", "json", "json"]


def test_openai_gives_times_of_words_and_the_probability_of_segments() -> None:
    answer = answered("openai_compatible", openai_service(hear), language="en", prompt="digits")
    assert answer == Transcript("one two", math.exp(-0.25), HEARD.words)


@pytest.mark.parametrize("named", [True, False])
def test_a_server_is_sent_no_key_that_is_not_named(named: bool) -> None:
    sent: list[str] = []

    def seen(request: Request) -> Reply:
        sent.extend(f"{name}: {value}" for name, value in request.headers.items())
        return openai_service(hear)(request)

    with variable("OPENAI_API_KEY", "another-key-of-somebody-else"), variable("OPENAI_ORG_ID", "organization-1"):
        answered("openai_compatible", seen, **({} if named else {"key_variable": None}))
    assert any(KEY in line for line in sent) is named
    assert any("organization-1" in line for line in sent) is named
    assert not any("another-key" in line for line in sent)


def test_headers_that_the_client_takes_from_the_environment_are_secrets() -> None:
    def echoing(request: Request) -> Reply:
        return Reply.json({"error": {"message": f"not {request.headers.get('x-gateway', 'of-a-gateway-0815')}"}}, 403)

    with variable("OPENAI_CUSTOM_HEADERS", "X-Gateway: of-a-gateway-0815"):
        answer = answered("openai_compatible", echoing)
    assert isinstance(answer, Failure)
    assert "not (redacted)" in answer.message


@pytest.mark.parametrize("name", ["azure_speech", "deepgram"])
def test_a_wrong_key_is_refused_once_and_named_by_nobody(name: str) -> None:
    service = {"azure_speech": azure_service, "deepgram": deepgram_service}[name](hear)
    wrong = "a-wrong-key-nobody-may-see-0815"
    answer = answered(name, service, key=wrong)
    assert isinstance(answer, Failure)
    assert answer.kind == "refused"
    assert answer.message.endswith("(1 try)")
    assert wrong not in answer.message


@pytest.mark.parametrize("name", ["openai_compatible", "azure_speech", "deepgram"])
@pytest.mark.parametrize("status", [408, 429, 503])
def test_the_client_does_not_try_again_by_itself(name: str, status: int) -> None:
    requests: list[str] = []

    def busy(request: Request) -> Reply:
        requests.append(request.path)
        return Reply.json({"error": {"message": "busy"}}, status, **{"Retry-After": "0"})

    answer = answered(name, busy, tries=3)
    assert isinstance(answer, Failure)
    assert answer.spent is not None
    assert len(requests) == answer.spent.requests == 3


def test_a_long_message_is_not_cut_within_a_key() -> None:
    lengths = iter(range(400, 480, 10))

    def echoing(request: Request) -> Reply:
        return Reply.json({"error": {"message": "x" * next(lengths) + KEY}}, 401)

    with served(echoing) as address, asked("openai_compatible", address, concurrency=1) as made:
        answers = made.transcribe([WAVE.scaled_db(-k) for k in range(8)])
    messages = [answer.message for answer in answers if isinstance(answer, Failure)]
    assert len(messages) == 8
    assert any("(redacted)" in message for message in messages)
    assert any(" … (1 try)" in message for message in messages)
    assert not any(KEY[:8] in message for message in messages)


@pytest.mark.parametrize("name", [*VENDORS, "amazon_transcribe", "amazon_transcribe_streaming"])
def test_a_missing_library_prints_its_install_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    def missing(library: str) -> str:
        raise importlib.metadata.PackageNotFoundError(library)

    options = {
        "base_url": "http://localhost/v1",
        "model": "m",
        "endpoint": "http://localhost",
        "project": "p",
        "bucket": "b",
    }
    cls = load("recognizers", name)
    known = {field.name for field in dataclasses.fields(cls)}
    made = cls(**{k: v for k, v in options.items() if k in known})
    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'stresstest\[\w+\]'"):
        _ = made.revision


@pytest.mark.parametrize(
    "address", ["localhost:8000", "ftp://x/v1", "https://host/v1?key=abc", "https://me:pw@host/v1"]
)
def test_an_address_that_is_none_is_refused_and_no_password_in_it_shown(address: str) -> None:
    with pytest.raises(RecognizerError, match=r"recognizer\.base_url") as caught:
        load("recognizers", "openai_compatible")(base_url=address, model="m")
    assert "me:pw" not in str(caught.value)
    assert "key=abc" not in str(caught.value)


def test_what_is_sent_is_the_pcm_that_the_results_name() -> None:
    samples, rate = soundfile.read(io.BytesIO(wav_bytes(WAVE)), dtype="int16")
    assert rate == 16000
    assert np.array_equal(samples, WAVE.pcm16())


def test_what_a_service_does_not_say_is_none() -> None:
    assert word_of("one", 0.5, 0.25, None) == Word("one")
    assert word_of("one", "0.25", "0.5", "1.0") == Word("one", 0.25, 0.5, 1.0)
    assert [confidence_of(said) for said in (None, "0.5", 1.0000001, 7, -1, float("nan"))] == [
        None,
        0.5,
        1,
        None,
        None,
        None,
    ]
    assert mean_confidence([]) is None
    assert mean_confidence([(0.5, 1.0), (None, 1.0)]) is None
    assert mean_confidence([(0.5, 1.0), (1.0, 3.0)]) == pytest.approx(0.875)
    assert mean_confidence([(0.5, 0.0)]) == 0.5
    assert [language_of(said) for said in ("en", "en-US", "yue", "english", None)] == ["en", "en-US", "yue", None, None]
