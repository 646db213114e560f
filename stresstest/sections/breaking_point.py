# SPDX-License-Identifier: Apache-2.0
"""Where, along one axis, the gap or a WER first exceeds what was declared acceptable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._words import count, isolated, rate_cell, span_cell, text_cell, title_of
from stresstest.sections.base import Cell, Content, Evidence, Paragraph, Section, Table

Entry = Mapping[str, Any]

WORDS = {"holds": ("✓ within", "good"), "exceeds": ("▲ exceeds", "bad"), "undecided": ("? undecided", "unsure")}


class BreakingPoint(Section):
    """The answer of a search, what is sure about it, and every step that was looked at."""

    title = "Where it breaks"
    place = 92
    needs = ("disparity",)

    def build(self, evidence: Evidence) -> Content:
        found = evidence.disparity.get("breaking_point")
        if not found:
            return []
        return [Paragraph(_answer(found), lead=True), Paragraph(_sure(found)), Paragraph(_how(found)), _table(found)]


def _what(found: Entry) -> str:
    if found["measure"] == "gap":
        return "the gap"
    return f"the WER of {isolated(found['group']) if found['group'] else 'the worst-served accent'}"


def _answer(found: Entry) -> str:
    above = f"{_what(found)} is above {100 * found['tolerance']:g} points"
    if found["breaks"] is None:
        return f"At no step that was looked at, {above}."
    if found["holds"] is None:
        return f"Already in the {title_of(found['breaks'])} condition, {above}."
    nearly = "" if found["settled"] else " The budget ended the search before the steps between were looked at."
    return f"From {title_of(found['breaks'])} on, {above}; at {title_of(found['holds'])} it is not.{nearly}"


def _sure(found: Entry) -> str:
    holds = f"up to {title_of(found['surely_holds'])}" if found["surely_holds"] else "at no step"
    breaks = f"from {title_of(found['surely_breaks'])} on" if found["surely_breaks"] else "at no step"
    return (
        f"That is what these speakers show. For speakers like them it is sure to hold {holds} and sure to be exceeded "
        f"{breaks}; between the two, more speakers are needed to say."
    )


def _how(found: Entry) -> str:
    return (
        f"{found['looked']} of {count(found['steps'], 'step')} were looked at: a coarse pass from the mild end, then "
        "bisection of the first stretch with a crossing. Every interval is wide enough to hold together with those of "
        f"all {found['steps']} steps ({100 * found['look_level']:.2f} % each, 95 % together), so that stopping early "
        "and choosing where to look do not make them too narrow. A gap that opens and closes again between two looks "
        "of the coarse pass is not seen."
    )


def _table(found: Entry) -> Table:
    columns = ("Step", "Gap (points)" if found["measure"] == "gap" else "WER (%)", "Interval", "Against the tolerance")
    return Table("Every step that was looked at, mildest first", columns, tuple(map(_row, found["looks"])), (1, 2))


def _row(look: Entry) -> tuple[Cell, ...]:
    word, tone = WORDS[look["outcome"]]
    return (
        text_cell(title_of(look["condition"])),
        rate_cell(look["value"]),
        span_cell(look["low"], look["high"]),
        Cell(word, look["outcome"], tone),
    )
