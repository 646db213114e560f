# SPDX-License-Identifier: Apache-2.0
"""What a recognizer is and what it answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stresstest.audio import Waveform

FAILURE_KINDS = ("timeout", "crashed", "refused", "rate_limited", "unavailable", "bad_output", "error", "audio")


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognized; an empty text means that the recognizer heard nothing, never that it failed."""

    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A decode that gave no answer. It is never scored as words deleted."""

    kind: str
    message: str

    def __post_init__(self) -> None:
        if self.kind not in FAILURE_KINDS:
            raise ValueError(f"A failure's kind is one of {', '.join(FAILURE_KINDS)}; got {self.kind!r}.")


class Recognizer(ABC):
    """A speech recognizer. A subclass is a dataclass whose fields are the options of `conf/recognizer/<name>.yaml`.

    The constructor checks its options and loads nothing; `open` loads, `close` frees. Answers depend on the
    waveform alone, never on what was decoded before.
    """

    batch_size: int = 1
    expected_rtf: float | None = None
    """Decode seconds a second of audio on one core, as `plan` assumes before anything is measured; None: unknown."""
    cost_per_hour: float = 0.0
    """What an hour of audio costs, in US dollars; 0 for a recognizer that runs here."""

    @property
    @abstractmethod
    def rate_hz(self) -> int:
        """The sample rate that `transcribe` wants, in Hz; the engine resamples."""

    @property
    @abstractmethod
    def revision(self) -> str:
        """Library version, model, decoding options and hashes of what was given: equal revisions answer alike."""

    def open(self) -> None:  # noqa: B027 - nothing to load is a fair default
        """Load the model. Raises RecognizerError or MissingExtraError."""

    @abstractmethod
    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One answer for each waveform, in order; at most `batch_size` at a time. What it raises becomes a Failure."""

    def close(self) -> None:  # noqa: B027
        """Free the model."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Who says what under which condition: the answer sheet, which no recognizer of speech may see.

    path: axis → profile or level, as the condition has it; empty for clean.
    """

    reference: str
    utterance: str
    speaker: str
    accent: str
    condition: str
    path: Mapping[str, str | float]
    rep: int


class ToldRecognizer(Recognizer):
    """A stand-in that is told the cell in place of hearing it: for worlds whose answer is known, never for speech.

    The engine gives cells to subclasses of this class alone; every other recognizer is handed waveforms and nothing
    else. Waveforms are rendered all the same, so that every file of a run is as it would be.
    """

    @abstractmethod
    def answer(self, cell: Cell) -> Transcript | Failure:
        """The answer for one cell, a function of the cell and of the options alone."""
