# SPDX-License-Identifier: Apache-2.0
"""What was claimed before the run, and what became of it."""

from __future__ import annotations

from stresstest.sections._words import p_cell, text_cell
from stresstest.sections.base import Content, Evidence, Paragraph, Section, Table

TONES = {"pass": "good", "fail": "bad", "not enough data": "unsure"}
EXPLANATION = (
    "These bounds were declared with the study. A claim passes or fails only where the data leave no doubt: all claims "
    "are judged together, so that the chance that any outcome is wrong stays at 5 % (Holm). Not enough data is no "
    "pass. A claim about every group passes where every group keeps it, and fails where one does not."
)


class Claims(Section):
    """The declared claims with their outcomes."""

    title = "What was claimed beforehand"
    place = 25
    needs = ("disparity",)

    def build(self, evidence: Evidence) -> Content:
        entries = evidence.disparity.get("claims") or []
        if not entries:
            return []
        rows = tuple(
            (
                text_cell(entry["claim"]),
                text_cell(entry["recognizer"]),
                text_cell(entry["outcome"], TONES[entry["outcome"]]),
                p_cell(entry["p_adjusted"]),
                text_cell(entry["reason"]),
            )
            for entry in entries
        )
        columns = ("Claim", "Recognizer", "Outcome", "p, adjusted", "Why")
        return [Paragraph(EXPLANATION), Table("Declared claims and their outcomes", columns, rows, (3,))]
