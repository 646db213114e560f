# SPDX-License-Identifier: Apache-2.0
"""How to read the numbers, and how not to."""

from __future__ import annotations

from stresstest.sections.base import Content, Evidence, Note, Section


class Reading(Section):
    """Two short boxes for a reader who has not met these measures."""

    title = "How to read this, and how not to"
    place = 20
    needs = ()

    def build(self, evidence: Evidence) -> Content:
        return [
            Note(
                "How to read it",
                (
                    "WER, the word error rate: words substituted, deleted or inserted, for each hundred words spoken. "
                    "It can exceed 100 %.",
                    "Gap: the WER of the worst-served accent minus that of the best-served, in points. Two WERs of 30 "
                    "% and 20 % are 10 points apart.",
                    "Chance: speakers differ, so a gap appears even between groups that are served alike. Beside each "
                    "gap stands what chance alone gives when the same speakers are dealt to the accents at random.",
                    "Interval: a range that covers the true value in 95 of 100 studies like this one. It is computed "
                    "over speakers, never over utterances.",
                    "Cross-fit gap: best and worst are picked on half of the speakers and compared on the other half, "
                    "so that it is not inflated by the picking. It can be negative.",
                ),
            ),
            Note(
                "How not to read it",
                (
                    "A gap that grows with noise is not yet evidence that noise treats accents unequally: gaps grow "
                    "with WER by themselves. See who loses more than the others.",
                    "Undecided does not mean fair. It means that there are too few speakers to say.",
                    "A gap that closes where nearly every word is wrong is not progress; such cells are hatched.",
                    "A simulated scene is evidence about that simulation. It is a reason to measure on site, not a "
                    "replacement.",
                ),
            ),
        ]
