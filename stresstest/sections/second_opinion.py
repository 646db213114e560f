# SPDX-License-Identifier: Apache-2.0
"""Whether a regression says the same as the paired comparison of groups, and where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._words import (
    count,
    group_cell,
    group_noun,
    group_title,
    listed,
    of_groups,
    p_cell,
    rate_cell,
    span_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Heading, Paragraph, Section, Table

COLUMNS = (
    "Condition", "Accent", "Against", "Paired log ratio", "95 % interval", "p", "Regression", "95 % interval", "p",
    "Without covariates", "They differ in",
)  # fmt: skip
KINDS = {"sign": "sign", "significance": "significance at 5 %", "no_overlap": "intervals do not touch"}
READ = (
    "A Poisson regression (generalized estimating equations with speakers as clusters) estimates the log ratio of the "
    "section on degradation by another route: whether an accent's errors multiply more than those of the other accents."
)
DIFFER = (
    "Where the regression without covariates agrees and the one with them does not, the difference between the accents "
    "goes with those traits of the speakers. Where neither agrees, the two methods weigh the speakers differently and "
    "the result rests on few of them. Results near p = 0.05 differ by chance; neither answer is to be preferred after "
    "looking."
)


class SecondOpinion(Section):
    """The count of comparisons on which two methods agree, and a table of the others."""

    title = "Does another method agree"
    place = 85
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        entry: Mapping[str, Any] = evidence.disparity.get("regression") or {}
        noun = group_noun(evidence.study)
        read = of_groups(READ, noun)
        if not entry.get("recognizers"):
            reason = entry.get("reason")
            return [Paragraph(f"{read} It was not computed: {reason}.")] if reason else []
        several = len(entry["recognizers"]) > 1
        blocks: list[Block] = [Paragraph(read)]
        for name, part in entry["recognizers"].items():
            differing = [d for d in entry["disagreements"] if d["recognizer"] == name]
            blocks += [*([Heading(name)] if several else []), Paragraph(_summary(part)), *_table(differing, noun)]
        return [*blocks, *([Paragraph(of_groups(DIFFER, noun))] if entry["disagreements"] else [])]


def _summary(part: Mapping[str, Any]) -> str:
    held = listed([group_title(name) for name in part["covariates"]])
    sentences = [
        f"Of {count(part['compared'], 'comparison')} the two agree on {part['agreed']}.",
        *([f"Held equal: {held}."] if part["covariates"] else []),
        *([] if part["covariates"] or part["left_out"] else ["The speech has no trait of its speakers to hold equal."]),
        *(f"Not held equal: {group_title(c['covariate'])}, because {c['reason']}." for c in part["left_out"]),
    ]
    if part["not_fitted"]:
        sentences.append(f"The regression has no answer for {part['not_fitted']} more.")
    if part["conditions_left_out"]:
        sentences.append(
            f"To keep the time short, {part['conditions']} conditions at even steps of the grid were fitted and "
            f"{part['conditions_left_out']} were not."
        )
    return " ".join(sentences)


def _table(differing: list[Mapping[str, Any]], noun: str) -> list[Table]:
    if not differing:
        return []
    rows = tuple(map(_row, differing))
    columns = tuple(of_groups(name, noun) for name in COLUMNS)
    return [Table("Where paired comparison and regression differ (log ratios)", columns, rows, tuple(range(3, 10)))]


def _row(found: Mapping[str, Any]) -> tuple[Cell, ...]:
    answers = (found["log_did"], found["regression"])
    numbers = [cell for a in answers for cell in (_ratio(a["value"]), span_cell(a["low"], a["high"], 2, 1), _p(a))]
    return (
        text_cell(title_of(found["condition"])),
        group_cell(found["group"]),
        text_cell(title_of(found["against"])),
        *numbers,
        _ratio(found["without_covariates"]["value"]),
        text_cell(listed([KINDS[kind] for kind in found["kinds"]])),
    )


def _ratio(value: float | None) -> Cell:
    return rate_cell(value, 2, 1, signed=True)


def _p(answer: Mapping[str, Any]) -> Cell:
    return p_cell(answer["p_value"])
