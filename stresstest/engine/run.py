# SPDX-License-Identifier: Apache-2.0
"""plan → units → executor → shards → results.parquet, resumable at every point."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stresstest import provenance
from stresstest.engine.babble import check_babble
from stresstest.engine.decoding import Row
from stresstest.engine.executors import Executor
from stresstest.engine.plan import Plan, Unit, make_plan
from stresstest.engine.record import failures, record_of
from stresstest.engine.scoring import scored_table
from stresstest.engine.store import RunFolder
from stresstest.errors import RunFolderError
from stresstest.results import Results
from stresstest.study import Study


class Watcher:
    """Hears what happens during a run; this one says nothing. The command line prints."""

    def planned(self, plan: Plan, done: int) -> None:
        """The plan is made, and `done` of its cells are there from before."""

    def row(self, row: Row) -> None:
        """A cell is decoded."""

    def closed(self) -> None:
        """No more rows come, for whatever reason."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run."""

    folder: Path
    results: Results
    failed: int


def run(
    study: Study,
    output: Path,
    executor: Executor,
    watcher: Watcher | None = None,
    command: str = "",
    retry_failed: bool = False,
) -> Outcome:
    """Answer a study in `output`; the same call again goes on where an interruption left off.

    Writes study.yaml, units/, results.parquet and provenance.json. A failed cell is an answer and stays, unless
    `retry_failed`: then units that hold one are decoded again and replaced as they finish. Raises RunFolderError when
    another process holds the folder, it belongs to another study or another revision of the recognizer answered in
    it, RecognizerError when a recognizer cannot start; a KeyboardInterrupt loses the units in hand and no more.
    """
    watcher = watcher or Watcher()
    folder = RunFolder(output)
    session = {"started": provenance.now(), "command": command, "workers": executor.parallelism}
    clock = time.monotonic()
    plan = make_plan(study)
    check_babble(plan.study, plan.utterances)
    with folder.locked():
        folder.begin(study, [unit.id for unit in plan.units])
        finished = folder.finished() - (folder.failed() if retry_failed else set())
        pending = [unit for unit in plan.units if unit.id not in finished]
        watcher.planned(plan, plan.cells - sum(_cells(plan, unit) for unit in pending))
        execute(plan, pending, Finish(folder, plan, finished), executor, watcher)
        results = score(folder, plan.study, [unit.id for unit in plan.units], plan.strata)
        session |= {
            "finished": provenance.now(),
            "wall_seconds": round(time.monotonic() - clock, 3),
            "units": len(pending),
        }
        provenance.write(output, record_of(plan, results, folder, session))
    return Outcome(output, results, failures(results))


def score(folder: RunFolder, study: Study, units: Sequence[str], strata: Sequence[str]) -> Results:
    """Units → results.parquet, rows ordered as the study orders recognizers, conditions, utterances and replicates."""
    table = folder.read_units(units, strata)
    asked = {"condition": [c.label for c in study.grid], "recognizer": list(study.recognizers)}
    ranks = [pc.index_in(table[column], pa.array(names)) for column, names in asked.items()]
    ordered = table.take(pa.array(np.lexsort([rank.to_numpy() for rank in ranks])))
    results = Results(scored_table(ordered, study.normalizer, strata))
    results.write(folder.path / "results.parquet")
    return results


def rescore(output: Path, changes: Mapping[str, Any]) -> Outcome:
    """Score a finished run again under a study with `changes` (normalizer, tolerance, …); nothing is decoded.

    Raises RunFolderError when the run is not finished.
    """
    folder = RunFolder(output)
    study = replace(folder.study(), **changes)
    with folder.locked():
        old = Results.read(output / "results.parquet")
        results = Results(scored_table(old.table, study.normalizer, old.strata))
        results.write(output / "results.parquet")
        folder.rebind(study)
        record = provenance.read(output)
        provenance.write(output, record | {"study_digest": study.digest, "results_signature": results.signature()})
    return Outcome(output, results, failures(results))


class Finish:
    """Writes units, each after a look at who answered: the answers of one recognizer come from one revision of it."""

    def __init__(self, folder: RunFolder, plan: Plan, finished: Collection[str]) -> None:
        self.folder, self.strata = folder, plan.strata
        self.revisions: dict[str, set[str]] = {}
        for unit in plan.units:
            if unit.id in finished and not self.revisions.get(unit.recognizer):
                self.revisions[unit.recognizer] = folder.revisions(unit.id)

    def __call__(self, unit: Unit, rows: Sequence[Row]) -> None:
        now = {row["recognizer_revision"] for row in rows} - {None}
        before = self.revisions.setdefault(unit.recognizer, now) or now
        if now - before:
            raise RunFolderError(
                f"{self.folder.path} holds answers of another revision of the recognizer {unit.recognizer!r} "
                f"({', '.join(sorted(before))} -> {', '.join(sorted(now))}). Two revisions in one table cannot be "
                "told apart: give another folder (output=DIR) or install the old revision again."
            )
        self.folder.write_unit(unit.id, rows, self.strata)


def execute(plan: Plan, pending: Sequence[Unit], finish: Finish, executor: Executor, watcher: Watcher) -> None:
    try:
        if pending:
            executor.execute(plan.study, pending, finish, watcher.row, finish.folder.path / "run.log")
    finally:
        watcher.closed()


def _cells(plan: Plan, unit: Unit) -> int:
    return len(unit.utterances) * len(unit.conditions) * plan.study.reps
