# SPDX-License-Identifier: Apache-2.0
"""Whose words are invented, and whose are dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import View, group_of, per_recognizer, views
from stresstest.sections._words import count_cell, group_cell, rate_cell, span_cell, text_cell, title_of
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

COLUMNS = (
    "Condition", "Most inserted", "Inserted (%)", "Most deleted", "Deleted (%)", "Most invented", "Invented (%)",
    "95 % interval", "Most empty", "Empty (%)", "95 % interval",
)  # fmt: skip
EXPLANATION = (
    "Inserted and deleted words are counted against the words spoken. Invented: the share of utterances with more "
    "errors than words, where a recognizer says what nobody said. Empty: the share whose transcript has no word at "
    "all, though words were spoken. Of each, the accent that has most of it; the rates of every accent are in "
    "disparity.json."
)

KINDS = (
    "Accent", "Substituted (%)", "Deleted (%)", "Inserted (%)", "WER, capped (%)", "Median speaker (%)",
    "Median utterance (%)", "Invented (%)", "Empty (%)", "Words on silence",
)  # fmt: skip
KINDS_CAPTION = (
    "How the words of each accent go wrong on clean speech. Substituted, deleted and inserted words add up to the WER. "
    "Capped: no utterance has more errors than words. Invented: utterances with more errors than words; empty: with no "
    "word recognized. Words on silence: recognized where nothing was said."
)


class Mistakes(Section):
    """In each condition the accent with most insertions, deletions, invented and empty transcripts."""

    title = "How words go wrong"
    place = 67
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({v.recognizer: _blocks(v) for v in views(evidence)})
        return [Paragraph(EXPLANATION), *found] if found else []


def _blocks(view: View) -> list[Block]:
    rows = tuple(_row(cell) for cell in view.cells if _most(cell, "insertion_rate")[1])
    caption = "Insertions, deletions, invented and empty transcripts in each condition"
    clean = [_kinds(view, view.clean)] if view.clean else []
    return [*clean, Table(caption, COLUMNS, rows, (2, 4, 6, 7, 9, 10))] if rows else []


def _row(cell: Mapping[str, Any]) -> tuple[Cell, ...]:
    inserted, deleted = _most(cell, "insertion_rate"), _most(cell, "deletion_rate")
    return (
        text_cell(title_of(cell["condition"])),
        *(group_cell(inserted[0]), rate_cell(inserted[1].get("insertion_rate"))),
        *(group_cell(deleted[0]), rate_cell(deleted[1].get("deletion_rate"))),
        *_share(cell, "hallucinated"),
        *_share(cell, "empty"),
    )


def _share(cell: Mapping[str, Any], key: str) -> tuple[Cell, ...]:
    name, group = _most(cell, key)
    found = group.get(key) or {}
    return group_cell(name), rate_cell(found.get("rate")), span_cell(found.get("low"), found.get("high"))


def _most(cell: Mapping[str, Any], key: str) -> tuple[str | None, Mapping[str, Any]]:
    """The accent with the largest rate, and its entry; no name where all rates are equal, as where none has any."""

    def rate(group: Mapping[str, Any]) -> float | None:
        found = group.get(key)
        value: float | None = found.get("rate") if isinstance(found, Mapping) else found
        return value

    known = {name: value for name, group in cell["groups"].items() if (value := rate(group)) is not None}
    if not known:
        return None, {}
    name = max(known, key=lambda n: (known[n], n))
    return (name if known[name] > 0 else None), cell["groups"][name]


def _kinds(view: View, clean: Mapping[str, Any]) -> Table:
    rows = tuple(_kinds_row(group, group_of(clean, group)) for group in view.groups)
    return Table(KINDS_CAPTION, KINDS, rows, tuple(range(1, len(KINDS))))


def _kinds_row(name: str, g: Mapping[str, Any]) -> tuple[Cell, ...]:
    rates = ("substitution_rate", "deletion_rate", "insertion_rate", "wer_capped", "speaker_median", "utterance_median")
    return (
        group_cell(name),
        *(rate_cell(g.get(key)) for key in rates),
        *(rate_cell((g.get(key) or {}).get("rate")) for key in ("hallucinated", "empty")),
        count_cell((g.get("silence") or {}).get("words")),
    )
