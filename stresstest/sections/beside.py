# SPDX-License-Identifier: Apache-2.0
"""Each group beside the others, and how far apart all of them are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import View, gap_of, per_recognizer, views
from stresstest.sections._words import (
    MISSING,
    group_noun,
    group_title,
    isolated,
    number,
    of_groups,
    rate_cell,
    span,
    span_cell,
    text_cell,
)
from stresstest.sections._words import title_of as title
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

SPREAD = ("Condition", "Spread as seen (points)", "Without chance (points)", "95 % interval")
EXPLANATION = (
    "Above zero an accent has more errors than what it stands beside. The intervals of a condition hold for all its "
    "accents at once. The spread is the standard deviation of the accents' WERs: as seen it grows with chance, so that "
    "beside it stands what is left without chance, which is 0 where chance explains all of it."
)
AGAINST = {"mean": "the mean over the declared population", "rest": "the other accents together"}


class Beside(Section):
    """Differences against the declared reference, or the rest; and the spread without its bias."""

    title = "Each group beside the others"
    place = 75
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer(
            {v.recognizer: _blocks(v, evidence.study.population is not None) for v in views(evidence)}
        )
        return [Paragraph(of_groups(EXPLANATION, group_noun(evidence.study))), *found] if found else []


def _blocks(view: View, weighted: bool) -> list[Block]:
    """weighted: the study declares a population, whose mean the accents stand beside where no reference is declared."""
    cells = [cell for cell in view.cells if cell.get("beside")]
    if not cells:
        return []
    reference = next((c["beside"]["reference"]["group"] for c in cells if c["beside"]["reference"]), None)
    kind = "reference" if reference else "mean" if weighted and any(c["beside"]["mean"] for c in cells) else "rest"
    groups = [g for g in view.groups if any(g in _table(cell, kind) for cell in cells)]
    against = isolated(reference) if reference else of_groups(AGAINST[kind], view.noun)
    rows = tuple((text_cell(title(c["condition"])), *(_cell(_table(c, kind).get(g)) for g in groups)) for c in cells)
    caption = f"Difference in WER from {against}, in points, with simultaneous 95 % intervals"
    columns = ("Condition", *map(group_title, groups))
    spread = Table(f"How far apart the {view.noun}s are", SPREAD, tuple(_spread(cell) for cell in cells), (1, 2, 3))
    return [Table(caption, columns, rows, tuple(range(1, len(columns)))), spread]


def _table(cell: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (cell["beside"].get(kind) or {}).get("groups") or {}
    return found


def _cell(one: Mapping[str, Any] | None) -> Cell:
    """`+3.2 (1.0 to 5.4)`; its value is the difference and both ends."""
    if not one:
        return Cell(MISSING)
    shown = number(one["difference"], scale=100, signed=True)
    if one["low"] is None:
        return Cell(shown, one["difference"])
    tone = "bad" if one["low"] > 0 else "good" if one["high"] < 0 else ""
    return Cell(f"{shown} ({span(one['low'], one['high'])})", [one["difference"], one["low"], one["high"]], tone)


def _spread(cell: Mapping[str, Any]) -> tuple[Cell, ...]:
    spread = gap_of(cell).get("spread") or {}
    return (
        text_cell(title(cell["condition"])),
        rate_cell(spread.get("seen")),
        rate_cell(spread.get("corrected")),
        span_cell(spread.get("low"), spread.get("high")),
    )
