# SPDX-License-Identifier: Apache-2.0
"""Decodes that gave no answer, by group: counted here and scored nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from stresstest.disparity.grouping import grouped
from stresstest.results import Results
from stresstest.sections._cells import View, group_of, per_recognizer, views
from stresstest.sections._words import count_cell, group_title, listed, text_cell, title_of
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table


class Failures(Section):
    """How many decodes failed in each condition and group, and of what kind."""

    title = "Decodes that failed"
    place = 110
    needs = ("study", "disparity", "results")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({v.recognizer: _table(v, evidence) for v in views(evidence)})
        if not found:
            return [Paragraph("None. Every decode gave an answer.")]
        return [
            Paragraph(
                "A failed decode is never scored as words deleted. It is left out of every rate and counted here."
            ),
            *found,
        ]


def _table(view: View, evidence: Evidence) -> list[Block]:
    failed = [cell for cell in view.cells if any(g.get("failed") for g in cell["groups"].values())]
    if not failed:
        return []
    results, _ = grouped(evidence.results, evidence.study)
    columns = ("Condition", *map(group_title, view.groups), "Kinds")
    rows = tuple(_row(view, cell["condition"], results) for cell in failed)
    return [Table(f"Failed decodes by condition and {view.noun}", columns, rows, tuple(range(1, len(view.groups) + 1)))]


def _row(view: View, condition: str, results: Results) -> tuple[Cell, ...]:
    cell = view.cell(condition) or {"groups": {}}
    counts = [count_cell(group_of(cell, g).get("failed")) for g in view.groups]
    rows = results.where(recognizer=view.recognizer, condition=condition, status="failed")
    kinds: Sequence[str] = rows.names("failure_kind")
    return text_cell(title_of(condition)), *counts, text_cell(listed(sorted(k.replace("_", " ") for k in kinds)))
