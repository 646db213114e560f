# SPDX-License-Identifier: Apache-2.0
"""Say what `stresstest run` with the same overrides would do, and decode nothing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stresstest.cli._power import Scenario
    from stresstest.config import Job
    from stresstest.engine.plan import Plan

HELP = "what a run would do, take and be able to show; decodes nothing"
EXAMPLE = "stresstest plan study=ward_demo grid.axes.snr_db=[10,5]"


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    from stresstest.cli import _power
    from stresstest.cli._help import choices

    parser.description = f"{parser.description}\n\n{choices()}"
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="the same as for `stresstest run`")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with config files of your own")
    _power.configure(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the plan."""
    from rich.console import Console

    from stresstest.cli import _power
    from stresstest.config import compose
    from stresstest.corpora.selection import describe
    from stresstest.engine.plan import make_plan

    _power.check(args)
    job = compose(*args.overrides, config_dir=args.config_dir)
    plan = make_plan(job.study)
    console = Console(width=None if Console().is_terminal else 120)
    console.print(f"[bold]{plan.study.name}[/bold]: {plan.study.question}")
    columns = _power.scenarios(args.earlier, list(plan.study.recognizers))
    groups = describe(plan.grouped)
    console.print(_groups(plan, columns))
    for table in _power.tables(args, groups, columns):
        console.print(table)
    what = "steps among which to search:" if plan.study.search else "conditions:"
    console.print(what, ", ".join(c.label for c in plan.study.grid), soft_wrap=True, highlight=False)
    told = _search_lines(job, plan) if plan.study.search else _lines(job, plan)
    for line in [*plan.choice, *_few(plan), *_power.lines(args, groups, columns), *told]:
        console.print(line, highlight=False, soft_wrap=True)
    return 0


def _groups(plan: Plan, columns: Sequence[Scenario]) -> Any:
    from rich.table import Table

    from stresstest.cli._power import detectable
    from stresstest.corpora.selection import describe

    table = Table("group", "speakers", "utterances", "words", "hours", *(column.title for column in columns))
    for name, group in describe(plan.grouped).items():
        counts = (str(group[k]) for k in ("speakers", "utterances", "words"))
        table.add_row(name, *counts, f"{group['minutes'] / 60:.3f}", *detectable(name, group, columns))
    return table


def _few(plan: Plan) -> list[str]:
    from stresstest.corpora.selection import describe
    from stresstest.statistics.intervals import MIN_SPEAKERS

    least = plan.study.smallest_group
    sizes = {name: group["speakers"] for name, group in describe(plan.grouped).items()}
    small = [name for name, speakers in sizes.items() if speakers < least]
    few = [name for name, speakers in sizes.items() if least <= speakers < MIN_SPEAKERS]
    withheld = (
        f"Fewer than {least} speakers: {', '.join(small)}. Such groups are withheld: they are named and take no part "
        "in any number (study.min_cell_speakers)."
    )
    described = (
        f"Fewer than {MIN_SPEAKERS} speakers: {', '.join(few)}. Such groups are described and not judged: they get no "
        "interval, no test and no verdict."
    )
    return [*([withheld] if small else []), *([described] if few else [])]


def _lines(job: Job, plan: Plan) -> list[str]:
    from stresstest.engine.store import RunFolder

    finished = RunFolder(job.output).finished()
    done = [unit for unit in plan.units if unit.id in finished]
    cells = len(plan.study.grid) * plan.study.reps
    cached = sum(len(unit.utterances) for unit in done) * cells
    return [
        f"{_count(len(plan.study.grid), 'condition')} × {_count(plan.study.reps, 'replicate')} × "
        f"{_count(len(plan.utterances), 'utterance')} × {_count(len(plan.study.recognizers), 'recognizer')} = "
        f"{_count(plan.cells, 'decode')} in {_count(len(plan.units), 'unit')}; "
        f"{cached} decodes ({len(done)} units) are done already in {job.output}",
        _expectation(job, plan, 1 - cached / plan.cells),
    ]


def _search_lines(job: Job, plan: Plan) -> list[str]:
    from stresstest.cli._search import Cost

    cost = Cost.of(plan)
    done = cost.done(plan, job.output)
    return [
        *cost.lines(),
        f"{done} decodes are done already in {job.output}",
        f"expected: {_expectation(job, plan, cost.expected / cost.steps)}",
        f"at most: {_expectation(job, plan, cost.most / cost.steps)}",
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


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
        price = recognizer.cost_per_hour
        cost = "cost unknown" if price is None else f"cost ${audio * price:.2f}"
        if recognizer.expected_rtf is None:
            parts.append(f"{name}: {audio:.2f} h of audio to decode, time unknown, {cost}")
        else:
            minutes = audio * 60 * recognizer.expected_rtf / job.executor.parallelism
            rtf = f"real-time factor {recognizer.expected_rtf:g}"
            parts.append(f"{name}: {audio:.2f} h of audio to decode, about {minutes:.1f} min with {rtf} on "
                         f"{job.executor.parallelism} workers, {cost}")  # fmt: skip
    return "; ".join(parts)
