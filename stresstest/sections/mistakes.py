# SPDX-License-Identifier: Apache-2.0
"""Whose words are invented, and whose are dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import View, group_of, per_recognizer, views
from stresstest.sections._words import (
    count_cell,
    group_cell,
    group_noun,
    of_groups,
    rate_cell,
    span,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

COLUMNS = (
    "Condition", "Most inserted", "Inserted (%)", "Most deleted", "Deleted (%)", "Most invented", "Invented (%)",
    "Most empty", "Empty (%)",
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
    "How the words of each accent go wrong on clean speech, with 95 % intervals over speakers. Substituted, deleted "
    "and inserted words add up to the WER. Capped: no utterance has more errors than words. Invented: utterances with "
    "more errors than words; empty: with no word recognized. Words on silence: recognized where nothing was said."
)


class Mistakes(Section):
    """In each condition the group with most insertions, deletions, invented and empty transcripts."""

    title = "How words go wrong"
    place = 67
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({v.recognizer: _blocks(v) for v in views(evidence)})
        return [Paragraph(of_groups(EXPLANATION, group_noun(evidence.study))), *found] if found else []


def _blocks(view: View) -> list[Block]:
    rows = tuple(_row(cell) for cell in view.cells if _most(cell, "insertion_rate")[1])
    caption = "Insertions, deletions, invented and empty transcripts in each condition, with 95 % intervals"
    clean = [_kinds(view, view.clean)] if view.clean else []
    return [*clean, Table(caption, COLUMNS, rows, (2, 4, 6, 8))] if rows else []


def _row(cell: Mapping[str, Any]) -> tuple[Cell, ...]:
    found = [(_most(cell, f"{kind}_rate"), kind) for kind in ("insertion", "deletion")]
    shares = [(_most(cell, key), key) for key in ("hallucinated", "empty")]
    kinds = [part for (name, group), kind in found for part in (group_cell(name), _kind(group, kind))]
    events = [part for (name, group), key in shares for part in (group_cell(name), _share(group, key))]
    return text_cell(title_of(cell["condition"])), *kinds, *events


def _kind(group: Mapping[str, Any], kind: str) -> Cell:
    return _rate(*(group.get(f"{kind}_{end}") for end in ("rate", "low", "high")))


def _share(group: Mapping[str, Any], key: str) -> Cell:
    found = group.get(key) or {}
    return _rate(*(found.get(end) for end in ("rate", "low", "high")))


def _rate(rate: float | None, low: float | None, high: float | None) -> Cell:
    """`3.2 (1.0 to 5.4)`; its value is the rate and both ends."""
    shown = rate_cell(rate)
    return shown if low is None or high is None else Cell(f"{shown.text} ({span(low, high)})", [rate, low, high])


def _most(cell: Mapping[str, Any], key: str) -> tuple[str | None, Mapping[str, Any]]:
    """The group with the largest rate, and its entry; no name where all rates are equal, as where none has any."""

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
    columns = tuple(of_groups(name, view.noun) for name in KINDS)
    return Table(of_groups(KINDS_CAPTION, view.noun), columns, rows, tuple(range(1, len(KINDS))))


def _kinds_row(name: str, g: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        group_cell(name),
        *(_kind(g, kind) for kind in ("substitution", "deletion", "insertion")),
        *(rate_cell(g.get(key)) for key in ("wer_capped", "speaker_median", "utterance_median")),
        *(_share(g, key) for key in ("hallucinated", "empty")),
        count_cell((g.get("silence") or {}).get("words")),
    )
