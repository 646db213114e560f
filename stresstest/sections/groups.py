# SPDX-License-Identifier: Apache-2.0
"""Who was heard, and how well on clean speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import Cell as Measured
from stresstest.sections._cells import View, group_of, per_recognizer, views
from stresstest.sections._words import count_cell, group_cell, group_title, listed, of_groups, rate_cell, span_cell
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

COLUMNS = (
    "Accent", "Speakers", "Utterances", "Words", "Clean WER (%)", "95 % interval", "Speaker mean (%)", "95 % interval",
    "F1 (%)", "F1 at least (%)", "Failed", "Detectable (points)",
)  # fmt: skip
CAPTION = (
    "Each accent on clean speech. Speaker mean: every speaker counts alike, however much was said. F1: the share of "
    "words in common between what was said and what was recognized; at least: its bound for every accent at once. "
    "Failed decodes are not scored. Detectable: the smallest difference between two such groups that a study of this "
    "size finds four times in five."
)


class Groups(Section):
    """The table of groups: the baseline of everything that follows."""

    title = "Who was heard"
    place = 30
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({v.recognizer: [_table(v, v.clean)] for v in views(evidence) if v.clean})
        return [*_made_by(evidence), *found] if found else []


def _made_by(evidence: Evidence) -> list[Block]:
    """Which columns make the groups, where it is not the accent alone."""
    columns = str(evidence.disparity.get("group_by", "accent")).split("+")
    if columns == ["accent"]:
        return []
    return [Paragraph(f"The groups of this document are made by {listed([group_title(name) for name in columns])}.")]


def _table(view: View, clean: Measured) -> Table:
    rows = [_row(group, group_of(clean, group)) for group in view.groups]
    everybody = [_row("all together", clean["overall"])] if len(rows) > 1 and clean.get("overall") else []
    columns = tuple(of_groups(name, view.noun) for name in COLUMNS)
    return Table(of_groups(CAPTION, view.noun), columns, (*rows, *everybody), tuple(range(1, len(COLUMNS))))


def _row(name: str, g: Mapping[str, Any]) -> tuple[Cell, ...]:
    mean = g.get("speaker_mean") or {}
    return (
        group_cell(name),
        *(count_cell(g.get(name)) for name in ("speakers", "utterances", "words")),
        rate_cell(g.get("wer")),
        span_cell(g.get("low"), g.get("high")),
        rate_cell(mean.get("wer")),
        span_cell(mean.get("low"), mean.get("high")),
        rate_cell(g.get("f1")),
        rate_cell(g.get("f1_low")),
        count_cell(g.get("failed")),
        rate_cell(g.get("mde")),
    )
