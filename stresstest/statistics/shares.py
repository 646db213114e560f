# SPDX-License-Identifier: Apache-2.0
"""Intervals of a share (of utterances that went wrong altogether, say) and of the mean of speakers' rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import cluster_variance, rates, variances
from stresstest.statistics.speaker_means import equal_words
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]


def share_intervals(table: SpeakerCounts, level: float = LEVEL) -> list[Interval | None]:
    """The interval of the share of events in each condition; None under 5 speakers. `table`: one group's speakers.

    table: events as `errors`, trials as `words`, events at most trials. Exact binomial limits (Clopper & Pearson 1934)
    for as many independent trials as have the variance between speakers (Korn & Graubard 1998): p (1 - p) / v, at most
    the trials, times (z / t)² for the degrees of freedom. They hold for rare events, too, and for none at all.
    """
    events, trials = table.errors.sum(axis=0), table.words.sum(axis=0)
    speakers, share = (table.words > 0).sum(axis=0), rates(events, trials)
    residuals = rates(table.errors - share * table.words, np.broadcast_to(trials, table.words.shape))
    spread = cluster_variance(residuals, speakers)
    found: list[Interval | None] = []
    for c, n in enumerate(speakers.tolist()):
        if n < MIN_SPEAKERS:
            found.append(None)
            continue
        low, high = _limits(float(share[c]), float(trials[c]), float(spread[c]), n, level)
        found.append(Interval(low, high, level, "exact binomial for the effective number of trials", n))
    return found


def _limits(share: float, trials: float, variance: float, speakers: int, level: float) -> tuple[float, float]:
    independent = min(trials, share * (1 - share) / variance) if variance > 0 else trials
    tail = (1 - level) / 2
    independent *= float(ndtri(1 - tail) / stdtrit(speakers - 1, 1 - tail)) ** 2
    events, others = share * independent, (1 - share) * independent
    low = float(betaincinv(events, others + 1, tail)) if share > 0 else 0.0
    high = float(betaincinv(events + 1, others, 1 - tail)) if share < 1 else 1.0
    return min(low, share), max(high, share)


def speaker_mean_intervals(table: SpeakerCounts, level: float = LEVEL) -> tuple[FloatArray, list[Interval | None]]:
    """The mean of the speakers' rates in each condition, (conditions,), and its interval by Student's t.

    Every speaker counts alike. `table`: one group's speakers. None under 5 speakers.
    """
    errors, words = equal_words(table.errors, table.words)
    mean, error = rates(errors.sum(axis=0), words.sum(axis=0)), np.sqrt(variances(errors, words))
    speakers = (words > 0).sum(axis=0)
    return mean, [
        _student(float(mean[c]), float(error[c]), n, level) if n >= MIN_SPEAKERS else None
        for c, n in enumerate(speakers.tolist())
    ]


def _student(mean: float, error: float, speakers: int, level: float) -> Interval:
    reach = float(stdtrit(speakers - 1, (1 + level) / 2)) * error
    low, high = max(0.0, mean - reach), mean + reach
    return Interval(low, high, level, "mean over speakers, Student's t", speakers)
