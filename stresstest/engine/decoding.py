# SPDX-License-Identifier: Apache-2.0
"""Waveforms → answers → columns: one recognizer, some waveforms at a time, and what it does becomes a Failure."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stresstest.audio import Waveform
from stresstest.conditions import Condition
from stresstest.corpora import Utterance
from stresstest.errors import SpendingError
from stresstest.recognizers import Cell, Failure, Recognizer, ToldRecognizer, Transcript, Word

Row = dict[str, Any]
Send = Callable[[tuple[Any, ...]], None]
Answer = tuple[Transcript | Failure, float, int]
"""With its share of the seconds that the decode took, and the number of the cell for which it was asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A waveform to decode, and the cell that it is, by its number in the unit; equal `heard` have one answer."""

    number: int
    wave: Waveform
    cell: Cell
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decoder:
    """Asks an open recognizer. `safe` takes secrets out of a text."""

    recognizer: Recognizer
    safe: Callable[[str], str]

    @property
    def batch_size(self) -> int:
        """How many waveforms are asked at once; a recognizer that is told its cells takes them one by one."""
        return 1 if isinstance(self.recognizer, ToldRecognizer) else max(1, self.recognizer.batch_size)

    def answers(self, questions: Sequence[Question], send: Send) -> list[Answer]:
        """One answer each, in order; tells by `send` which cell is first and how many are decoded together.

        Where several waveforms are answered by an exception, or not one by one, each is asked again by itself, so
        that a bad one does not fail the others. The seconds of a decode are shared out by the length of the audio.
        Raises SpendingError.
        """
        send(("decoding", questions[0].number, len(questions)))
        start = time.perf_counter()
        said = self._ask(questions)
        seconds = time.perf_counter() - start
        if len(said) != len(questions):
            return [answer for question in questions for answer in self.answers([question], send)]
        total = sum(question.wave.seconds for question in questions)
        return [
            (self._judged(answer), seconds * question.wave.seconds / total, question.number)
            for question, answer in zip(questions, said, strict=True)
        ]

    def _ask(self, questions: Sequence[Question]) -> Sequence[object]:
        """What the recognizer answers; of another length than `questions` only where there are several."""
        try:
            if isinstance(self.recognizer, ToldRecognizer):
                return [self.recognizer.answer(question.cell) for question in questions]
            said: Sequence[object] = self.recognizer.transcribe([question.wave for question in questions])
            return said if len(said) == 1 or len(questions) > 1 else [said]
        except SpendingError:
            raise
        except Exception as error:
            return [Failure("error", f"{type(error).__name__}: {error}")] if len(questions) == 1 else []

    def _judged(self, answer: object) -> Transcript | Failure:
        if isinstance(answer, Failure):
            return replace(answer, message=_writable(self.safe(answer.message)))
        if isinstance(answer, Transcript) and _is_text(answer):
            return answer
        said = self.safe(f"one Transcript, of text in Unicode, or one Failure was expected; got {answer!r:.200}")
        return Failure("bad_output", _writable(said))


def _is_text(answer: Transcript) -> bool:
    """Whether all its texts are, and can be written in UTF-8: JSON can spell half of a surrogate pair."""
    texts = [answer.text, answer.language or "", *(word.text for word in answer.words)]
    return all(isinstance(text, str) and text == _writable(text) for text in texts)


def _writable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")


def cell_of(utterance: Utterance, rep: int, condition: Condition) -> Cell:
    """What a recognizer is told that asks for it."""
    u, path = utterance, dict(condition.path)
    return Cell(u.text, u.id, u.speaker, u.accent, condition.label, path, rep)


def cell_row(recognizer: str, utterance: Utterance, rep: int, condition: Condition) -> Row:
    """The columns that say which cell a row is, and what was said."""
    return {
        **utterance.strata,
        "recognizer": recognizer,
        "condition": condition.label,
        **dict(condition.path),
        "rep": rep,
        "utterance": utterance.id,
        "speaker": utterance.speaker,
        "accent": utterance.accent,
        "reference": utterance.text,
    }


def answer_columns(answer: Transcript | Failure) -> Row:
    """The columns that hold the recognizer's answer and what it took from a service."""
    row: Row = {}
    if answer.spent is not None:
        sent = answer.spent
        row = {"sent_seconds": sent.seconds, "cost_usd": sent.cost_usd, "requests": sent.requests}
    if isinstance(answer, Failure):
        return {"status": "failed", "failure_kind": answer.kind, "failure_message": answer.message, **row}
    beyond = {"word_times": word_times(answer.words), "detected_language": answer.language}
    return {"status": "ok", "hypothesis": answer.text, "confidence": answer.confidence, **beyond, **row}


def word_times(words: Sequence[Word]) -> str | None:
    """Compact JSON: a list of [text, start s, end s, confidence], to 1 ms and 1e-4; None where no word is known."""
    if not words:
        return None
    rows = [[w.text, _rounded(w.start_s, 3), _rounded(w.end_s, 3), _rounded(w.confidence, 4)] for w in words]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
