# SPDX-License-Identifier: Apache-2.0
"""Five hundred utterances over a server of which every tenth request fails, in five ways: nothing is lost."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from openai_server import openai_service
from speech_servers import Listener, Reply, Request, Service, Still, served

from stresstest.audio import Waveform
from stresstest.corpora._espeak import Voice, speak
from stresstest.corpora._synthesis import finished
from stresstest.recognizers import Failure, Transcript
from stresstest.recognizers._exchange import wav_bytes
from stresstest.recognizers.openai_compatible import OpenaiCompatible

pytest.importorskip("openai", reason="needs the extra openai: pip install 'stresstest[openai]'")
COUNT, RETRY_AFTER_S = 500, 9.0
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
WAYS: dict[str, Callable[[Reply], Reply]] = {
    "rate_limited": lambda right: Reply.json({"error": {}}, 429, **{"Retry-After": f"{RETRY_AFTER_S:g}"}),
    "unavailable": lambda right: Reply.json({"error": {"message": "the server had an error"}}, 500),
    "unavailable (dropped)": lambda right: Reply(right.status, right.body, cut=True),
    "timeout": lambda right: Reply(held=True),
    "bad_output": lambda right: Reply(200, right.body[:-3]),
}
"""Kind of Failure → what becomes of the right reply."""


@pytest.fixture(scope="module")
def speech() -> list[Waveform]:
    """Digits in five voices at ten levels: every waveform another one."""
    voices = [Voice("en-us", variant, 50, 50, 180) for variant in ("m1", "m3", "f1", "f2", "f4")]
    made = [finished(pcm) for pcm in speak([(voice, digit) for voice in voices for digit in DIGITS])]
    return [wave.scaled_db(-0.5 * k) for k in range(COUNT // len(made)) for wave in made]


@pytest.fixture(scope="module")
def right() -> Service:
    """The server without a fault; what it has heard it knows."""
    return openai_service(Listener().hear)


waited: list[float] = []
"""The longest wait of each call of `answers`, on its own clock: no test waits."""


def answers(service: Service, speech: Sequence[Waveform], **options: float) -> list[Transcript | Failure]:
    with served(service) as address:
        client = OpenaiCompatible(base_url=f"{address}/v1", model="toy", timeout_s=1.5, concurrency=4, **options)  # type: ignore[arg-type]
        client.clock = clock = Still()
        client.open()
        size = client.batch_size
        try:
            said = [a for k in range(0, len(speech), size) for a in client.transcribe(speech[k : k + size])]
        finally:
            client.close()
    waited.append(max(clock.waits))
    return said


@pytest.fixture(scope="module")
def faultless(right: Service, speech: list[Waveform]) -> list[Transcript | Failure]:
    return answers(right, speech)


def test_without_faults_every_digit_is_heard(faultless: list[Transcript | Failure]) -> None:
    assert len(faultless) == COUNT
    assert all(isinstance(answer, Transcript) for answer in faultless)
    heard = sum(a.text == DIGITS[k % 10] for k, a in enumerate(faultless) if isinstance(a, Transcript))
    assert heard > 0.5 * COUNT, "it is speech that is sent"


def test_a_tenth_of_requests_failing_in_five_ways_changes_nothing(
    right: Service, speech: list[Waveform], faultless: list[Transcript | Failure]
) -> None:
    number, lock, failed = itertools.count(), threading.Lock(), Counter[str]()

    def faulty(request: Request) -> Reply:
        with lock:
            k = next(number)
        if k % 10:
            return right(request)
        way = list(WAYS)[k // 10 % len(WAYS)]
        failed[way] += 1
        return WAYS[way](right(request))

    said = answers(faulty, speech)
    assert said == faultless
    assert set(failed) == set(WAYS)
    assert min(failed.values()) >= COUNT // 50
    asked = sum(answer.spent.requests for answer in said if answer.spent)
    assert waited[-1] >= RETRY_AFTER_S, "Retry-After is honored"
    assert asked == next(number) >= COUNT + sum(failed.values())  # a slow machine has timeouts of its own


def test_what_never_gets_an_answer_is_named_and_nothing_else_changes(
    right: Service, speech: list[Waveform], faultless: list[Transcript | Failure]
) -> None:
    some = speech[:100]
    doomed = {sha256(wav_bytes(some[k])).hexdigest(): list(WAYS)[k // 10 % len(WAYS)] for k in range(0, 100, 10)}

    def faulty(request: Request) -> Reply:
        way = doomed.get(sha256(request.parts()["file"]).hexdigest())
        return right(request) if way is None else WAYS[way](right(request))

    said = answers(faulty, some, tries=2)
    for k, (answer, wanted) in enumerate(zip(said, faultless, strict=False)):
        if k % 10:
            assert answer == wanted
            continue
        assert isinstance(answer, Failure)
        assert answer.kind == list(WAYS)[k // 10 % len(WAYS)].partition(" ")[0]
        assert answer.message.endswith("(2 tries)")
