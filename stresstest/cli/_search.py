# SPDX-License-Identifier: Apache-2.0
"""`stresstest run search=…`: the engine looks, the disparities say whether a step exceeds the tolerance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.config import Job
    from stresstest.engine.plan import Plan
    from stresstest.engine.run import Outcome


def look_for_breaking_point(job: Job, command: str) -> Outcome:
    """Search, write disparity.json, complete breaking_point.json, and say the answer in a line."""
    from stresstest.cli._publish import judge
    from stresstest.cli._watch import watcher
    from stresstest.disparity.breaking_point import measure
    from stresstest.engine.search import FILE, search
    from stresstest.engine.store import RunFolder
    from stresstest.places import read_object, write_whole

    outcome = search(job.study, job.output, job.executor, measure, watcher(), command, job.retry_failed)
    found = judge(job.output, RunFolder(job.output).study(), outcome.results)["breaking_point"]
    record = {**read_object(job.output / FILE), "breaking_point": found}
    write_whole(job.output / FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print(sentence(found, record))
    return outcome


def sentence(found: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """The answer and what it cost."""
    what = "the gap" if found["measure"] == "gap" else f"the WER of {found['group'] or 'the worst group'}"
    above = f"{what} is {'surely ' if found['sure'] else ''}above {found['tolerance']:g}"
    answer = f"from {found['breaks']} on, {above}" if found["breaks"] else f"nowhere it was looked {above}"
    rest = "" if record["stopped"] == "found" else "; the budget ended the search"
    return (
        f"breaking point: {answer}; last within it: {found['holds'] or 'nothing'}{rest} ({record['decodes']} decodes, "
        f"{100 * record['share']:.0f} % of those of every step)"
    )


@dataclass(frozen=True)
class Cost:
    """What a search can take: a step's decodes, how many steps there are, may be looked at, and are expected."""

    step: int
    steps: int
    most: int
    expected: float
    budget: int | None

    @classmethod
    def of(cls, plan: Plan) -> Cost:
        """The cost of the search for which a plan's study asks."""
        from stresstest.engine.search import step_cost
        from stresstest.statistics.bisection import looks_expected

        asked, cost = plan.study.search, step_cost(plan)
        assert asked is not None
        most = asked.most_looks(cost)
        question = asked.question(plan.study.tolerance.max_gap)
        return cls(cost, len(asked.steps), most, looks_expected(question, most), asked.budget_decodes)

    def lines(self) -> list[str]:
        """The cost in words."""
        whole, share = self.step * self.steps, 100 / self.steps
        ruled = "search.budget_decodes sets another limit" if self.budget is None else f"the budget is {self.budget}"
        return [
            f"search: {self.steps} steps of {self.step} decodes, {whole} for every step; about {self.expected:.1f} "
            f"looks expected, {self.expected * self.step:.0f} decodes ({self.expected * share:.0f} %), where a single "
            "crossing is as likely at any step as nowhere",
            f"search: at most {self.most} looks, {self.most * self.step} decodes ({self.most * share:.0f} %); {ruled}",
        ]

    def done(self, plan: Plan, output: Path) -> int:
        """Decodes of its steps that lie finished in a run's folder."""
        from stresstest.engine.store import RunFolder

        finished = RunFolder(output / "search").finished()
        units = [unit for condition in plan.study.grid for unit in plan.only([condition]).units]
        return sum(len(unit.utterances) for unit in units if unit.id in finished) * plan.study.reps
