# SPDX-License-Identifier: Apache-2.0
"""One worker process: one warm recognizer, units in, rows out.

Started as `python -m stresstest.engine.worker IN OUT` with two inherited file descriptors. It receives a `Task`
first, then units; it sends ("ready", revision), ("decoding", cell), ("row", cell, row) and ("done", unit id).
The parent owns time limits and the store, so that a worker may die at any moment.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from stresstest.audio import Waveform
from stresstest.conditions import Condition
from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool
from stresstest.engine.components import construct
from stresstest.engine.plan import Unit
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.errors import AudioError, RecognizerError, StresstestError
from stresstest.recognizers import Cell, Failure, Recognizer, ToldRecognizer, Transcript
from stresstest.study import Study, without_secrets

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal that a process gets when its parent dies."""

Row = dict[str, Any]
Send = Callable[[tuple[Any, ...]], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know once: the study and which of its recognizers to hold."""

    study: Study
    recognizer: str


class Worker:
    """Renders and decodes units with one open recognizer."""

    def __init__(self, task: Task) -> None:
        self.study, self.name = task.study, task.recognizer
        self.recognizer = construct(task.study.recognizers[task.recognizer], Recognizer)  # type: ignore[type-abstract]
        self.path = SignalPath(task.study, lambda: babble_pool(task.study))
        self._open()
        self.revision = self.recognizer.revision

    def _open(self) -> None:
        try:
            self.recognizer.open()
        except StresstestError as error:
            if self.safe(str(error)) == str(error):
                raise
            raise RecognizerError(self.safe(str(error))) from None

    def safe(self, text: str) -> str:
        """The text without the secrets of the recognizer's options: it may go to a row, a message or run.log."""
        return without_secrets(text, self.study.recognizers[self.name].options)

    def rows(self, unit: Unit, skip: int, send: Send) -> Iterator[tuple[int, Row]]:
        """The rows of a unit from cell `skip` on, in order; tells by `send` which cell is being decoded."""
        number = 0
        for utterance in unit.utterances:
            paths: dict[int, UtterancePath | Failure] = {}
            known: dict[tuple[str, ...], tuple[Transcript | Failure, float]] = {}
            for rep, condition in unit.cells(self.study.reps):
                if number >= skip:
                    if rep not in paths:
                        paths[rep] = self._path(utterance, rep)
                    announce = partial(send, ("decoding", number))
                    yield number, self._row(utterance, rep, condition, paths[rep], known, announce)
                number += 1

    def _path(self, utterance: Utterance, rep: int) -> UtterancePath | Failure:
        try:
            return self.path.of(utterance, rep)
        except AudioError as error:
            return Failure("audio", str(error))

    def _row(
        self,
        utterance: Utterance,
        rep: int,
        condition: Condition,
        path: UtterancePath | Failure,
        known: dict[tuple[str, ...], tuple[Transcript | Failure, float]],
        announce: Callable[[], None],
    ) -> Row:
        row = cell_row(self.name, utterance, rep, condition) | {"recognizer_revision": self.revision}
        if isinstance(path, Failure):
            return row | answer_columns(path)
        try:
            rendered = path.render(condition, self.recognizer.rate_hz)
        except AudioError as error:
            return row | answer_columns(Failure("audio", str(error)))
        digest = rendered.wave.pcm16_sha256()
        heard: tuple[str, ...] = (digest,)
        if isinstance(self.recognizer, ToldRecognizer):
            heard = (digest, condition.label, str(rep))
        if heard not in known:
            announce()
            known[heard] = self._decode(rendered.wave, utterance, rep, condition)
        answer, seconds = known[heard]
        return row | answer_columns(answer) | {
            "audio_seconds": rendered.wave.seconds,
            "decode_seconds": seconds,
            "audio_sha256": digest,
            "speech_level_dbov": rendered.speech_level_dbov,
            "mix_gain_db": rendered.mix_gain_db,
            "level_change_db": rendered.level_change_db,
            "dc_offset": rendered.dc_offset,
        }  # fmt: skip

    def _decode(
        self, wave: Waveform, utterance: Utterance, rep: int, condition: Condition
    ) -> tuple[Transcript | Failure, float]:
        start = time.perf_counter()
        try:
            if isinstance(self.recognizer, ToldRecognizer):
                answers: Sequence[object] = [self.recognizer.answer(cell_of(utterance, rep, condition))]
            else:
                answers = self.recognizer.transcribe([wave])
        except Exception as error:
            answers = [Failure("error", self.safe(f"{type(error).__name__}: {error}"))]
        seconds = time.perf_counter() - start
        if len(answers) == 1 and isinstance(answers[0], Failure):
            return replace(answers[0], message=self.safe(answers[0].message)), seconds
        if len(answers) == 1 and isinstance(answers[0], Transcript) and isinstance(answers[0].text, str):
            return answers[0], seconds
        message = self.safe(f"one Transcript or Failure was expected; got {answers!r:.200}")
        return Failure("bad_output", message), seconds


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
    """The columns that hold the recognizer's answer."""
    if isinstance(answer, Transcript):
        return {"status": "ok", "hypothesis": answer.text}
    return {"status": "failed", "failure_kind": answer.kind, "failure_message": answer.message}


def serve(inbox: Connection, outbox: Connection) -> None:
    """Work until the parent closes its end or sends None."""
    task = inbox.recv()
    try:
        worker = Worker(task)
    except StresstestError as error:
        outbox.send(("refused", error))
        return
    except Exception:
        sys.exit(without_secrets(traceback.format_exc(), task.study.recognizers[task.recognizer].options))
    outbox.send(("ready", worker.revision))
    while (work := inbox.recv()) is not None:
        unit, skip = work
        try:
            for number, row in worker.rows(unit, skip, outbox.send):
                outbox.send(("row", number, row))
        except StresstestError as error:
            outbox.send(("refused", error))
            return
        except (EOFError, BrokenPipeError):
            raise
        except Exception:
            sys.exit(worker.safe(traceback.format_exc()))
        outbox.send(("done", unit.id))
    worker.recognizer.close()


def main() -> None:
    """Entry point of the process; an interrupt is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a killed parent leaves no worker behind
    inbox, outbox = (Connection(int(fd)) for fd in sys.argv[1:3])
    try:
        serve(inbox, outbox)
    except (EOFError, BrokenPipeError):
        sys.exit(0)


if __name__ == "__main__":
    main()
