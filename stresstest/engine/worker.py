# SPDX-License-Identifier: Apache-2.0
"""One worker process: one warm recognizer, units in, rows out.

Started as `python -m stresstest.engine.worker IN OUT` with two inherited file descriptors. It receives a `Task`
first, then units; it sends ("ready", revision), ("decoding", cell, how many), ("row", cell, row), ("done", unit id)
and ("refused", error). The parent owns time limits and the store, so that a worker may die at any moment.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from stresstest.conditions import Condition
from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool
from stresstest.engine.components import construct
from stresstest.engine.decoding import Answer, Decoder, Question, Row, Send, answer_columns, cell_of, cell_row
from stresstest.engine.plan import Unit
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.errors import AudioError, RecognizerError, StresstestError
from stresstest.recognizers import Failure, Recognizer, Spent, ToldRecognizer
from stresstest.study import REDACTED, Study, without_secrets

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal that a process gets when its parent dies."""
ACCOUNT = "spending-{}.jsonl"
"""The file of a run's folder in which a recognizer that costs money keeps account."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know once: the study, which of its recognizers to hold, and the run's folder."""

    study: Study
    recognizer: str
    folder: Path | None = None


class Worker:
    """Renders and decodes units with one open recognizer."""

    def __init__(self, task: Task) -> None:
        self.study, self.name = task.study, task.recognizer
        self.recognizer = construct(task.study.recognizers[task.recognizer], Recognizer)  # type: ignore[type-abstract]
        self.path = SignalPath(task.study, lambda: babble_pool(task.study))
        self.decoder = Decoder(self.recognizer, self.safe)
        if task.folder is not None:
            self.recognizer.keep_account(task.folder / ACCOUNT.format(self.name))
        self._open()
        self.revision = self.recognizer.revision

    def _open(self) -> None:
        """Raises what `open` raises, as a RecognizerError or a RuntimeError where its message held a secret."""
        try:
            self.recognizer.open()
        except Exception as error:
            said = self.safe(str(error))
            if said == str(error):
                raise
            if isinstance(error, StresstestError):
                raise RecognizerError(said) from None
            raise RuntimeError(f"{type(error).__name__}: {said}") from None

    def safe(self, text: str) -> str:
        """The text without the recognizer's secrets: it may go to a row, a message or run.log."""
        text = without_secrets(text, self.study.recognizers[self.name].options)
        for secret in self.recognizer.secrets:
            text = text.replace(secret, REDACTED)
        return text

    def rows(self, unit: Unit, skip: int, send: Send, singly: bool = False) -> Iterator[tuple[int, Row]]:
        """The rows of a unit from cell `skip` on, in order; tells by `send` which cells are being decoded.

        As many waveforms are decoded together as the recognizer takes, one where `singly`; of an utterance each
        sound is decoded once. A row leaves as soon as no earlier cell waits for its answer.
        """
        most = 1 if singly else self.decoder.batch_size
        held: list[tuple[int, Row, Question | None]] = []
        asked: dict[tuple[str, ...], Question] = {}
        known: dict[tuple[str, ...], Answer] = {}
        for number, row, question in self._cells(unit, skip):
            held.append((number, row, question))
            if question is not None and question.heard not in known:
                asked.setdefault(question.heard, question)
            if not asked or len(asked) == most:
                known |= self._answers(asked, send)
                yield from (_answered(*cell, known) for cell in held)
                held, asked = [], {}
        known |= self._answers(asked, send)
        yield from (_answered(*cell, known) for cell in held)

    def _answers(self, asked: Mapping[tuple[str, ...], Question], send: Send) -> dict[tuple[str, ...], Answer]:
        if not asked:
            return {}
        return dict(zip(asked, self.decoder.answers(list(asked.values()), send), strict=True))

    def _cells(self, unit: Unit, skip: int) -> Iterator[tuple[int, Row, Question | None]]:
        """Number, row and question of each cell; no question where nothing could be rendered."""
        number = 0
        for utterance in unit.utterances:
            paths: dict[int, UtterancePath | Failure] = {}
            for rep, condition in unit.cells(self.study.reps):
                if number >= skip:
                    if rep not in paths:
                        paths[rep] = self._path(utterance, rep)
                    yield number, *self._cell(number, utterance, rep, condition, paths[rep])
                number += 1

    def _path(self, utterance: Utterance, rep: int) -> UtterancePath | Failure:
        try:
            return self.path.of(utterance, rep)
        except AudioError as error:
            return Failure("audio", str(error))

    def _cell(
        self, number: int, utterance: Utterance, rep: int, condition: Condition, path: UtterancePath | Failure
    ) -> tuple[Row, Question | None]:
        row = cell_row(self.name, utterance, rep, condition) | {"recognizer_revision": self.revision}
        if isinstance(path, Failure):
            return row | answer_columns(path), None
        try:
            rendered = path.render(condition, self.recognizer.rate_hz)
        except AudioError as error:
            return row | answer_columns(Failure("audio", str(error))), None
        digest = rendered.wave.pcm16_sha256()
        told = (condition.label, str(rep)) if isinstance(self.recognizer, ToldRecognizer) else ()
        cell = cell_of(utterance, rep, condition)
        return row | {
            "audio_seconds": rendered.wave.seconds,
            "audio_sha256": digest,
            "speech_level_dbov": rendered.speech_level_dbov,
            "mix_gain_db": rendered.mix_gain_db,
            "level_change_db": rendered.level_change_db,
            "dc_offset": rendered.dc_offset,
        }, Question(number, rendered.wave, cell, (utterance.id, digest, *told))  # fmt: skip


def _answered(
    number: int, row: Row, question: Question | None, known: Mapping[tuple[str, ...], Answer]
) -> tuple[int, Row]:
    if question is None:
        return number, row
    answer, seconds, asked = known[question.heard]
    answer = answer if asked == number or answer.spent is None else replace(answer, spent=Spent())  # paid once
    return number, row | answer_columns(answer) | {"decode_seconds": seconds}


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
        unit, skip, singly = work
        try:
            for number, row in worker.rows(unit, skip, outbox.send, singly):
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
