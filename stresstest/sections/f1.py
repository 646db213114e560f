# SPDX-License-Identifier: Apache-2.0
"""F1 word recognition for every group, as service cards state it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import View, per_recognizer, views
from stresstest.sections._f1 import f1_sentence
from stresstest.sections._words import (
    group_cell,
    group_noun,
    isolated,
    listed,
    of_groups,
    rate_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

COLUMNS = ("Condition", "Smallest F1 (%)", "Accent", "Every accent at least (%)", "Accents bounded")
EXPLANATION = (
    "F1 is the harmonic mean of the share of spoken words that were recognized and the share of recognized words that "
    "were spoken; 100 % is perfect. The last bound holds for every accent at once in 95 of 100 studies like this one; "
    "a card that promises more than the bound promises more than was measured."
)


class F1(Section):
    """The smallest F1 of any group in each condition, and what all of them exceed."""

    title = "F1 for every group"
    place = 66
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({v.recognizer: _blocks(v) for v in views(evidence)})
        return [Paragraph(of_groups(EXPLANATION, group_noun(evidence.study))), *found] if found else []


def _blocks(view: View) -> list[Block]:
    rows = tuple(_row(cell, cell["f1_min"]) for cell in view.cells if cell.get("f1_min"))
    if not rows:
        return []
    columns = tuple(of_groups(name, view.noun) for name in COLUMNS)
    table = Table(f"The {view.noun} with the smallest F1 in each condition", columns, rows, (1, 3))
    sentence = f1_sentence(view)
    return [*([Paragraph(sentence)] if sentence else []), table]


def _row(cell: Mapping[str, Any], smallest: Mapping[str, Any]) -> tuple[Cell, ...]:
    bounded = smallest.get("bounded") or []
    everybody = len(bounded) == len(cell["groups"])
    who = "all" if everybody else listed([isolated(name) for name in bounded])
    return (
        text_cell(title_of(cell["condition"])),
        rate_cell(smallest["f1"]),
        group_cell(smallest["group"]),
        rate_cell(smallest.get("low")),
        text_cell(who),
    )
