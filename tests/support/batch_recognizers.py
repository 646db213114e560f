# SPDX-License-Identifier: Apache-2.0
"""Recognizers that take several waveforms at once, and one that costs money; answers are those of Loudness."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from odd_recognizers import Loudness

from stresstest.audio import Waveform
from stresstest.recognizers import Failure, Transcript, Word
from stresstest.recognizers._hosted import Hosted, ServiceError


@dataclass
class Batched(Loudness):
    """Takes `batch_size` at once and writes how many it got to `log`; on some waveforms the whole batch fails.

    mood: `calm`, or what happens to a batch with such a waveform: raise, short (an answer lacks), nonsense, die, hang.
    gate: a FIFO; while it is there the batch after `free` waveforms writes to it and hangs.
    """

    batch_size: int = 4
    mood: str = "calm"
    log: str = os.devnull
    gate: str = ""
    free: int = 0

    @property
    def revision(self) -> str:
        return f"batched {self.mood}"

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        assert 1 <= len(speech) <= self.batch_size
        assert {wave.rate_hz for wave in speech} == {self.rate_hz}, "resampled from the study's working rate"
        self.count = getattr(self, "count", 0) + len(speech)
        if self.count > self.free and os.path.exists(self.gate):
            with open(self.gate, "w", encoding="ascii") as gate:
                gate.write("here")
            threading.Event().wait()
        with open(self.log, "a", encoding="ascii") as log:
            log.write(f"{len(speech)}\n")
        answers = super().transcribe(speech)
        bad = [k for k, wave in enumerate(speech) if int(wave.pcm16_sha256(), 16) % 3 == 0]
        if not bad or self.mood == "calm":
            return answers
        match self.mood:
            case "raise":
                raise RuntimeError("the model is in a mood")
            case "short":
                return answers[: bad[0]]
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                threading.Event().wait()
        return [None if k in bad else answer for k, answer in enumerate(answers)]  # type: ignore[misc]


@dataclass
class Paid(Hosted):
    """A service without a network: Loudness behind it, and a file to which every request adds a byte."""

    counter: str = os.devnull
    down: str = ""

    @property
    def rate_hz(self) -> int:
        return 8000

    @property
    def revision(self) -> str:
        return "paid 1"

    def ask(self, wave: Waveform, job: str) -> Transcript:
        with open(self.counter, "ab") as counter:
            counter.write(b".")
        if os.path.exists(self.down):
            raise ServiceError("unavailable", f"no service, whatever the key {os.environ.get('TOY_API_KEY')}")
        answer = Loudness().one(wave)
        assert isinstance(answer, Transcript)
        return answer


@dataclass
class Mangled(Loudness):
    """Says half of a surrogate pair somewhere, as JSON can spell it."""

    said: str = "half"

    def one(self, wave: Waveform) -> Transcript | Failure:
        half = "\ud83d"
        match self.said:
            case "language":
                return Transcript("yes", language=half)
            case "word":
                return Transcript("yes", words=(Word(half),))
            case "message":
                return Failure("refused", f"no {half}")
        return Transcript(half)
