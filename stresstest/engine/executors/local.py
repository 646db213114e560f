# SPDX-License-Identifier: Apache-2.0
"""A pool of worker processes on this machine, with a time limit for each decode."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from stresstest.conditions import Condition
from stresstest.corpora import Utterance
from stresstest.engine.decoding import Row, answer_columns, cell_row
from stresstest.engine.executors._process import WorkerProcess
from stresstest.engine.executors.base import Executor, Finish, Progress
from stresstest.engine.plan import Unit
from stresstest.engine.worker import Task
from stresstest.errors import ConfigError, RecognizerError, SpendingError
from stresstest.recognizers import Failure
from stresstest.study import Study

DEATHS_AT_START, DEATHS_LATER = 5, 50
"""After so many deaths in a row, before the first answer and after it, the run stops: nothing comes of going on."""


@dataclass(frozen=True)
class Local(Executor):
    """Worker processes: as many as `workers`, by default one a core. A decode that takes longer than
    `time_limit_seconds`, times the waveforms that are decoded together, is killed; together they are then tried again
    one by one, and one alone is recorded as a failure of kind `timeout`."""

    workers: int | None = None
    time_limit_seconds: float = 120.0

    def __post_init__(self) -> None:
        if self.workers is not None and (not isinstance(self.workers, int) or not 1 <= self.workers <= 1024):
            raise ConfigError(f"executor.workers takes a whole number from 1 to 1024 or null; got {self.workers!r}.")
        if not isinstance(self.time_limit_seconds, int | float) or not self.time_limit_seconds > 0:
            raise ConfigError(
                f"executor.time_limit_seconds takes a number of seconds above 0; got {self.time_limit_seconds!r}."
            )

    @property
    def parallelism(self) -> int:
        return self.workers or len(os.sched_getaffinity(0))

    def execute(self, study: Study, units: Sequence[Unit], finish: Finish, progress: Progress, log: Path) -> None:
        pool = _Pool(study, deque(units), finish, progress, log, self.time_limit_seconds)
        try:
            pool.work(min(self.parallelism, len(units)))
        finally:
            for slot in pool.slots:
                slot.kill()


class _Pool:
    """The parent's side: hands out units, collects rows, replaces workers that die or take too long."""

    def __init__(
        self, study: Study, pending: deque[Unit], finish: Finish, progress: Progress, log: Path, time_limit: float
    ) -> None:
        self.study, self.pending, self.finish, self.progress = study, pending, finish, progress
        self.log, self.time_limit = log, time_limit
        self.slots: list[WorkerProcess] = []
        self.deaths, self.limit = 0, DEATHS_AT_START
        self.spent: SpendingError | None = None

    def work(self, workers: int) -> None:
        """Until no unit is left."""
        for _ in range(workers):
            self._start(self.pending.popleft(), [])
        while self.slots:
            ready = wait([slot.outbox for slot in self.slots], self._patience())
            for slot in [s for s in self.slots if s.outbox in ready]:
                self._receive(slot)
            now = time.monotonic()
            for slot in [s for s in self.slots if (s.due(self.time_limit) or now) < now]:
                limit = f"no answer within {self.time_limit:g} s (executor.time_limit_seconds)"
                self._replace(slot, Failure("timeout", limit))
        if self.spent is not None:
            raise self.spent

    def _patience(self) -> float | None:
        ends = [due for slot in self.slots if (due := slot.due(self.time_limit)) is not None]
        return max(0.0, min(ends) - time.monotonic()) + 0.01 if ends else None

    def _start(self, unit: Unit, rows: list[Row], singly: bool = False) -> None:
        task = Task(self.study, unit.recognizer, self.log.parent)
        self.slots.append(WorkerProcess(task, unit, rows, self.log, singly))

    def _receive(self, slot: WorkerProcess) -> None:
        message = slot.receive()
        match message:
            case None:
                self._died(slot)
            case ("row", _, row):
                self.deaths, self.limit = 0, DEATHS_LATER
                slot.rows.append(row)
                self.progress(row)
            case ("refused", SpendingError() as error):
                self._stop_spending(slot, error)
            case ("refused", error):
                raise error
            case ("done", _):
                self._finished(slot)

    def _stop_spending(self, slot: WorkerProcess, error: SpendingError) -> None:
        """No unit is begun any more; the other workers end what they have paid for."""
        self.spent = error
        self.pending.clear()
        self._drop(slot)

    def _finished(self, slot: WorkerProcess, usable: bool = True) -> None:
        """Give the worker, or where it is not usable a fresh one, the next unit, then write what it has done."""
        unit, rows = slot.unit, slot.rows
        if usable and self.pending and self.pending[0].recognizer == unit.recognizer:
            slot.give(self.pending.popleft())
        else:
            self._drop(slot)
            if self.pending:
                self._start(self.pending.popleft(), [])
        self.finish(unit, rows)

    def _died(self, slot: WorkerProcess) -> None:
        how = slot.end()
        if slot.revision is None:
            raise RecognizerError(
                f"The recognizer {slot.unit.recognizer!r} cannot start: {how}. See its messages in {self.log}."
            )
        self._replace(slot, Failure("crashed", how))

    def _replace(self, slot: WorkerProcess, failure: Failure) -> None:
        """Record the cell in hand as failed and let a fresh worker go on behind it.

        Where several cells are in hand, the fresh worker goes through the rest of the unit one by one, so that only
        the one that does it fails. A worker can also die between its last row and "done"; then there is no cell in
        hand.
        """
        if len(slot.rows) == self._size(slot):
            self._finished(slot, usable=False)
            return
        if slot.together > 1:
            self._drop(slot)
            self._start(slot.unit, slot.rows, singly=True)
            return
        self.deaths += 1
        if self.deaths >= self.limit:
            raise RecognizerError(
                f"The recognizer {slot.unit.recognizer!r} failed {self.deaths} times in a row without one answer, "
                f"last by: {failure.message}. Its messages are in {self.log}. The same command goes on from here."
            )
        utterance, (rep, condition) = self._cell(slot)
        row = cell_row(slot.unit.recognizer, utterance, rep, condition) | answer_columns(failure)
        slot.rows.append(row | {"recognizer_revision": slot.revision})
        self.progress(slot.rows[-1])
        self._drop(slot)
        if len(slot.rows) < self._size(slot):
            self._start(slot.unit, slot.rows, singly=slot.singly)
            return
        self.finish(slot.unit, slot.rows)
        if self.pending:
            self._start(self.pending.popleft(), [])

    def _cell(self, slot: WorkerProcess) -> tuple[Utterance, tuple[int, Condition]]:
        cells = list(slot.unit.cells(self.study.reps))
        which, cell = divmod(len(slot.rows), len(cells))
        return slot.unit.utterances[which], cells[cell]

    def _size(self, slot: WorkerProcess) -> int:
        return len(slot.unit.utterances) * len(slot.unit.conditions) * self.study.reps

    def _drop(self, slot: WorkerProcess) -> None:
        slot.kill()
        self.slots.remove(slot)
