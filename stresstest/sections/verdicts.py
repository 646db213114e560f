# SPDX-License-Identifier: Apache-2.0
"""Each condition against the tolerance that was declared before the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import View, gap_of, per_recognizer, verdict_of, views
from stresstest.sections._words import count, points, rate_cell, span_cell, text_cell, title_of
from stresstest.sections.base import Block, Cell, Content, Evidence, Paragraph, Section, Table

WORDS = {"within": ("✓ within", "good"), "exceeds": ("▲ exceeds", "bad"), "inconclusive": ("? undecided", "unsure")}
COLUMNS = ("Condition", "Gap (points)", "95 % interval", "Verdict", "What would change it")


class Verdicts(Section):
    """Within, exceeds or undecided, and for the undecided how many speakers are still needed."""

    title = "Against the declared tolerance"
    place = 90
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({view.recognizer: _table(view) for view in views(evidence)})
        tolerance = Paragraph(
            f"The tolerance declared in the study is a gap of at most {100 * evidence.study.tolerance.max_gap:g} "
            "points. A condition is within it when the whole interval of the gap lies below, exceeds it when the whole "
            "interval lies above, and is undecided otherwise, or where failed decodes or a WER near its ceiling could "
            "hide a wider gap. Undecided is not a pass. More speakers make the interval narrower around a gap that may "
            "itself move: their number is a guess from the gap and the spread seen here. A tolerance that is chosen "
            "after the run decides nothing."
        )
        return [tolerance, *found] if found else []


def _table(view: View) -> list[Block]:
    rows = tuple(_row(cell) for cell in view.cells if verdict_of(cell))
    return [Table("The verdict in each condition", COLUMNS, rows, (1, 2))] if rows else []


def _row(cell: Mapping[str, Any]) -> tuple[Cell, ...]:
    gap, verdict = gap_of(cell), cell["verdict"]
    word, tone = WORDS.get(verdict_of(cell) or "", (str(verdict_of(cell)), ""))
    return (
        text_cell(title_of(cell["condition"])),
        rate_cell(gap["difference"]),
        span_cell(gap.get("low"), gap.get("high")),
        Cell(word, verdict_of(cell), tone),
        _change(gap, verdict),
    )


def _change(gap: Mapping[str, Any], verdict: Mapping[str, Any]) -> Cell:
    """From which tolerance on a verdict would turn, or how many speakers would settle it."""
    needed, outcome = verdict.get("speakers_needed"), verdict.get("outcome")
    if outcome == "within":
        return Cell(f"a tolerance below {points(gap['high'])}", gap["high"])
    if outcome == "exceeds":
        return Cell(f"a tolerance of {points(gap['low'])} or more", gap["low"])
    if needed is not None:
        return Cell(f"about {count(needed, 'more speaker')} in each group", needed)
    return text_cell(verdict.get("reason") or "cannot be said from these data")
