# SPDX-License-Identifier: Apache-2.0
"""Error counts and what may be said about them when speakers, not utterances, are the units of chance.

    counts.py       ErrorCounts: what one alignment gives, added before it is divided
    speakers.py     SpeakerCounts: errors and words, a row a speaker and a column a condition
    linearized.py   rates, their variances and the floor under a variance
    intervals.py    Interval, and the interval of a group's rate by the number of speakers
    bootstrap.py    resampling of whole speakers
    permutation.py  the gap between groups when group labels mean nothing
    spread.py       how far the groups' true rates lie apart, without what chance adds
    beside.py       each group beside one of them, the rest, or a weighted mean
    shares.py       intervals of shares, rare ones too, and of the mean of speakers' rates
    f1_bounds.py    lower bounds of F1 that hold for every group at once
    pooled.py       how much speakers differ, relative to their group's rate, borrowed from all groups
    crossfit.py     the gap without the bonus of having picked the worst group after looking
    gaps.py         the max–min gap and a simultaneous interval for it
    changes.py      change against a reference condition, and differences in differences
    power.py        detectable gaps and degradations, and speakers needed
    texts.py        differences on matched prompts, and rates on a standard mix of texts
    mixes.py        do groups have another mix of classes than chance deals to speakers
    group_means.py  does something measured once a speaker differ between groups
    verdicts.py     a gap against a declared tolerance
    families.py     intervals of many changes that hold all at once
    psychometric.py curves of error rate against SNR, fitted many at once
    thresholds.py   the SNR at which a group reaches an error rate, and how far groups lie apart in dB
    gee.py          a Poisson regression beside the difference in differences; needs statsmodels
    paired_systems.py  two systems on the same speakers: a flip test, the chance of improvement, equivalence
    gap_changes.py  how much wider the gap is with one system than with another
    matched_pairs.py   MAPSSWE, for reference
    multiple.py     adjusted p-values
    alike.py        do the speakers of all groups differ from one another alike
    components.py   what speakers and what draws of the noise add to the chance in a rate
    between.py      rates at the steps of an axis between those that were looked at
    bisection.py    where along an axis a limit is first exceeded and stays so, in a few looks
    worlds.py       a law from which word errors are drawn, and the true group rates that it implies

Nothing here takes utterances: an interval of a gap from resampled utterances finds a gap that is not there in
35 to 42 of 100 studies, because the words of one speaker are alike.
"""

from stresstest.statistics.bootstrap import bootstrap_rates
from stresstest.statistics.changes import Change, PairedCounts, change, difference_in_differences, log_ratio_difference
from stresstest.statistics.components import DrawShares, draw_shares
from stresstest.statistics.counts import ErrorCounts
from stresstest.statistics.crossfit import crossfit_gaps
from stresstest.statistics.gaps import Gap, describe_gap, gaps
from stresstest.statistics.intervals import MIN_SPEAKERS, Interval, rate_intervals
from stresstest.statistics.linearized import rates, variances
from stresstest.statistics.multiple import benjamini_hochberg, holm
from stresstest.statistics.permutation import permutation_gaps
from stresstest.statistics.power import minimum_detectable_gap, speaker_cv, speakers_to_detect
from stresstest.statistics.speakers import SpeakerCounts
from stresstest.statistics.verdicts import Verdict, verdict

__all__ = [
    "MIN_SPEAKERS",
    "Change",
    "DrawShares",
    "ErrorCounts",
    "Gap",
    "Interval",
    "PairedCounts",
    "SpeakerCounts",
    "Verdict",
    "benjamini_hochberg",
    "bootstrap_rates",
    "change",
    "crossfit_gaps",
    "describe_gap",
    "difference_in_differences",
    "draw_shares",
    "gaps",
    "holm",
    "log_ratio_difference",
    "minimum_detectable_gap",
    "permutation_gaps",
    "rate_intervals",
    "rates",
    "speaker_cv",
    "speakers_to_detect",
    "variances",
    "verdict",
]
