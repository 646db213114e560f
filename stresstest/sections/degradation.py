# SPDX-License-Identifier: Apache-2.0
"""Which accent loses more than the others as conditions get worse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import Cell as Measured
from stresstest.sections._cells import View, per_recognizer, reference_of, views
from stresstest.sections._figures import slug
from stresstest.sections._heat import Heat, Tile, heat_figures
from stresstest.sections._words import (
    count,
    group_cell,
    group_noun,
    group_title,
    number,
    p_cell,
    rate_cell,
    span_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

POINTS = (
    "WER change (points)", "95 % interval", "95 % for all at once", "Beyond the rest (points)", "95 % interval",
    "95 % for all at once", "p, adjusted",
)  # fmt: skip
LOGS = ("Log ratio beyond the rest", "95 % interval", "95 % for all at once", "p, adjusted")
CLEAR = 0.05
"""Adjusted p below which a value is marked."""
DAGGER = " †"
"""Marks a change in which a rate is at the ceiling."""


class Degradation(Section):
    """Difference in differences, absolute and as a log ratio, with intervals and adjusted p values."""

    title = "Who loses more than the others"
    place = 80
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        noun = group_noun(evidence.study)
        found = per_recognizer({v.recognizer: _blocks(k, v, noun) for k, v in enumerate(views(evidence), 1)})
        return (
            [Paragraph(EXPLANATION.format(noun=noun)), Paragraph(TOGETHER.format(noun=noun)), *found] if found else []
        )


EXPLANATION = (
    "How much more one {noun} loses, against its reference condition, than the other {noun}s together lose. Above zero "
    "it is hit harder. In points: how many more words of a hundred are wrong. As a log ratio: whether its errors "
    "multiply more; 0 is equally, 0.69 is twice as much. The two can disagree, because a recognizer that starts with "
    "more errors has more to multiply. A condition whose profile names a control, as a changed voice its passthrough, "
    "is read against that control and not against clean speech."
)
TOGETHER = (
    "An interval at 95 % misses once in twenty, and this table holds many. Intervals for all at once are, for each "
    "measure, wide enough that in 95 of 100 studies none of them misses: read those where you pick the worst {noun} or "
    "condition out of the table. The adjusted p keeps the share of false alarms among the marked values near one in "
    "twenty; it serves to explore, not to prove what was claimed beforehand. † marks a change in which a word error "
    "rate is at 90 % or more: it can rise no further there, so a change that is small or below zero is no sign that a "
    "gap has closed."
)


def _blocks(k: int, view: View, noun: str) -> list[Block]:
    changed = View(view.recognizer, tuple(c for c in view.cells if reference_of(c)[1]), view.groups)
    if not changed.cells:
        return []
    caption = (
        "Change in WER beyond that of the rest, in points; brown loses more, purple less. A star marks an adjusted p "
        "below 0.05 (Benjamini–Hochberg over this table). Hatched: a word error rate is at 90 % or more, and the "
        "change cannot be read."
    )
    alt = (
        f"Heat map of how much more each of {count(len(view.groups), noun)} loses than the rest, by condition. The "
        "table after it holds the same numbers."
    )
    figures = (
        heat_figures(f"degradation_{k}_{slug(view.recognizer)}", caption, alt, _heat(changed))
        if len(view.groups) > 1
        else []
    )
    return [*figures, *_tables(changed, noun)]


def _heat(view: View) -> Heat:
    tiles = tuple(tuple(_tile(cell, g) for g in view.groups) for cell in view.cells)
    limit = max((abs(t.value) for row in tiles for t in row if t.value is not None and not t.hatched), default=0.0)
    titles = tuple(title_of(cell["condition"]) for cell in view.cells)
    return Heat(titles, tuple(map(group_title, view.groups)), tiles, "PuOr_r", -max(limit, 0.05), max(limit, 0.05))


def _tile(cell: Measured, group: str) -> Tile:
    estimate, ceiling = _estimate(cell, group, "did"), _at_ceiling(cell, group)
    p = estimate.get("p_adjusted")
    star = "*" if p is not None and p < CLEAR and not ceiling else ""
    text = number(estimate.get("value"), scale=100, signed=True) + star
    return Tile(text, estimate.get("value"), ceiling and estimate.get("value") is not None)


def _tables(view: View, noun: str) -> list[Table]:
    asked = [(cell, g) for cell in view.cells for g in view.groups if g in reference_of(cell)[1]]
    first = ("Condition", noun.capitalize(), "Against")
    found = [
        Table(
            f"Change in WER for each condition and {noun}",
            (*first, *POINTS),
            tuple((*_names(cell, g), *_points(cell, g)) for cell, g in asked),
            tuple(range(3, 10)),
        )
    ]
    if len(view.groups) > 1:
        rows = tuple((*_names(cell, g), *_logs(cell, g)) for cell, g in asked)
        caption = f"The same as a log ratio for each condition and {noun}"
        found.append(Table(caption, (*first, *LOGS), rows, tuple(range(3, 7))))
    return found


def _names(cell: Measured, group: str) -> tuple[Cell, ...]:
    against = title_of(reference_of(cell)[0] or "clean")
    return text_cell(title_of(cell["condition"])), group_cell(group), text_cell(against)


def _points(cell: Measured, group: str) -> tuple[Cell, ...]:
    lost = _with_intervals(cell, group, "delta_wer", 1, 100.0)
    return *lost, *_with_intervals(cell, group, "did", 1, 100.0), _p(cell, group, "did")


def _logs(cell: Measured, group: str) -> tuple[Cell, ...]:
    return *_with_intervals(cell, group, "log_did", 2, 1.0), _p(cell, group, "log_did")


def _with_intervals(cell: Measured, group: str, measure: str, digits: int, scale: float) -> tuple[Cell, ...]:
    found = _estimate(cell, group, measure)
    wide = found.get("simultaneous_low"), found.get("simultaneous_high")
    return (
        _value(cell, group, measure, digits, scale),
        span_cell(found.get("low"), found.get("high"), digits, scale),
        span_cell(*wide, digits, scale),
    )


def _p(cell: Measured, group: str, measure: str) -> Cell:
    return p_cell(_estimate(cell, group, measure).get("p_adjusted"))


def _value(cell: Measured, group: str, measure: str, digits: int, scale: float) -> Cell:
    value, ceiling = _estimate(cell, group, measure).get("value"), _at_ceiling(cell, group)
    shown = rate_cell(value, digits, scale, signed=True)
    return Cell(shown.text + DAGGER, value, "muted") if ceiling and value is not None else shown


def _at_ceiling(cell: Measured, group: str) -> bool:
    return bool((reference_of(cell)[1].get(group) or {}).get("ceiling"))


def _estimate(cell: Measured, group: str, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (reference_of(cell)[1].get(group) or {}).get(name) or {}
    return found
