# SPDX-License-Identifier: Apache-2.0
"""`corpus describe`: who speaks how much in each group, what the groups share, and how they were recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from stresstest.engine.plan import Plan

COUNTS = ("speakers", "utterances", "words", "minutes", "prompts")


def describe(args: argparse.Namespace, plan: Plan) -> int:
    """Print it, as tables or as JSON; draw it with `--plot`."""
    found = _described(plan, args.quality and args.json)
    if args.plot is not None:
        draw(found["groups"], args.plot)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(found, plan, args.quality)
    if args.plot is not None and not args.json:
        print(f"wrote {args.plot}")
    return 0


def _described(plan: Plan, quality: bool) -> dict[str, Any]:
    """Everything that is printed, as plain data."""
    from stresstest.corpora import selection
    from stresstest.corpora.selection.prompts import shared_prompts
    from stresstest.engine.quality import describe_quality
    from stresstest.study import RenderOptions

    rate_hz = RenderOptions().rate_hz
    shared, prompts = shared_prompts(plan.utterances)
    groups = {g: {**row, "prompts": prompts[g]} for g, row in selection.describe(plan.utterances).items()}
    found = {
        "groups": groups,
        "shared_prompts": shared,
        "choice": list(plan.choice),
        "card": {**plan.corpus.card(), "synthetic": "yes" if plan.corpus.synthetic else "no"},
        "recordings": selection.recording_limits(plan.utterances, rate_hz),
    }
    return found | ({"quality": describe_quality(plan.utterances, rate_hz, 0)} if quality else {})


def _print(found: Mapping[str, Any], plan: Plan, quality: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if Console().is_terminal else 120, markup=False)
    table = Table("group", *COUNTS)
    for name, row in found["groups"].items():
        shown = (f"{row[k]:.1f}" if k == "minutes" else str(row[k]) for k in COUNTS)
        table.add_row(name, *shown)
    console.print(table)
    for line in _lines(found):
        console.print(line, highlight=False, soft_wrap=True)
    if quality:
        from stresstest.cli._quality import show

        show(console, plan.utterances)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    shared, groups = found["shared_prompts"], found["groups"]
    if len(groups) > 1:
        least = min(row["prompts"] for row in groups.values())
        advice = " corpus.balance=prompts takes these alone." if 0 < shared < least else ""
        yield f"Texts that every group has read: {shared} of at least {least} in each.{advice}"
    yield from found["choice"]
    yield from (f"{key}: {value}" for key, value in found["card"].items())
    yield from found["recordings"]


def draw(groups: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """A bar a group for speakers, minutes and words, as a PNG. Raises ConfigError for another ending."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from stresstest.errors import ConfigError

    if path.suffix.lower() != ".png":
        raise ConfigError(f"{path}: a plot is written as .png; got {path.suffix!r}.")
    figure = Figure(figsize=(10, 1.2 + 0.3 * len(groups)), layout="constrained")
    names = list(groups)[::-1]
    for axes, key in zip(figure.subplots(1, 3, sharey=True), ("speakers", "minutes", "words"), strict=True):
        bars = axes.barh(names, [groups[name][key] for name in names], color="#4477aa")
        axes.bar_label(bars, fmt="%.3g", padding=2)
        axes.set_title(key)
        axes.margins(x=0.15)
    FigureCanvasAgg(figure)
    figure.savefig(path)
