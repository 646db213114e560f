# SPDX-License-Identifier: Apache-2.0
"""`stresstest run search=…`: the engine looks, the disparities say whether a step exceeds the tolerance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.config import Job
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
    above = f"{what} is above {found['tolerance']:g}"
    answer = f"from {found['breaks']} on, {above}" if found["breaks"] else f"nowhere it was looked {above}"
    rest = "" if record["stopped"] == "found" else "; the budget ended the search"
    return (
        f"breaking point: {answer}; last within it: {found['holds'] or 'nothing'}{rest} ({record['decodes']} decodes, "
        f"{100 * record['share']:.0f} % of those of every step)"
    )
