# SPDX-License-Identifier: Apache-2.0
"""What recognizers behind a network share: several requests at once, pace, retries, caps on spending, keys.

A back end subclasses `Hosted` and writes `ask`, one request; what it raises, `explain` turns into a ServiceError.
"""

from __future__ import annotations

import hashlib
import itertools
from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError, SpendingError
from stresstest.recognizers._account import Account, Caps, Clock
from stresstest.recognizers._keys import key_from, refuse_keys, secrets_of_environment
from stresstest.recognizers._service_errors import ServiceError, meaning
from stresstest.recognizers.base import Failure, Recognizer, Spent, Transcript
from stresstest.seeds import rng_for

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 20.0
"""A retry waits a random time from 0 to FIRST_WAIT_S, doubled with each try and never above LONGEST_WAIT_S: "full
jitter" (M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015)."""
WAITING = 4
"""Waveforms that are handed over at once for each request in flight, so that no request waits for a slow one."""
LONGEST_MESSAGE = 500
"""Characters of a service's message that a Failure repeats."""
NOT_BILLED = ("refused", "rate_limited", "unavailable")
"""Kinds of failure that cost nothing; what timed out or cannot be read may be on the bill, and counts."""


@dataclass
class Hosted(Recognizer):
    """A recognizer behind a network.

    concurrency: requests in flight, for each worker. requests_per_minute: of all workers together; None: no pace.
    tries: of one waveform, the first included. timeout_s: of one request. patience_s: no retry begins later than this
    after the first; keep it under executor.time_limit_seconds. cost_per_hour: US dollars an hour of audio, None where
    nobody has said; max_cost is then refused. max_cost,
    max_requests, max_seconds: what all workers and resumptions of a run may spend, retries included, in US dollars,
    requests and seconds of audio; the run then stops and can go on. key_variable: the NAME of the environment variable
    that holds the key; the key itself stands nowhere. Raises RecognizerError.
    """

    concurrency: int = 4
    requests_per_minute: float | None = None
    tries: int = 5
    timeout_s: float = 60.0
    patience_s: float = 100.0
    cost_per_hour: float | None = None
    max_cost: float | None = None
    max_requests: int | None = None
    max_seconds: float | None = None
    key_variable: str | None = None
    _account: Account | None = field(default=None, init=False, repr=False, compare=False)
    _account_file: Path | None = field(default=None, init=False, repr=False, compare=False)
    clock = Clock()

    def __post_init__(self) -> None:
        refuse_keys({f.name: getattr(self, f.name) for f in fields(self) if f.init})
        for name in ("concurrency", "tries", "timeout_s", "patience_s"):
            self._check_above_0(name, getattr(self, name))
        for name in ("requests_per_minute", "max_cost", "max_requests", "max_seconds"):
            if getattr(self, name) is not None:
                self._check_above_0(name, getattr(self, name))
        if self.max_cost is not None and not self.cost_per_hour:
            raise RecognizerError(
                f"recognizer.max_cost={self.max_cost:g} needs recognizer.cost_per_hour: without a price nothing can "
                "be counted. Give the price of an hour of audio in US dollars, or use max_requests or max_seconds."
            )
        self.batch_size = WAITING * self.concurrency

    @abstractmethod
    def ask(self, wave: Waveform, job: str) -> Transcript:
        """Send one request and read its answer; several threads call this. job: the same for the same waveform and
        revision, fit for the name of a job (letters, digits, hyphens; 43 characters)."""

    def explain(self, error: Exception) -> ServiceError | None:
        """What an exception of `ask` means; None: nothing that is known. Back ends add what their clients raise."""
        return meaning(error, self.clock.now())

    def billed_seconds(self, wave: Waveform) -> float:
        """Seconds that the service bills for a waveform; some round up."""
        return wave.seconds

    @property
    def key(self) -> str:
        """The key, from the environment. Raises RecognizerError."""
        return key_from(self.key_variable)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values of all environment variables whose names say that they are secret."""
        return secrets_of_environment(self.key_variable)

    def keep_account(self, path: Path) -> None:
        """What is spent is written to `path`, and what stands there counts."""
        self._account_file = path

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One answer each, `concurrency` requests at once. Raises SpendingError, after those in flight have ended."""
        account = self.account
        with ThreadPoolExecutor(min(self.concurrency, len(speech) or 1)) as pool:
            pending = [pool.submit(self._answer, wave, account) for wave in speech]
        return [one.result() for one in pending]

    @property
    def account(self) -> Account:
        """The account of the run, or of this object alone."""
        if self._account is None:
            caps = Caps(self.max_cost, self.max_requests, self.max_seconds, self.requests_per_minute)
            self._account = Account(self._account_file, caps, self.clock.now)
        return self._account

    def job_of(self, wave: Waveform) -> str:
        """The name of a waveform's job."""
        said = f"{wave.pcm16_sha256()} {wave.rate_hz} {self.revision}"
        return f"stresstest-{hashlib.sha256(said.encode()).hexdigest()[:32]}"

    def _answer(self, wave: Waveform, account: Account) -> Transcript | Failure:
        job = self.job_of(wave)
        if (kept := account.answer(job)) is not None:
            return kept
        begun, spent, rng = self.clock.now(), Spent(0.0, 0.0, 0), rng_for(0, "retry", job)
        cost = self.billed_seconds(wave) / 3600 * (self.cost_per_hour or 0.0)
        for number in itertools.count(1):
            self.clock.sleep(account.reserve(wave.seconds, cost))
            spent = _plus(spent, wave.seconds, cost, 1)
            said = self._try(wave, job)
            if isinstance(said, Transcript):
                answer = replace(said, spent=self._told(spent))
                account.keep(job, answer)
                return answer
            if said.kind in NOT_BILLED:
                account.refund(cost)
                spent = _plus(spent, 0.0, -cost, 0)
            wait = (said.retry_after or 0.0) + rng.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (number - 1)))
            late = self.clock.now() + wait > begun + self.patience_s
            if not said.again or late or number >= self.tries:
                tries = "1 try" if number == 1 else f"{number} tries"
                return Failure(said.kind, f"{self._shown(said)} ({tries})", self._told(spent))
            self.clock.sleep(wait)
        raise AssertionError  # the loop has no end of its own

    def _shown(self, error: ServiceError) -> str:
        """The message, cut only where no key can be cut in two and so escape its removal."""
        said = str(error)
        for secret in self.secrets:
            said = said.replace(secret, "(redacted)")
        return said if len(said) <= LONGEST_MESSAGE else f"{said[:LONGEST_MESSAGE]} …"

    def _told(self, spent: Spent) -> Spent:
        return spent if self.cost_per_hour else replace(spent, cost_usd=None)

    def _try(self, wave: Waveform, job: str) -> Transcript | ServiceError:
        try:
            answer: object = self.ask(wave, job)
        except SpendingError:
            raise
        except Exception as error:
            return self.explain(error) or ServiceError("error", f"{type(error).__name__}: {error}")
        if isinstance(answer, Transcript) and isinstance(answer.text, str):
            return answer
        return ServiceError("bad_output", f"a Transcript was expected; got {answer!r:.200}")

    def _check_above_0(self, name: str, value: Any) -> None:
        whole = name in ("concurrency", "tries", "max_requests")
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not value > 0:
            raise RecognizerError(
                f"recognizer.{name} takes a {'whole ' if whole else ''}number above 0; got {value!r}."
            )


def _plus(spent: Spent, seconds: float, cost_usd: float, requests: int) -> Spent:
    return Spent(spent.seconds + seconds, (spent.cost_usd or 0.0) + cost_usd, spent.requests + requests)
