# SPDX-License-Identifier: Apache-2.0
"""What the words of this document mean."""

from __future__ import annotations

from collections.abc import Mapping

from stresstest.sections._words import text_cell
from stresstest.sections.base import Content, Evidence, Section, Table

TERMS: Mapping[str, str] = {
    "Archetype": "A typical case that somebody chose. It was not measured in a place.",
    "At a WER of": "The error rate at which groups are compared: how much noise each can bear before it is reached.",
    "Band cut": "The share of recordings whose band ends abruptly, as a codec or a telephone leaves it.",
    "Benjamini–Hochberg": "A correction for looking at many results: of those that it marks, about one in twenty is a "
    "false alarm. For exploring.",
    "Beyond the rest": "Difference in differences: what a group loses to a condition, less what the other groups "
    "lose. Above zero it is hit harder than they are.",
    "Bootstrap": "Speakers are drawn again at random from those heard, thousands of times; how much the result moves "
    "says how uncertain it is.",
    "Ceiling": "An error rate of 90 % or more. It can hardly rise further, so that a gap closes there by itself.",
    "Chance, 95 % below": "If speakers were dealt to the groups at random, 95 of 100 gaps would be smaller than this.",
    "Chance, mean": "The gap to expect where no group is served worse, only because speakers differ.",
    "Clipped": "The share of samples that are flattened at the top: recorded too loud.",
    "Confound": "Something other than accent in which the groups differ, as their microphones or their texts.",
    "Control": "A condition that does everything but what is under test, as a voice that is processed and not "
    "changed.",
    "Cost, US dollars": "What a hosted recognizer charges by the price that was given, as the run counted it.",
    "Cross-fit gap": "Best and worst group are picked on half of the speakers and compared on the other half, a "
    "hundred times over. Picking then adds nothing; it can be below zero.",
    "CV between speakers": "Coefficient of variation: how much error rates differ from speaker to speaker, as a share "
    "of the mean, chance of single words aside.",
    "dB, decibel": "A difference in level. 3 dB is half or twice the power; 10 dB is heard as about half or twice as "
    "loud.",
    "dBov": "Decibels below the loudest that a digital file can hold.",
    "Decode time": "The time for which the recognizer worked, its waiting for a service included.",
    "Decodes": "Utterances handed to the recognizer, each condition counted.",
    "Detectable": "The smallest true difference that a study of this size finds four times in five. Smaller ones can "
    "be there and go unseen.",
    "Does the curve fit": "Whether the fitted curve passes through what was measured; where not, do not read the row.",
    "Empty": "The share of utterances for which nothing at all was written down, though words were spoken.",
    "F1": "One number for right words: the share of spoken words that were recognized and the share of written words "
    "that were spoken, balanced. 100 % is perfect.",
    "F1 at least": "What F1 is not below, for all groups at once, in 95 of 100 studies like this one.",
    "Failed": "Decodes that gave no answer: an error, a crash or a time limit. They are counted, never scored as "
    "words.",
    "Gap": "The error rate of the worst-served group less that of the best-served, in points: 30 % and 20 % are 10 "
    "points apart.",
    "GEE": "Generalized estimating equations: a regression that allows for the utterances of one speaker being alike.",
    "Group": "The speakers that a study puts together: those of one accent, or of an accent and a gender.",
    "Hardest": "The condition with the highest error rate that is not at the ceiling.",
    "Holm": "A correction for several claims made beforehand: the chance that any outcome is wrong stays at 5 %.",
    "Interval, prompts too": "An interval for other speakers who read other sentences.",
    "Interval, speakers only": "An interval for other speakers who read the same sentences.",
    "Invented": "The share of utterances with more errors than words: the recognizer says what nobody said.",
    "Level": "How loud the recordings are while somebody speaks, in dBov.",
    "Linearized": "Uncertainty by a formula from how much speakers differ, used where there are too few to draw from.",
    "Log ratio beyond the rest": "Whether a group's errors multiply more than those of the others. 0 is as much, 0.69 "
    "is twice, −0.69 is half as much.",
    "Loop": "The share of answers that repeat the same words over and over, where nobody did.",
    "Loss": "What a condition adds to a group's error rate, less what it adds to another's.",
    "Lowest gain": "How much the loudest mixture was turned down so that it would not clip.",
    "Max-t": "The way to make intervals hold all at once: they are as wide as the most extreme of them asks for.",
    "Median speaker": "Half of the speakers have more errors than this, half have fewer.",
    "Median utterance": "Half of the utterances have more errors than this, half have fewer.",
    "Mixtures": "Utterances with noise added to them.",
    "More than the others": "How many decibels more signal over noise a group needs than the mean of the others, for "
    "the same error rate.",
    "MOVER": "A way to put the skewed intervals of two rates together into one of their difference.",
    "No answer": "The share of decodes that the recognizer failed to answer: refused, too late, out of order.",
    "Noncentral F": "The distribution from which the interval of the spread between groups is read.",
    "Normalizer": "The rules that make spellings alike before words are compared: case, punctuation, numbers.",
    "P": "How often chance alone gives a result at least this large. Below 0.05 is called beyond chance; it is not "
    "the chance that the result is wrong.",
    "P, adjusted": "The same, raised because many results are looked at.",
    "Paired log ratio": "The log ratio beyond the rest, computed from the same speakers in both conditions.",
    "Passthrough": "A voice that is taken apart and put together again with nothing changed: what the processing "
    "costs.",
    "Permutation": "Speakers are dealt to the groups at random, thousands of times, to see what gaps chance makes.",
    "Points": "Percentage points: the difference of two percentages.",
    "Pooled": "All errors of a group over all its words, so that who said more counts more.",
    "Provenance": "Where the numbers of a profile come from: a standard, a measurement, or somebody's choice.",
    "Ratio": "The error rate of the worst-served group over that of the best-served. 2 is twice as many errors.",
    "Real-time factor": "Seconds of decoding for each second of audio. Below 1 it keeps up with speech.",
    "Regression": "The log ratio by another method, which holds other traits of the speakers equal.",
    "Replicates": "How often speakers were drawn or dealt again at random.",
    "Requests": "How often a hosted recognizer was asked, tries again included.",
    "Scaled": "Mixtures that were turned down so that they would not clip.",
    "Share of its words": "How much of what a group said was also said by the others.",
    "Slowest twentieth": "One decode in twenty takes at least this many seconds for each second of audio.",
    "Smallest F1": "F1 of the group that has the lowest.",
    "SNR": "Signal-to-noise ratio: how many decibels speech lies above the noise. 0 dB: equally loud; higher is "
    "easier.",
    "SNR needed": "The signal-to-noise ratio at which a group's error rate falls to the one named. Lower is better.",
    "Speaker mean": "The mean of the speakers' own error rates, so that each counts alike, however much was said.",
    "Speakers for that gap, clean": "How many speakers a group to record so that the gap named above is found four "
    "times in five.",
    "Speakers for that loss": "How many speakers a group to record so that the loss named above is found.",
    "Spread as seen": "The standard deviation of the groups' error rates, chance included.",
    "Standardized": "The error rate as if every group had read the same mix of easy and hard texts.",
    "Student's t": "The usual allowance for the fact that few speakers also give a poor idea of how much speakers "
    "differ.",
    "Tolerance": "The largest gap that was declared acceptable before the run.",
    "Upper edge": "The highest frequency that the recordings hold: a telephone ends near 3400 Hz.",
    "Verdict": "Within: the whole interval of the gap lies below the tolerance. Exceeds: it lies above. Undecided: "
    "the tolerance lies inside it.",
    "Way": "One way of scoring: a normalizer, hesitations and compounds counted or not, words or speakers weighed "
    "alike.",
    "WER": "Word error rate: words replaced, dropped and added, for each hundred words spoken. It can exceed 100 %.",
    "WER change": "The error rate under the condition less that against which it is read.",
    "WER, capped": "The error rate where no utterance may count for more errors than it has words.",
    "Without chance": "The spread that is left once the part that chance makes is taken off; 0: chance explains it "
    "all.",
    "Without covariates": "The regression with no other trait held equal.",
    "Words on silence": "Words written down where nothing was said.",
    "95 % for all at once": "The same, but wide enough that in 95 of 100 studies no interval of the table misses: for "
    "whoever picks the worst row out of many.",
    "95 % interval": "A range, computed so that in 95 of 100 studies like this one it holds the true value for "
    "speakers like these. Wide: few speakers, or speakers who differ much.",
    "95 % interval of that": "The interval of the number to the left of it.",
}  # fmt: skip
"""Heads of columns and words of sentences that a reader may not know, in one sentence or two each."""


class Glossary(Section):
    """One table in alphabetical order. It needs nothing from the run: a document always explains itself."""

    title = "The words used here"
    place = 135
    needs = ()

    def build(self, evidence: Evidence) -> Content:
        rows = tuple((text_cell(word), text_cell(meaning)) for word, meaning in TERMS.items())
        return [Table("Words that a reader may not know, in plain words", ("Word", "What it means"), rows)]
