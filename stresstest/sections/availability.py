# SPDX-License-Identifier: Apache-2.0
"""Whom the recognizer does not answer, and what answering takes: by group, over all conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._words import (
    MISSING,
    count_cell,
    group_cell,
    group_noun,
    number,
    of_groups,
    p_cell,
    rate_cell,
    span,
    text_cell,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Heading, Paragraph, Section, Table

COLUMNS = ("Accent", "Decodes", "No answer (%)", "Kinds", "Empty (%)", "Loop (%)", "Words on silence")
POINTS = ("What", "Worst", "Best", "Difference", "P", "P, adjusted")
WAYS = ("Accent", "Decode time", "Real-time factor", "Slowest twentieth", "Requests", "Cost, US dollars")
TITLES = {"unanswered": "No answer", "empty": "Empty", "loops": "Loop"}
EXPLANATION = (
    "A word error rate counts only what was answered. Here is what was not: decodes without an answer, answers without "
    "a word though words were spoken, answers that repeat themselves, and words where there was nothing to be heard. "
    "All conditions are taken together; intervals are for other speakers."
)
TIMES = (
    "What answering took. Real-time factor: the median over decodes, then what the slowest twentieth exceeds. Where "
    "several waveforms are decoded together, their time is shared out by the length of the audio."
)


class Availability(Section):
    """No answers, empty answers and loops of each group with intervals; whether groups differ; time and cost."""

    title = "Who got no answer"
    place = 112
    needs = ("study", "disparity", "provenance")

    def build(self, evidence: Evidence) -> Content:
        noun, entries = group_noun(evidence.study), evidence.disparity.get("availability") or []
        took = evidence.provenance.get("takings") or {}
        blocks: list[Block] = [Paragraph(of_groups(EXPLANATION, noun))] if entries else []
        for entry in entries:
            blocks += [Heading(entry["recognizer"])] if len(entries) > 1 else []
            blocks += [_answers(entry, noun), *_differences(entry, noun), *_times(took.get(entry["recognizer"]))]
        return blocks


def _answers(entry: Mapping[str, Any], noun: str) -> Table:
    rows = tuple(
        (
            group_cell(name), count_cell(g["decodes"]), _share(g["unanswered"]), _kinds(g["kinds"]), _share(g["empty"]),
            _share(g["loops"]), count_cell(g["said_on_silence"]),
        )
        for name, g in entry["groups"].items()
    )  # fmt: skip
    caption = of_groups("Answers that each accent did not get, with 95 % intervals", noun)
    return Table(caption, tuple(of_groups(c, noun) for c in COLUMNS), rows, (1, 2, 4, 5, 6))


def _differences(entry: Mapping[str, Any], noun: str) -> list[Block]:
    tested = [d for d in entry["differences"] if d["p_value"] is not None and d["worst"] is not None]
    if not tested:
        return []
    rows = tuple(
        (
            text_cell(TITLES[d["measure"]], "bad" if d["flagged"] else ""), group_cell(d["worst"]),
            group_cell(d["best"]), rate_cell(d["difference"]), p_cell(d["p_value"]), p_cell(d["p_adjusted"]),
        )
        for d in tested
    )  # fmt: skip
    caption = "The widest difference of each, and how often chance gives as much; whole speakers are dealt anew"
    return [Table(of_groups(caption, noun), POINTS, rows, (3, 4, 5))]


def _times(took: Mapping[str, Any] | None) -> list[Block]:
    if not took:
        return []
    kept = WAYS if any(t["requests"] is not None for t in took.values()) else WAYS[:4]
    rows = tuple(
        (
            group_cell(name), _seconds(t["decode_seconds"]), _plain(t["rtf_median"], 3), _plain(t["rtf_p95"], 3),
            count_cell(t["requests"]), _plain(t["cost_usd"], 2),
        )[: len(kept)]
        for name, t in took.items()
    )  # fmt: skip
    return [Table(TIMES, kept, rows, tuple(range(1, len(kept))))]


def _share(share: Mapping[str, Any] | None) -> Cell:
    """`3.2 (1.0 to 5.4)`; its value is the rate and both ends."""
    if share is None or share["rate"] is None:
        return text_cell(None)
    rate, low, high = share["rate"], share["low"], share["high"]
    if low is None or high is None:
        return rate_cell(rate)
    return Cell(f"{rate_cell(rate).text} ({span(low, high)})", [rate, low, high])


def _kinds(kinds: Mapping[str, int]) -> Cell:
    text = ", ".join(f"{kind.replace('_', ' ')} {n:,}" for kind, n in kinds.items())
    return Cell(text or MISSING, list(kinds.values()) or None)


def _seconds(value: float) -> Cell:
    return Cell(f"{value:,.0f} s", value)


def _plain(value: float | None, digits: int) -> Cell:
    return Cell(number(value, digits), value)
