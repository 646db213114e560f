# SPDX-License-Identifier: Apache-2.0
"""Everything in this process, one unit after the other: for debuggers. It can enforce no time limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stresstest.engine.executors.base import Executor, Finish, Progress
from stresstest.engine.plan import Unit
from stresstest.engine.worker import Task, Worker
from stresstest.study import Study


@dataclass(frozen=True)
class Inline(Executor):
    """No worker processes."""

    @property
    def parallelism(self) -> int:
        return 1

    def execute(self, study: Study, units: Sequence[Unit], finish: Finish, progress: Progress, log: Path) -> None:
        workers: dict[str, Worker] = {}
        for unit in units:
            if unit.recognizer not in workers:
                workers[unit.recognizer] = Worker(Task(study, unit.recognizer, log.parent))
            rows = []
            for _, row in workers[unit.recognizer].rows(unit, 0, lambda message: None):
                progress(row)
                rows.append(row)
            finish(unit, rows)
        for worker in workers.values():
            worker.recognizer.close()
