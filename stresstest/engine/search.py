# SPDX-License-Identifier: Apache-2.0
"""A search in place of a whole grid: one condition after the other, each chosen by what the last ones showed.

Units of all steps lie in `search/` of the run folder, under the study with every step in its grid; a call that is
repeated goes through the same steps, finds them decoded and goes on. What is left in the folder itself is an ordinary
finished run whose grid holds the conditions that were looked at.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stresstest import provenance
from stresstest.conditions import Condition, ConditionGrid
from stresstest.engine.babble import check_babble
from stresstest.engine.executors import Executor
from stresstest.engine.plan import Plan, make_plan
from stresstest.engine.record import failures, record_of
from stresstest.engine.run import Finish, Outcome, Watcher, execute, score
from stresstest.engine.store import RunFolder
from stresstest.errors import ConfigError, RunFolderError
from stresstest.places import write_whole
from stresstest.results import Results
from stresstest.search import Search
from stresstest.statistics.bisection import Question, Seen, needed, next_step
from stresstest.study import Study

Measure = Callable[[Results, Study, str], Seen]
"""(results so far, the study, a condition's label) → what the search measures there, between the study's groups."""

FILE = "breaking_point.json"


def search(
    study: Study,
    output: Path,
    executor: Executor,
    measure: Measure,
    watcher: Watcher | None = None,
    command: str = "",
    retry_failed: bool = False,
) -> Outcome:
    """Look at steps of `study.search` until the breaking point is known or the budget is spent.

    study: with every step in its grid. Writes what `run` writes, units apart, and the file FILE: steps in the order
    of the looks, and decodes beside those of the whole grid. Raises what `run` raises, ConfigError for several
    recognizers or a budget that is too small, RunFolderError where the folder holds a run that is no search.
    """
    if study.search is None or len(study.recognizers) != 1:
        raise ConfigError(f"A search takes one recognizer; the study has {', '.join(study.recognizers)}.")
    own, work = RunFolder(output), RunFolder(output / "search")
    with own.locked(), work.locked():
        if (output / "study.yaml").exists() and not (output / FILE).exists():
            raise RunFolderError(f"{output} holds a run that is no search. Give another folder: output=DIR.")
        plan = make_plan(study)
        check_babble(study, plan.utterances)
        work.begin(study, [u.id for c in study.grid for u in plan.only([c]).units])
        session = {"started": provenance.now(), "command": command, "workers": executor.parallelism}
        clock = time.monotonic()
        looks = _Looks(plan, study.search, work, executor, watcher or Watcher(), retry_failed)
        looks.search(measure)
        study = replace(study, grid=ConditionGrid(tuple(c for c in study.grid if c.label in looks.labels())))
        assert looks.results is not None
        write_whole(output / FILE, json.dumps(looks.outcome(), indent=1, ensure_ascii=False) + "\n")
        looks.results.write(output / "results.parquet")
        own.rebind(study)
        session |= {
            "finished": provenance.now(),
            "wall_seconds": round(time.monotonic() - clock, 3),
            "units": looks.units,
        }
        provenance.write(output, record_of(replace(plan, study=study), looks.results, own, session))
    return Outcome(output, looks.results, failures(looks.results))


def step_cost(plan: Plan) -> int:
    """Decodes of one step of a search."""
    return len(plan.utterances) * plan.study.reps


@dataclass
class _Looks:
    """The steps looked at so far, in `seen` with what they showed, and the results of all of them.

    stopped: `found`, or `budget` where the budget ended the search before there was an answer.
    """

    plan: Plan
    search_: Search
    folder: RunFolder
    executor: Executor
    watcher: Watcher
    retry_failed: bool
    seen: dict[int, Seen] = field(default_factory=dict)
    planned: list[str] = field(default_factory=list)
    results: Results | None = None
    units: int = 0
    stopped: str = "found"

    def search(self, measure: Measure) -> None:
        """Look until there is nothing left to look for, or the budget is spent.

        Raises ConfigError, before anything is decoded, for a budget that is too small.
        """
        asked, most = self.search_, self.search_.most_looks(self.cost)
        stale = self.folder.failed() if self.retry_failed else set()
        while len(self.seen) < most and (step := next_step(self.seen, self.question)) is not None:
            self._decode(Condition.parse(asked.steps[step]), stale)
            assert self.results is not None
            self.seen[step] = measure(self.results, self.plan.study, asked.steps[step])
        self.stopped = "found" if needed(self.seen, self.question) is None else "budget"

    @property
    def question(self) -> Question:
        """What is asked of the numbers alone."""
        return self.search_.question(self.plan.study.tolerance.max_gap)

    @property
    def cost(self) -> int:
        """Decodes of one step."""
        return step_cost(self.plan)

    def labels(self) -> list[str]:
        """The conditions looked at, in the order of the looks."""
        return [self.search_.steps[step] for step in self.seen]

    def outcome(self) -> Mapping[str, Any]:
        """What FILE says."""
        decodes, whole = len(self.seen) * self.cost, len(self.search_.steps) * self.cost
        looks = [(self.search_.steps[s], found.value > self.question.limit) for s, found in self.seen.items()]
        return {
            "schema": "stresstest/breaking_point/1",
            "axis": self.search_.axis,
            "looks": [{"condition": label, "exceeds": exceeds} for label, exceeds in looks],
            "stopped": self.stopped,
            "decodes": decodes,
            "most_decodes": self.search_.most_looks(self.cost) * self.cost,
            "decodes_of_every_step": whole,
            "share": round(decodes / whole, 4),
        }

    def _decode(self, condition: Condition, stale: set[str]) -> None:
        plan = self.plan.only([condition])
        ids = [unit.id for unit in plan.units]
        finished = self.folder.finished() - stale
        pending = [unit for unit in plan.units if unit.id not in finished]
        self.watcher.planned(plan, plan.cells - sum(len(u.utterances) for u in pending) * plan.study.reps)
        execute(plan, pending, Finish(self.folder, plan, finished), self.executor, self.watcher)
        self.units += len(pending)
        self.planned += ids
        self.results = score(self.folder, self.plan.study, self.planned, self.plan.strata)
