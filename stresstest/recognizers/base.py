# SPDX-License-Identifier: Apache-2.0
"""What a recognizer is and what it answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stresstest.audio import Waveform

FAILURE_KINDS = ("timeout", "crashed", "refused", "rate_limited", "unavailable", "bad_output", "error", "audio")


@dataclass(frozen=True, slots=True)
class Spent:
    """What an answer took from a service over all tries: seconds of audio, US dollars (None: unknown), requests."""

    seconds: float = 0.0
    cost_usd: float | None = None
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A recognized word as the back end spells it; times in seconds from the start of the waveform, confidence 0 to 1.

    What a back end does not say is None, never a guess. Raises ValueError.
    """

    text: str
    start_s: float | None = None
    end_s: float | None = None
    confidence: float | None = None

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if self.start_s is not None and self.end_s is not None and not 0 <= self.start_s <= self.end_s:
            raise ValueError(f"A word lasts from 0 <= start_s to end_s; got {self.start_s!r} to {self.end_s!r}.")


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognized; an empty text means that the recognizer heard nothing, never that it failed.

    confidence: of the whole, 0 to 1, as the back end gives it. words: with what is known of each, empty where nothing
    is. language: the code of the language that the back end detected, where it detects one. Raises ValueError.
    """

    text: str
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    language: str | None = None
    spent: Spent | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)


@dataclass(frozen=True, slots=True)
class Failure:
    """A decode that gave no answer. It is never scored as words deleted."""

    kind: str
    message: str
    spent: Spent | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in FAILURE_KINDS:
            raise ValueError(f"A failure's kind is one of {', '.join(FAILURE_KINDS)}; got {self.kind!r}.")


def _check_confidence(value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise ValueError(f"A confidence is a number from 0 to 1, or None where there is none; got {value!r}.")


class Recognizer(ABC):
    """A speech recognizer. A subclass is a dataclass whose fields are the options of `conf/recognizer/<name>.yaml`.

    The constructor checks its options and loads nothing; `open` loads, `close` frees. Answers depend on the
    waveform alone, never on what was decoded before.
    """

    batch_size: int = 1
    """How many waveforms `transcribe` takes at once. Answers do not depend on it."""
    expected_rtf: float | None = None
    """Decode seconds a second of audio on one core, as `plan` assumes before anything is measured; None: unknown."""
    cost_per_hour: float | None = 0.0
    """What an hour of audio costs, in US dollars; 0 for a recognizer that runs here, None where nobody has said."""

    @property
    @abstractmethod
    def rate_hz(self) -> int:
        """The sample rate that `transcribe` wants, in Hz; the engine resamples."""

    @property
    @abstractmethod
    def revision(self) -> str:
        """Library version, model, decoding options and hashes of what was given: equal revisions answer alike."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Keys that the recognizer holds beside its options, from the environment say: no message may show them."""
        return ()

    def keep_account(self, path: Path) -> None:  # noqa: B027 - most recognizers cost nothing
        """Told before `open`: the file in which all workers and resumptions of a run account for what is spent."""

    def open(self) -> None:  # noqa: B027 - nothing to load is a fair default
        """Load the model. Raises RecognizerError or MissingExtraError."""

    @abstractmethod
    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One answer for each waveform, in order; at most `batch_size` at a time.

        What it raises becomes a Failure of kind `error`; where there were several waveforms, each is first tried
        again by itself. It answers with a Failure of another kind where it knows more.
        """

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
