# SPDX-License-Identifier: Apache-2.0
"""A service's faults become retries, waits and failures; caps hold over workers and resumptions; keys stay out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

import numpy as np
import pytest
from batch_recognizers import Paid

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError, SpendingError
from stresstest.recognizers import Failure, Spent, Transcript
from stresstest.recognizers._account import Account, Caps, Clock
from stresstest.recognizers._hosted import FIRST_WAIT_S, Hosted
from stresstest.recognizers._service_errors import ServiceError, of_status, retry_after

NOW = 1_700_000_000.0


class Still(Clock):
    """A clock that goes on only by waiting."""

    def __init__(self) -> None:
        self.time, self.waits = NOW, list[float]()

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits.append(seconds)


@dataclass
class Scripted(Hosted):
    """Raises what the script says, try by try, then answers."""

    script: list[Exception] = field(default_factory=list)
    concurrency: int = 1

    @property
    def rate_hz(self) -> int:
        return 8000

    @property
    def revision(self) -> str:
        return "scripted"

    def ask(self, wave: Waveform, job: str) -> Transcript:
        if self.script:
            raise self.script.pop(0)
        return Transcript("yes")


def waves(count: int = 1, seconds: float = 1.0) -> list[Waveform]:
    return [Waveform(np.full(round(8000 * seconds), 0.01 * k, np.float32), 8000) for k in range(count)]


def scripted(*script: Exception, **options: object) -> tuple[Scripted, Still]:
    made = Scripted(script=list(script), **options)  # type: ignore[arg-type]
    clock = Still()
    made.clock = clock
    return made, clock


AGAIN = [of_status(429, "slow"), of_status(503, "busy"), ConnectionResetError("gone"), TimeoutError("late")]


@pytest.mark.parametrize("error", AGAIN, ids=repr)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    service, clock = scripted(error)
    answer = service.transcribe(waves())[0]
    assert answer == Transcript("yes")
    assert answer.spent == Spent(2.0, None, 2)
    assert 0 <= sum(clock.waits) <= FIRST_WAIT_S


@pytest.mark.parametrize(
    ("error", "kind"),
    [(of_status(401, "who"), "refused"), (of_status(400, "what"), "refused"), (of_status(403, "no"), "refused"),
     (ValueError("no JSON"), "bad_output"), (KeyError("text"), "bad_output"), (RuntimeError("odd"), "error")],
)  # fmt: skip
def test_what_will_not_pass_is_not_tried_again(error: Exception, kind: str) -> None:
    service, _ = scripted(error)
    answer = service.transcribe(waves())[0]
    assert isinstance(answer, Failure)
    assert answer.kind == kind
    assert answer.spent == Spent(1.0, None, 1)


@pytest.mark.parametrize(
    ("status", "kind"), [(429, "rate_limited"), (500, "unavailable"), (502, "unavailable"), (504, "timeout")]
)
def test_what_does_not_pass_is_a_failure_of_its_kind(status: int, kind: str) -> None:
    service, clock = scripted(*[of_status(status, "again") for _ in range(9)], tries=4)
    answer = service.transcribe(waves())[0]
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.message) == (kind, f"HTTP {status}: again (4 tries)")
    assert answer.spent == Spent(4.0, None, 4)
    assert len(service.script) == 5
    assert all(0 <= wait <= FIRST_WAIT_S * 2**k for k, wait in enumerate(w for w in clock.waits if w > 0))


def test_retry_after_is_waited_for_as_seconds_and_as_a_date() -> None:
    assert retry_after("7", NOW) == 7
    assert retry_after(formatdate(NOW + 30, usegmt=True), NOW) == pytest.approx(30)
    assert retry_after(formatdate(NOW - 30, usegmt=True), NOW) == 0
    assert retry_after("soon", NOW) is retry_after(None, NOW) is None
    service, clock = scripted(of_status(429, "slow", {"Retry-After": "7"}))
    assert service.transcribe(waves())[0] == Transcript("yes")
    assert 7 <= sum(clock.waits) <= 7 + FIRST_WAIT_S


def test_nobody_waits_longer_than_the_patience() -> None:
    service, clock = scripted(of_status(429, "tomorrow", {"retry-after": "86400"}), patience_s=100)
    answer = service.transcribe(waves())[0]
    assert isinstance(answer, Failure)
    assert answer.kind == "rate_limited"
    assert sum(clock.waits) == 0


def test_requests_keep_their_pace_over_all_who_share_the_account(tmp_path: Path) -> None:
    clock = Still()
    accounts = [Account(tmp_path / "a.jsonl", Caps(requests_per_minute=30), clock.now) for _ in range(3)]
    starts = [clock.now() + accounts[k % 3].reserve(1.0, 0.0) for k in range(9)]
    assert np.diff(starts) == pytest.approx([2.0] * 8)


def test_as_many_requests_are_in_flight_as_asked_for_and_order_is_kept() -> None:
    meet, most, lock = threading.Barrier(3), [0, 0], threading.Lock()

    class Meeting(Scripted):
        def ask(self, wave: Waveform, job: str) -> Transcript:
            with lock:
                most[0] += 1
                most[1] = max(most)
            meet.wait(timeout=30)
            with lock:
                most[0] -= 1
            return Transcript(f"{wave.samples[0]:.2f}")

    service = Meeting(concurrency=3)
    assert service.batch_size >= 3
    said = service.transcribe(waves(12))
    assert [answer.text for answer in said if isinstance(answer, Transcript)] == [f"{0.01 * k:.2f}" for k in range(12)]
    assert most[1] == 3


@pytest.mark.parametrize(
    ("caps", "says"),
    [({"max_requests": 5}, "5 requests and recognizer.max_requests=5"),
     ({"max_seconds": 5.5}, "5 seconds of audio and recognizer.max_seconds=5.5"),
     ({"max_cost": 0.0101, "cost_per_hour": 7.2}, "0.01 US dollars and recognizer.max_cost=0.0101")],
)  # fmt: skip
def test_no_cap_is_passed_and_no_answer_is_paid_twice(caps: dict[str, float], says: str, tmp_path: Path) -> None:
    counter = tmp_path / "counter"

    def asked(**changed: float) -> Callable[[list[Waveform]], list[Transcript | Failure]]:
        made = Paid(counter=str(counter), **{**caps, **changed})  # type: ignore[arg-type]
        made.keep_account(tmp_path / "account.jsonl")
        return made.transcribe

    with pytest.raises(SpendingError, match=says):
        asked()(waves(8))
    assert counter.stat().st_size == 5
    with pytest.raises(SpendingError):
        asked()(waves(8))
    assert counter.stat().st_size == 5, "what is spent counts in the next session"
    name = next(iter(caps))
    answers = asked(**{name: caps[name] * 2})(waves(8))
    assert counter.stat().st_size == 8, "answers are kept"
    assert all(isinstance(answer, Transcript) for answer in answers)
    assert sum(answer.spent.requests for answer in answers if answer.spent) == 8


def test_an_account_survives_a_writer_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    first = Account(path, Caps(max_requests=3), lambda: NOW)
    first.reserve(1.0, 0.5)
    first.keep("job", Transcript("żółć", 0.5, language="pl"))
    first.keep("odd", Transcript("\ud83d"))
    with path.open("ab") as file:
        file.write(b'{"seconds": 1.0, "cost')
    second = Account(path, Caps(max_requests=3), lambda: NOW)
    assert second.answer("job") == Transcript("żółć", 0.5, language="pl")
    assert second.answer("odd") == Transcript("\ud83d"), "what nobody can print is kept as it was said"
    second.reserve(1.0, 0.25)
    first.reserve(1.0, 0.25)
    assert first.spent == Spent(3.0, 1.0, 3)
    with pytest.raises(SpendingError):
        second.reserve(1.0, 0.0)


def test_what_is_not_answered_is_not_paid_but_a_timeout_may_be() -> None:
    service, _ = scripted(of_status(503, "busy"), TimeoutError("late"), cost_per_hour=3600.0)
    answer = service.transcribe(waves())[0]
    assert answer.spent == Spent(3.0, 2.0, 3)
    assert service.account.spent.cost_usd == pytest.approx(2.0)


def test_a_job_is_named_after_its_sound_and_the_revision() -> None:
    service, _ = scripted()
    names = {service.job_of(wave) for wave in waves(5)}
    assert len(names) == 5
    assert names == {service.job_of(wave) for wave in waves(5)}
    assert all(len(name) == 43 and name.replace("-", "").isalnum() for name in names)


@pytest.mark.parametrize(
    ("options", "says"),
    [({"max_cost": 1.0}, "needs recognizer.cost_per_hour"), ({"concurrency": 0}, "concurrency takes a whole number"),
     ({"tries": 1.5}, "tries takes a whole number"), ({"max_requests": True}, "max_requests")],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(options: dict[str, float], says: str) -> None:
    with pytest.raises(RecognizerError, match=says):
        Paid(**options)  # type: ignore[arg-type]


def test_an_error_of_the_service_says_its_kind() -> None:
    assert of_status(429, "x", {"RETRY-AFTER": "3"}).retry_after == 3
    assert [of_status(s, "").again for s in (400, 401, 403, 404, 413, 422)] == [False] * 6
    assert isinstance(of_status(500, ""), ServiceError)
