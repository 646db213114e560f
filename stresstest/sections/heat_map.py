# SPDX-License-Identifier: Apache-2.0
"""The whole result on one page: WER by group and condition, with the gap."""

from __future__ import annotations

from stresstest.sections._cells import Cell as Measured
from stresstest.sections._cells import View, gap_of, group_of, per_recognizer, verdict_of, views
from stresstest.sections._figures import slug
from stresstest.sections._heat import Heat, Tile, heat_figures
from stresstest.sections._words import (
    count,
    count_cell,
    group_cell,
    group_noun,
    group_title,
    number,
    rate_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

MARKS = {"exceeds": ("▲", "bad"), "within": ("✓", "good"), "inconclusive": ("?", "unsure")}


class HeatMap(Section):
    """A heat map of WER, and the same numbers as a table with their intervals."""

    title = "Word error rate by group and condition"
    place = 50
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found, noun = views(evidence), group_noun(evidence.study)
        blocks = per_recognizer({view.recognizer: _blocks(k, view, noun) for k, view in enumerate(found, 1)})
        return [*blocks, *_withheld(evidence)] if blocks else []


def _withheld(evidence: Evidence) -> list[Block]:
    """The groups that the rule on small ones leaves out, by name and size."""
    small = evidence.disparity.get("withheld") or []
    if not small:
        return []
    rows = tuple((group_cell(entry["group"]), count_cell(entry["speakers"])) for entry in small)
    text = (
        "Groups of few speakers are named below and take no part in any number here: few people are easily told apart, "
        "and nothing can be inferred about them. The study says how few (study.min_cell_speakers)."
    )
    return [Paragraph(text), Table("Groups withheld", ("Group", "Speakers"), rows, (1,))]


def _blocks(k: int, view: View, noun: str) -> list[Block]:
    gap = "" if len(view.groups) < 2 else (
        " At the right the gap in points, against the declared tolerance: ✓ within, ▲ exceeds, ? undecided."
    )  # fmt: skip
    caption = f"WER in %, darker is worse. Hatched: at least 90 %, where a gap cannot be read.{gap}"
    alt = (
        f"Heat map of the word error rate of {count(len(view.groups), noun)} (columns) under "
        f"{count(len(view.cells), 'condition')} (rows) for {view.recognizer}. The table after it holds the same "
        "numbers."
    )
    return [*heat_figures(f"heat_map_{k}_{slug(view.recognizer)}", caption, alt, _heat(view)), _table(view, noun)]


def _heat(view: View) -> Heat:
    tiles = tuple(tuple(_tile(group_of(cell, g)) for g in view.groups) for cell in view.cells)
    top = max((t.value for row in tiles for t in row if t.value is not None and not t.hatched), default=0.5)
    beside = tuple(_beside(cell) for cell in view.cells) if len(view.groups) > 1 else ()
    titles = tuple(title_of(cell["condition"]) for cell in view.cells)
    columns = tuple(map(group_title, view.groups))
    return Heat(titles, columns, tiles, "cividis_r", 0.0, max(top, 0.1), "gap" if beside else "", beside)


def _tile(group: Measured) -> Tile:
    return Tile(number(group.get("wer"), scale=100), group.get("wer"), bool(group.get("ceiling")))


def _beside(cell: Measured) -> tuple[str, str]:
    mark, tone = MARKS.get(verdict_of(cell) or "", ("", ""))
    return f"{number(gap_of(cell).get('difference'), scale=100)} {mark}".strip(), tone


def _table(view: View, noun: str) -> Table:
    columns = ("Condition", *map(group_title, view.groups), "Gap (points)", "Smallest F1 (%)", "of")
    caption = (
        "The numbers behind the heat map: WER in %, in brackets its 95 % interval over speakers where there are enough "
        f"of them, and the smallest F1 of any {noun}. Grayed: a WER of 90 % or more, with which no gap can be read."
    )
    return Table(caption, columns, tuple(_row(view, cell) for cell in view.cells), tuple(range(1, len(columns) - 1)))


def _row(view: View, cell: Measured) -> tuple[Cell, ...]:
    smallest = cell.get("f1_min") or {}
    return (
        text_cell(title_of(cell["condition"])),
        *(_rate(group_of(cell, group)) for group in view.groups),
        rate_cell(gap_of(cell).get("difference"), tone="muted" if cell.get("ceiling") else ""),
        rate_cell(smallest.get("f1")),
        group_cell(smallest.get("group")),
    )


def _rate(group: Measured) -> Cell:
    rate, low, high = (group.get(key) for key in ("wer", "low", "high"))
    interval = "" if low is None else f" [{number(low, scale=100)}–{number(high, scale=100)}]"
    return Cell(number(rate, scale=100) + interval, [rate, low, high], "muted" if group.get("ceiling") else "")
