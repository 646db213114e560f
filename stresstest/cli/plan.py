# SPDX-License-Identifier: Apache-2.0
"""Say what `stresstest run` with the same overrides would do, and decode nothing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.config import Job
    from stresstest.engine.plan import Plan

HELP = "what a run would do, take and be able to show; decodes nothing"
EXAMPLE = "stresstest plan study=ward_demo grid.axes.snr_db=[10,5]"
ASSUMED_WERS = (0.05, 0.15, 0.30)


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="the same as for `stresstest run`")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with config files of your own")


def execute(args: argparse.Namespace) -> int:
    """Print the plan."""
    from rich.console import Console

    from stresstest.config import compose
    from stresstest.engine.plan import make_plan

    job = compose(*args.overrides, config_dir=args.config_dir)
    plan = make_plan(job.study)
    console = Console(width=None if Console().is_terminal else 120)
    console.print(f"[bold]{plan.study.name}[/bold]: {plan.study.question}")
    console.print(_groups(plan))
    console.print("conditions:", ", ".join(c.label for c in plan.study.grid), soft_wrap=True, highlight=False)
    for line in _lines(job, plan):
        console.print(line, highlight=False, soft_wrap=True)
    return 0


def _groups(plan: Plan) -> Any:
    from rich.table import Table

    from stresstest.corpora.selection import describe
    from stresstest.statistics.power import minimum_detectable_gap

    table = Table("group", "speakers", "utterances", "words", "hours", *(f"MDG at {w:.0%} WER" for w in ASSUMED_WERS))
    for name, group in describe(plan.utterances).items():
        per_speaker = group["words"] / group["speakers"]
        gaps = (minimum_detectable_gap(w, int(group["speakers"]), per_speaker) for w in ASSUMED_WERS)
        counts = (str(group[k]) for k in ("speakers", "utterances", "words"))
        table.add_row(name, *counts, f"{group['minutes'] / 60:.3f}", *(f"{100 * g:.1f} points" for g in gaps))
    return table


def _lines(job: Job, plan: Plan) -> list[str]:
    from stresstest.engine.store import RunFolder

    finished = RunFolder(job.output).finished()
    done = [unit for unit in plan.units if unit.id in finished]
    cells = len(plan.study.grid) * plan.study.reps
    cached = sum(len(unit.utterances) for unit in done) * cells
    return [
        "MDG: minimum detectable gap between two such groups (power 0.8, level 0.95, coefficient of variation 0.5 "
        "between speakers). More speakers lower it; more words a speaker barely do.",
        f"{len(plan.study.grid)} conditions × {plan.study.reps} replicates × {len(plan.utterances)} utterances × "
        f"{len(plan.study.recognizers)} recognizers = {plan.cells} decodes in {len(plan.units)} units; "
        f"{cached} decodes ({len(done)} units) are done already in {job.output}",
        _expectation(job, plan, 1 - cached / plan.cells),
    ]


def _expectation(job: Job, plan: Plan, left: float) -> str:
    from stresstest.corpora.selection import describe
    from stresstest.engine.components import construct
    from stresstest.recognizers import Recognizer

    padding = 2 * plan.study.render.padding_ms / 3.6e6 * len(plan.utterances)
    hours = padding + sum(group["minutes"] for group in describe(plan.utterances).values()) / 60
    audio = hours * len(plan.study.grid) * plan.study.reps * left
    parts = []
    for name, component in plan.study.recognizers.items():
        recognizer = construct(component, Recognizer)  # type: ignore[type-abstract]
        cost = f"cost ${audio * recognizer.cost_per_hour:.2f}"
        if recognizer.expected_rtf is None:
            parts.append(f"{name}: {audio:.2f} h of audio to decode, time unknown, {cost}")
        else:
            minutes = audio * 60 * recognizer.expected_rtf / job.executor.parallelism
            rtf = f"real-time factor {recognizer.expected_rtf:g}"
            parts.append(f"{name}: {audio:.2f} h of audio to decode, about {minutes:.1f} min with {rtf} on "
                         f"{job.executor.parallelism} workers, {cost}")  # fmt: skip
    return "; ".join(parts)
