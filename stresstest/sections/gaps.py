# SPDX-License-Identifier: Apache-2.0
"""The gap in each condition, beside what chance alone would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stresstest.sections._cells import View, gap_of, per_recognizer, views
from stresstest.sections._figures import BLUE, INK, LINE, ORANGE, SOFT, VERMILION, drawn, slug
from stresstest.sections._words import count, group_cell, p_cell, points, rate_cell, span_cell, text_cell, title_of
from stresstest.sections.base import Block, Cell, Content, Evidence, Figure, Paragraph, Section, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXPLANATION = (
    "Picking the worst and the best makes a gap larger than the true difference, the more so the fewer speakers there "
    "are. So beside it stands what the same speakers give when they are dealt to the groups at random: the mean of "
    "such gaps, and what 95 of 100 of them lie below. p says how often chance makes two groups differ as clearly, "
    "whether their speakers vary alike or not. For the cross-fit gap best and worst are picked on one half of the "
    "speakers and compared on the other. The interval allows for the picking. The ratio, worst over best, can fall "
    "while the gap widens, because every error rate grows with noise."
)
COLUMNS = (
    "Condition", "Best", "Worst", "Gap (points)", "95 % interval", "Ratio", "Chance, mean", "Chance, 95 % below", "p",
    "Cross-fit gap",
)  # fmt: skip


class Gaps(Section):
    """Gap, its interval, its permutation null and its cross-fit value; a figure and the numbers."""

    title = "The gap, beside chance"
    place = 70
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        tolerance = evidence.study.tolerance.max_gap
        found = per_recognizer({v.recognizer: _blocks(k, v, tolerance) for k, v in enumerate(views(evidence), 1)})
        return [Paragraph(EXPLANATION), *found] if found else []


def _blocks(k: int, view: View, tolerance: float) -> list[Block]:
    known = View(view.recognizer, tuple(c for c in view.cells if gap_of(c)), view.groups, view.noun)
    if not known.cells:
        return []
    caption = (
        f"The gap between worst- and best-served {view.noun} in each condition (all bounds in points of WER). p: how "
        "often chance alone makes two groups differ as clearly."
    )
    return [_figure(f"gap_{k}_{slug(view.recognizer)}", known, tolerance), _table(caption, known)]


def _table(caption: str, view: View) -> Table:
    return Table(
        caption, COLUMNS, tuple(_row(cell["condition"], gap_of(cell)) for cell in view.cells), tuple(range(3, 10))
    )


def _row(label: str, gap: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        text_cell(title_of(label)),
        group_cell(gap["best"]),
        group_cell(gap["worst"]),
        rate_cell(gap["difference"]),
        span_cell(gap.get("low"), gap.get("high")),
        rate_cell(gap.get("ratio"), 2, 1),
        rate_cell(gap.get("null_mean")),
        rate_cell(gap.get("null_q95")),
        p_cell(gap.get("p_value")),
        rate_cell(gap.get("crossfit")),
    )


def _figure(name: str, view: View, tolerance: float) -> Figure:
    def draw(axes: Axes) -> None:
        for y, cell in enumerate(view.cells):
            _mark(axes, y, gap_of(cell), first=y == 0)
        axes.axvline(100 * tolerance, color=VERMILION, linestyle=(0, (5, 2)), linewidth=1.2, label="declared tolerance")
        axes.set_yticks(range(len(view.cells)), [title_of(cell["condition"]) for cell in view.cells])
        axes.set_ylim(len(view.cells) - 0.4, -0.6)
        axes.set_xlabel("gap in WER (points)")
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, columnspacing=1.4, borderaxespad=0.3)

    alt = (
        f"The gap in each of {count(len(view.cells), 'condition')} with its interval, beside the band that chance "
        f"alone gives and the declared tolerance of {points(tolerance)}. The table after it holds the numbers."
    )
    caption = "A gap inside the gray band is no wider than chance alone often makes it."
    return drawn(name, caption, alt, (5.4, 0.27 * len(view.cells) + 0.15), draw)


def _mark(axes: Axes, y: int, gap: Mapping[str, Any], first: bool) -> None:
    def label(text: str) -> str:
        return text if first else "_"

    low, high, mean, q95, crossfit = (
        None if gap.get(k) is None else 100 * gap[k] for k in ("low", "high", "null_mean", "null_q95", "crossfit")
    )
    if q95 is not None:
        axes.barh(y, q95, height=0.72, color=LINE, label=label("chance: 95 % lie below"))
    if mean is not None:
        axes.plot([mean, mean], [y - 0.36, y + 0.36], color=SOFT, linewidth=1.4, label=label("chance: mean"))
    if low is not None and high is not None:
        axes.plot([low, high], [y, y], color=BLUE, linewidth=1.6, label=label("95 % interval"))
    axes.plot([100 * (gap["difference"] or 0)], [y], "o", color=BLUE, markersize=6, label=label("gap"))
    if crossfit is not None:
        axes.plot(
            [crossfit],
            [y],
            "D",
            color=ORANGE,
            markeredgecolor=INK,
            markeredgewidth=0.6,
            markersize=4.5,
            label=label("cross-fit gap"),
        )
