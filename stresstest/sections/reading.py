# SPDX-License-Identifier: Apache-2.0
"""How to read the numbers, and how not to."""

from __future__ import annotations

from stresstest.sections.base import Content, Evidence, Note, Section

READ = (
    "WER, the word error rate: words substituted, deleted or inserted, for each hundred words spoken. It can exceed "
    "100 %.",
    "Group: the speakers that are put together, those of one accent unless the study says otherwise.",
    "Gap: the WER of the worst-served group minus that of the best-served, in points. Two WERs of 30 % and 20 % are 10 "
    "points apart.",
    "Chance: speakers differ, so a gap appears even between groups that are served alike, and picking the worst and "
    "the best makes it larger than it is. Beside each gap stands what chance alone gives when the same speakers are "
    "dealt to the groups at random, and p, how often it makes two groups differ as clearly.",
    "Cross-fit gap: best and worst are picked on half of the speakers and compared on the other half, so that it is "
    "not inflated by the picking. It can be negative.",
    "Interval: a range that covers the true value in 95 of 100 studies like this one. It is computed over speakers, "
    "never over utterances: a hundred sentences of one person are still one person.",
    "Verdict: within the declared tolerance when the whole interval of the gap lies below it, exceeding it when the "
    "whole interval lies above, undecided when the tolerance lies inside.",
    "Beyond the rest: what noise costs one group over what it costs the others. In points it says how many more words "
    "are lost; as a ratio, whether errors multiply more. A group that starts with few errors can lose fewer words and "
    "still see its errors multiply most: the two answer different questions, and both are shown.",
    "Decibels: how much softer the noise must be for one group to be understood as well as another. 3 dB is half the "
    "noise power.",
    "F1: the share of right words, 100 % is perfect; the bound beside it holds for all groups at once.",
    "Other words are explained at the end, under The words used here.",
)
READ_NOT = (
    "A gap that grows with noise is not yet evidence that noise treats groups unequally: gaps grow with WER by "
    "themselves. See who loses more than the others.",
    "Undecided does not mean fair. It means that there are too few speakers to say.",
    "A gap that closes where nearly every word is wrong is not progress; such cells are hatched.",
    "Many rows, one in twenty wrong: whoever picks the worst row of a table reads its interval for all at once, and "
    "its adjusted p.",
    "A simulated scene is evidence about that simulation. It is a reason to measure on site, not a replacement.",
)
CHANGE = (
    "More speakers of each group: intervals shrink with the square root of their number, so four times the speakers "
    "halve them. More words of the same speakers help where each says little, and from some number on hardly at all.",
    "Another tolerance. It is to be declared before the run; one that is chosen afterwards decides nothing.",
    "Another way of counting words, where Scored in other ways says so.",
    "Failed decodes: a condition is not called within while they could hide a wider gap.",
    "Other speech: other speakers, texts, microphones or rooms are another study.",
)


class Reading(Section):
    """Three short boxes for a reader who has not met these measures."""

    title = "How to read this, and how not to"
    place = 20
    needs = ()

    def build(self, evidence: Evidence) -> Content:
        return [
            Note("How to read it", READ),
            Note("How not to read it", READ_NOT),
            Note("What would change a verdict", CHANGE),
        ]
