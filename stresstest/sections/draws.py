# SPDX-License-Identifier: Apache-2.0
"""How much of the uncertainty comes from the draw of the noise, where a study repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import View, group_of, per_recognizer, views
from stresstest.sections._words import count, group_noun, group_title, number, of_groups, text_cell, title_of
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

MEANING = (
    "Every condition was heard with {draws} of its noise or loss, each with another phase and another course. The "
    "table says which part of the variance of an accent's WER comes from the draw, alone and with the speaker; the "
    "rest is that of the speakers. More draws make the first part smaller, more speakers both."
)


NOTHING = "Every condition was heard with {draws} of its noise or loss; no draw changed the WER of any accent."
SOMETHING = 1e-9
"""A share above this is more than rounding."""


class Draws(Section):
    """The share of the draws in the variance of each accent's WER."""

    title = "What the draw of the noise adds"
    place = 105
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        if evidence.study.reps == 1:
            return []
        draws = count(evidence.study.reps, "draw")
        found = per_recognizer({v.recognizer: _table(v) for v in views(evidence)})
        says = of_groups(MEANING if found else NOTHING, group_noun(evidence.study))
        return [Paragraph(says.format(draws=draws)), *found]


def _table(view: View) -> list[Block]:
    moved = [cell for cell in view.cells if any((_share(cell, g) or 0) > SOMETHING for g in view.groups)]
    if not moved:
        return []
    columns = ("Condition", *map(group_title, view.groups))
    rows = tuple((text_cell(title_of(c["condition"])), *(_cell(_share(c, g)) for g in view.groups)) for c in moved)
    caption = "Share of the draws in the variance of the WER (%). Conditions that no draw changes are left out."
    return [Table(caption, columns, rows, tuple(range(1, len(columns))))]


def _share(cell: Mapping[str, Any], group: str) -> float | None:
    entry = group_of(cell, group).get("draws")
    return entry["draw_share"] if entry else None


def _cell(share: float | None) -> Cell:
    return Cell(number(share, 0, 100), share)
