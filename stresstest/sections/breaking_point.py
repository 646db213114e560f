# SPDX-License-Identifier: Apache-2.0
"""Where, along one axis, the gap or a WER first exceeds what was declared acceptable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._words import (
    SPACE,
    count,
    isolated,
    listed,
    rate_cell,
    span_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Cell, Content, Evidence, Paragraph, Section, Table

Entry = Mapping[str, Any]

WORDS = {"holds": ("✓ within", "good"), "exceeds": ("▲ exceeds", "bad"), "undecided": ("? undecided", "unsure")}


OPEN = "That is not settled: the looks ended first, and a larger search.budget_decodes goes on from here."


class BreakingPoint(Section):
    """The answer of a search, what is sure about it, and every step that was looked at."""

    title = "Where it breaks"
    place = 92
    needs = ("disparity",)

    def build(self, evidence: Evidence) -> Content:
        found = evidence.disparity.get("breaking_point")
        if not found:
            return []
        noun = "accent" if evidence.disparity.get("group_by", "accent") == "accent" else "group"
        return [
            Paragraph(_question(found, noun)),
            Paragraph(_answer(found, noun), lead=True),
            Paragraph(_sure(found)),
            Paragraph(_cost(found)),
            Paragraph(_change(found)),
            _table(found),
        ]


def _what(found: Entry, noun: str) -> str:
    if found["measure"] == "gap":
        return "the gap"
    return f"the WER of {isolated(found['group']) if found['group'] else f'the worst-served {noun}'}"


def _exceeds(found: Entry, noun: str) -> str:
    return f"{_what(found, noun)} is {'surely ' if found['sure'] else ''}above {_limit(found)}"


def _limit(found: Entry) -> str:
    unit = f"{SPACE}points" if found["measure"] == "gap" else f"{SPACE}%"
    return f"{100 * found['tolerance']:g}{unit}"


def _question(found: Entry, noun: str) -> str:
    mild, severe = title_of(found["first"]), title_of(found["last"])
    lasts = f", and stays so over {count(found['lasts'], 'more step')}" if found["lasts"] else ""
    sure = " Above means: by the lower bound of its interval." if found["sure"] else ""
    return (
        f"Asked: among {count(found['steps'], 'step')}, clean and from {mild} to {severe}, which is the mildest from "
        f"which {_exceeds(found, noun)}{lasts}?{sure}"
    )


def _answer(found: Entry, noun: str) -> str:
    above, end = _exceeds(found, noun), "" if found["settled"] else f" {OPEN}"
    if found["breaks"] is None:
        lasting = " and stays so" if found["lasts"] else ""
        return f"At no step that was looked at {above}{lasting}.{end}"
    if found["holds"] is None:
        return f"Already in the {title_of(found['breaks'])} condition, {above}.{end}"
    return f"From {title_of(found['breaks'])} on, {above}; at {title_of(found['holds'])} it is not.{end}"


def _sure(found: Entry) -> str:
    if all(look["low"] is None for look in found["looks"]):
        return "That is what these speakers show. A group has fewer than 5 of them, so that nothing is sure of others."
    shown = "" if found["sure"] else "That is what these speakers show. "
    return (
        f"{shown}{_range(found)} Every interval is wide enough to hold together with those of all {found['steps']} "
        f"steps ({100 * found['look_level']:.2f}{SPACE}% each, 95{SPACE}% together), so that choosing where to look "
        "and when to stop do not make them too narrow."
    )


def _range(found: Entry) -> str:
    if not found["surely_holds"] and not found["surely_breaks"]:
        return "For speakers like them nothing is sure at any step that was looked at: more speakers are needed to say."
    holds = f"up to {title_of(found['surely_holds'])}" if found["surely_holds"] else "at no step"
    breaks = f"at {title_of(found['surely_breaks'])}" if found["surely_breaks"] else "at no step"
    return (
        f"For speakers like them the tolerance is sure to hold {holds} and sure to be exceeded {breaks}; between the "
        "two, more speakers are needed to say."
    )


def _cost(found: Entry) -> str:
    share = 100 * found["decodes"] / found["decodes_of_every_step"]
    beyond = " Beyond the crossing it was looked no further: a gap may close again where everybody fails."
    beyond = beyond if found["breaks"] and found["measure"] == "gap" else ""
    return (
        f"It took {count(found['decodes'], 'decode')} of {found['looked']} steps; every step would have taken "
        f"{found['decodes_of_every_step']:,} (this is {share:.0f}{SPACE}%). Steps were looked at evenly from the mild "
        "end, then where the crossing lay between two of them, then where the value might come near the tolerance."
        f"{beyond}"
    )


def _change(found: Entry) -> str:
    near = [title_of(label) for label in found["near"]]
    shown = listed(near) if len(near) < 4 else f"{near[0]} to {near[-1]} ({count(len(near), 'step')})"
    unseen = (
        f"at milder steps that were not looked at, {shown}, the value may come near the tolerance; a larger "
        "search.budget_decodes looks there."
        if near
        else "no step that was left out is expected to come near the tolerance before that."
    )
    return (
        f"What would change the answer: {unseen} What opens and closes again between two looks is seen only where the "
        "groups' rates rise between them; a smaller search.coarse_steps looks closer. Near the tolerance a few words "
        "decide, and other speakers may cross it a step or more away."
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
