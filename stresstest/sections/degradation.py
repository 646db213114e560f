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
    group_title,
    number,
    p_cell,
    rate_cell,
    span_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

COLUMNS = (
    "Condition", "Accent", "Against", "WER change (points)", "95 % interval", "Beyond the rest (points)", "95 % "
    "interval",
    "p, adjusted", "Log ratio", "95 % interval", "p, adjusted",
)  # fmt: skip
CLEAR = 0.05
"""Adjusted p below which a value is marked."""


class Degradation(Section):
    """Difference in differences, absolute and as a log ratio, with intervals and adjusted p values."""

    title = "Who loses more than the others"
    place = 80
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({v.recognizer: _blocks(k, v) for k, v in enumerate(views(evidence), 1)})
        return [Paragraph(EXPLANATION), *found] if found else []


EXPLANATION = (
    "How much more an accent loses, against its reference condition, than the other accents together lose. Above zero "
    "it is hit harder. In points: how many more words of a hundred are wrong. As a log ratio: whether its errors "
    "multiply more; 0 is equally, 0.69 is twice as much. The two can disagree, because a recognizer that starts with "
    "more errors has more to multiply. A changed voice is read against its passthrough control, not against clean "
    "speech."
)


def _blocks(k: int, view: View) -> list[Block]:
    changed = View(view.recognizer, tuple(c for c in view.cells if reference_of(c)[1]), view.groups)
    if not changed.cells:
        return []
    caption = (
        "Change in WER beyond that of the rest, in points; brown loses more, purple less. A star marks an adjusted p "
        "below 0.05 (Benjamini–Hochberg over this table)."
    )
    alt = (
        f"Heat map of how much more each of {count(len(view.groups), 'accent')} loses than the rest, by condition. The "
        "table after it holds the same numbers."
    )
    figures = (
        heat_figures(f"degradation_{k}_{slug(view.recognizer)}", caption, alt, _heat(changed))
        if len(view.groups) > 1
        else []
    )
    return [*figures, _table(changed)]


def _heat(view: View) -> Heat:
    entries = [[_estimate(cell, g, "did") for g in view.groups] for cell in view.cells]
    limit = max((abs(e["value"]) for row in entries for e in row if e.get("value") is not None), default=0.0)
    tiles = tuple(tuple(Tile(_starred(e), e.get("value")) for e in row) for row in entries)
    titles = tuple(title_of(cell["condition"]) for cell in view.cells)
    return Heat(titles, tuple(map(group_title, view.groups)), tiles, "PuOr_r", -max(limit, 0.05), max(limit, 0.05))


def _starred(estimate: Mapping[str, Any]) -> str:
    p = estimate.get("p_adjusted")
    return number(estimate.get("value"), scale=100, signed=True) + ("*" if p is not None and p < CLEAR else "")


def _table(view: View) -> Table:
    rows = tuple(_row(cell, g) for cell in view.cells for g in view.groups if g in reference_of(cell)[1])
    return Table("Change in WER for each condition and accent", COLUMNS, rows, tuple(range(3, 11)))


def _row(cell: Measured, group: str) -> tuple[Cell, ...]:
    change, did, log_did = (_estimate(cell, group, name) for name in ("delta_wer", "did", "log_did"))
    return (
        text_cell(title_of(cell["condition"])),
        group_cell(group),
        text_cell(title_of(reference_of(cell)[0] or "clean")),
        rate_cell(change.get("value"), signed=True),
        span_cell(change.get("low"), change.get("high")),
        rate_cell(did.get("value"), signed=True),
        span_cell(did.get("low"), did.get("high")),
        p_cell(did.get("p_adjusted")),
        rate_cell(log_did.get("value"), 2, 1, signed=True),
        span_cell(log_did.get("low"), log_did.get("high"), 2, 1),
        p_cell(log_did.get("p_adjusted")),
    )


def _estimate(cell: Measured, group: str, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (reference_of(cell)[1].get(group) or {}).get(name) or {}
    return found
