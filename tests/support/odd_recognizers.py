# SPDX-License-Identifier: Apache-2.0
"""Real recognizers of a kind: each answers from the waveform, or fails in one particular way."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers import Failure, Recognizer, Transcript

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@dataclass
class Loudness(Recognizer):
    """Says the level of each stretch of the waveform as a digit: a function of the waveform alone."""

    stretches: int = 5

    @property
    def rate_hz(self) -> int:
        return 8000

    @property
    def revision(self) -> str:
        return f"loudness {self.stretches}"

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        return [self.one(wave) for wave in speech]

    def one(self, wave: Waveform) -> Transcript | Failure:
        levels = [np.sqrt(np.mean(np.square(part))) for part in np.array_split(wave.samples, self.stretches)]
        return Transcript(" ".join(WORDS[min(9, int(40 * level))] for level in levels))


@dataclass
class Moody(Loudness):
    """Fails on some waveforms, always the same ones: raises, dies, hangs, or answers nonsense."""

    mood: str = "raise"

    @property
    def revision(self) -> str:
        return f"moody {self.mood}"

    def one(self, wave: Waveform) -> Transcript | Failure:
        if int(wave.pcm16_sha256(), 16) % 3:
            return super().one(wave)
        match self.mood:
            case "raise":
                raise RuntimeError("the model is in a mood")
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                threading.Event().wait()
            case "nonsense":
                return None  # type: ignore[return-value]
        return Failure("refused", "not this one")


@dataclass
class Doomed(Loudness):
    """Dies at every decode."""

    def one(self, wave: Waveform) -> Transcript | Failure:
        os._exit(7)


@dataclass
class Stillborn(Loudness):
    """Cannot be opened."""

    def open(self) -> None:
        os._exit(9)


@dataclass
class Gated(Loudness):
    """After `free` decodes it writes to the FIFO `gate`, where that is still there, and hangs: a run caught midway."""

    gate: str = ""
    free: int = 0

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        self.count = getattr(self, "count", 0) + 1
        if self.count > self.free and os.path.exists(self.gate):
            with open(self.gate, "w", encoding="ascii") as gate:
                gate.write("here")
            threading.Event().wait()
        return super().transcribe(speech)


@dataclass
class Unavailable(Loudness):
    """A service that is down while a file is there; then some waveforms fail."""

    while_there: str = ""

    def one(self, wave: Waveform) -> Transcript | Failure:
        if os.path.exists(self.while_there) and int(wave.pcm16_sha256(), 16) % 3 == 0:
            return Failure("unavailable", "the service is down")
        return super().one(wave)


@dataclass
class Upgraded(Loudness):
    """Its revision stands in a file."""

    version: str = ""

    @property
    def revision(self) -> str:
        with open(self.version, encoding="utf-8") as file:
            return f"upgraded {file.read()}"


@dataclass
class LastWords(Loudness):
    """Its process dies after the last row of every second unit, before the worker can say that it is done."""

    def open(self) -> None:
        worker = sys.modules["__main__"].Worker
        rows, units = worker.rows, iter(range(1_000_000))

        def mortal(*arguments: Any) -> Iterator[Any]:
            yield from rows(*arguments)
            if next(units) == 1:
                os._exit(3)

        worker.rows = mortal


@dataclass
class Keyed(Loudness):
    """Has a secret, and a library that puts it in its messages where `leaks` says so."""

    api_key: str = ""
    leaks: str = "nowhere"

    def open(self) -> None:
        if self.leaks == "open":
            raise RecognizerError(f"The service refuses the key {self.api_key}.")
        if self.leaks == "crash":
            raise PermissionError(f"401 for {self.api_key}")

    def one(self, wave: Waveform) -> Transcript | Failure:
        match self.leaks:
            case "raise":
                raise PermissionError(f"401 for {self.api_key}")
            case "failure":
                return Failure("unavailable", f"no service for {self.api_key}")
            case "nonsense":
                return self.api_key  # type: ignore[return-value]
        return super().one(wave)


@dataclass
class Interrupted(Loudness):
    """Someone presses Ctrl-C at the first decode."""

    def one(self, wave: Waveform) -> Transcript | Failure:
        raise KeyboardInterrupt
