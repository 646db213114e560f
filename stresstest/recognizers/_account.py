# SPDX-License-Identifier: Apache-2.0
"""What a service was sent and what it answered, on disk: one account for all workers and resumptions of a run."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stresstest.errors import SpendingError
from stresstest.recognizers.base import Spent, Transcript, Word


class Clock:
    """Seconds since 1970, and waiting; tests bring their own."""

    def now(self) -> float:
        """The time."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Caps:
    """What may be spent in all, and how fast; None: as much as is asked for."""

    max_cost: float | None = None
    max_requests: int | None = None
    max_seconds: float | None = None
    requests_per_minute: float | None = None


class Account:
    """Reserves before anything is sent, so that no cap is ever passed, and keeps answers, so that none is paid twice.

    path: a file of JSON lines that processes share under its lock, and that only grows; None: in memory. A request
    that a killed process sent stays reserved, for nobody knows whether it was answered.
    """

    def __init__(self, path: Path | None, caps: Caps, now: Callable[[], float]) -> None:
        self.path, self.caps, self.now = path, caps, now
        self.spent = Spent(0.0, 0.0, 0)
        self._last_start = 0.0
        self._answers: dict[str, Transcript] = {}
        self._offset = 0
        self._lock = threading.Lock()

    def reserve(self, seconds: float, cost_usd: float) -> float:
        """Account for one request that is about to be sent; how many seconds to wait for its turn.

        Raises SpendingError where it would pass a cap; then nothing is accounted for.
        """
        with self._turn():
            self._check(seconds, cost_usd)
            pace = self.caps.requests_per_minute
            start = max(self.now(), self._last_start + 60 / pace) if pace else self.now()
            self._note({"seconds": seconds, "cost_usd": cost_usd, "requests": 1, "start": start})
            return max(0.0, start - self.now())

    def refund(self, cost_usd: float) -> None:
        """Take back the cost of a request that the service refused: what is not answered is not billed."""
        with self._turn():
            self._note({"seconds": 0.0, "cost_usd": -cost_usd, "requests": 0})

    def keep(self, job: str, answer: Transcript) -> None:
        """Keep an answer under the name of its job."""
        with self._turn():
            self._note({"job": job, "answer": asdict(answer)})
            self._answers[job] = _paid(answer)

    def answer(self, job: str) -> Transcript | None:
        """The kept answer of a job, None where there is none; what it took is told once."""
        with self._turn():
            found = self._answers.get(job)
            if found is not None:
                self._answers[job] = _paid(found)
            return found

    def total(self) -> Spent:
        """What everybody has spent so far, on requests without an answer, too."""
        with self._turn():
            return self.spent

    def _check(self, seconds: float, cost_usd: float) -> None:
        spent, caps = self.spent, self.caps
        for name, unit, now, more, cap in (
            ("max_cost", "US dollars", spent.cost_usd or 0.0, cost_usd, caps.max_cost),
            ("max_requests", "requests", spent.requests, 1, caps.max_requests),
            ("max_seconds", "seconds of audio", spent.seconds, seconds, caps.max_seconds),
        ):
            if cap is not None and now + more > cap + 1e-9:
                raise SpendingError(
                    f"The recognizer has spent {now:.6g} {unit} and recognizer.{name}={cap:g} does not pay for the "
                    f"next request ({more:.6g}). What is answered is kept: raise {name}, and the same command goes on."
                )

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the account, having read what others wrote."""
        with self._lock:
            if self.path is None:
                yield
                return
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX)
                self._read()
                yield
            finally:
                os.close(self._file)

    def _read(self) -> None:
        size = os.fstat(self._file).st_size
        text = os.pread(self._file, size - self._offset, self._offset)
        if text and not text.endswith(b"\n"):
            os.write(self._file, b"\n")  # ends the line of a writer that was killed in the middle of it
            size += 1
        self._offset = size
        for line in text.splitlines():
            try:
                self._take(json.loads(line))
            except ValueError:
                continue

    def _note(self, record: dict[str, Any]) -> None:
        if self.path is None:
            self._take(record)
            return
        os.write(self._file, (json.dumps(record) + "\n").encode())
        self._read()

    def _take(self, record: dict[str, Any]) -> None:
        if "job" in record:
            self._answers[record["job"]] = _transcript(record["answer"])
            return
        spent = self.spent
        self.spent = Spent(
            spent.seconds + record["seconds"],
            (spent.cost_usd or 0.0) + record["cost_usd"],
            spent.requests + record["requests"],
        )
        self._last_start = max(self._last_start, record.get("start", 0.0))


def _transcript(record: dict[str, Any]) -> Transcript:
    words = tuple(Word(**word) for word in record["words"])
    spent = None if record["spent"] is None else Spent(**record["spent"])
    return Transcript(**{**record, "words": words, "spent": spent})


def _paid(answer: Transcript) -> Transcript:
    return replace(answer, spent=Spent(0.0, 0.0, 0))
