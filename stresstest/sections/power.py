# SPDX-License-Identifier: Apache-2.0
"""What a study of this size can show, and what a larger one would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import per_recognizer
from stresstest.sections._words import count_cell, group_cell, group_noun, number, points, rate_cell, title_of
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

SAYS = (
    "A gap or a loss that is smaller than these can well be there and not be found: no evidence of a difference is no "
    "evidence of fairness. Each number is the smallest true difference between two groups of such a size that is found "
    "four times in five. Gap: between their word error rates. Loss: between what noise adds to them. Hardest: under "
    "the condition with the highest error rate that is not at its ceiling. CV, the coefficient of variation: how much "
    "speakers differ, as a share of their mean."
)
SPEAKERS = "Recruit speakers, not minutes: down a column the number falls, along a row it hardly does."
WORDS = (
    "Down a column the number always falls. Here it falls along a row too: these speakers say so few words, or are so "
    "much alike, that counting words makes most of the chance. Record more words of each until a row levels off; from "
    "there on, only more speakers help."
)
LEVEL_ROW = 0.85
"""A row that keeps this share of its number where words are four times as many hardly falls."""
COLUMNS = (
    "Accent", "Speakers", "Words a speaker", "CV between speakers (%)", "Gap, clean (points)", "Gap, hardest (points)",
    "Loss, hardest (points)", "Speakers for that gap, clean", "hardest", "Speakers for that loss",
)  # fmt: skip


class Power(Section):
    """Detectable gaps and losses a group, speakers needed for the target, and the table of speakers × words."""

    title = "What this study can show"
    place = 107
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        entries, noun = evidence.disparity.get("power") or (), group_noun(evidence.study)
        return per_recognizer({entry["recognizer"]: _blocks(entry, noun) for entry in entries if entry["groups"]})


def _blocks(entry: Mapping[str, Any], noun: str) -> list[Block]:
    hardest = f" Hardest: {title_of(entry['hardest'])}." if entry["hardest"] else ""
    caption = f"Detectable differences, and the speakers a group that {points(entry['target'])} would take.{hardest}"
    rows = tuple(_row(name, group) for name, group in entry["groups"].items())
    table = Table(caption, (noun.capitalize(), *COLUMNS[1:]), rows, tuple(range(1, len(COLUMNS))))
    return [Paragraph(SAYS), table, *_more(entry["table"])]


def _row(name: str, group: Mapping[str, Any]) -> tuple[Cell, ...]:
    measures = [group[key] or {} for key in ("gap", "hardest_gap", "did")]
    return (
        group_cell(name),
        count_cell(group["speakers"]),
        Cell(number(group["words"], 0), group["words"]),
        rate_cell(group["cv"], 0),
        *(rate_cell(measure.get("detectable")) for measure in measures),
        *(count_cell(measure.get("speakers_needed")) for measure in measures),
    )


def _more(table: Mapping[str, Any] | None) -> list[Block]:
    """The table of speakers × words, for the gap on clean speech and for the loss."""
    if not table:
        return []
    shown = [(key, title) for key, title in (("gap", "Gap"), ("did", "Loss")) if table[key]]
    columns = ("Speakers a group", *(f"{title}, {w:,} words" for _, title in shown for w in table["words"]))
    rows = tuple(
        (count_cell(speakers), *(rate_cell(value) for key, _ in shown for value in table[key][row]))
        for row, speakers in enumerate(table["speakers"])
    )
    caption = "What more speakers, and more words of each, would show in points, for groups as variable as these."
    return [
        Paragraph(SPEAKERS if _levels_off(table) else WORDS),
        Table(caption, columns, rows, tuple(range(len(columns)))),
    ]


def _levels_off(table: Mapping[str, Any]) -> bool:
    """Whether more words than those of this study bring little, for the gap or else for the loss."""
    row = (table["gap"] or table["did"])[len(table["speakers"]) // 2]
    return bool(row[-1] >= LEVEL_ROW * row[-2])
