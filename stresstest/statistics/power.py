# SPDX-License-Identifier: Apache-2.0
"""What gap, and what difference in degradation, a number of speakers can show; and how many speakers one needs.

A speaker's rate varies by `between` from speaker to speaker and by `within` / words from word to word; two groups of
equal size are compared by Welch's t at level 0.95, and a difference is detectable where that test finds it with power
0.8. Speakers divide both parts, words a speaker only the second: recruit speakers, not minutes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import nctdtrinc, stdtrit

from stresstest.statistics.linearized import cluster_variance, rates

FloatArray = NDArray[np.float64]

ASSUMED_CV = 0.5
"""Coefficient of variation of the rate between speakers where no data say otherwise."""

ASSUMED_CHANGE_CV = 0.25
"""The same of the factor by which a condition changes a speaker's rate; chosen here, half of that between speakers."""

POWER = 0.8

MOST_SPEAKERS = 100_000
"""Beyond so many speakers a group, no number is given."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure differs between the speakers of a group: its variance is between + within / words of a speaker.

    growth: what g²/4 adds to `between` where two groups lie g apart, one above and one below the value given, because
    the group that does worse is also the more variable: (g/2)² times a squared coefficient of variation.
    """

    between: float
    within: float
    growth: float = 0.0

    def detectable(self, speakers: int, words: float, level: float = 0.95, power: float = POWER) -> float:
        """The smallest true difference of two groups of so many speakers each that is found with `power`.

        g of g² = reach² · 2 (between + growth g²/4 + within / words) / speakers, with the reach of Student's t at
        2 (speakers - 1) degrees of freedom. Infinite where a wider gap brings as much chance as it adds; NaN for
        fewer than two speakers.
        """
        if speakers < 2:
            return math.nan
        squared = reach(2 * speakers - 2, level, power) ** 2 * 2 / speakers
        left = 1 - squared * self.growth / 4
        return math.sqrt(squared * (self.between + self.within / words) / left) if left > 0 else math.inf

    def speakers_for(self, target: float, words: float, level: float = 0.95, power: float = POWER) -> int | None:
        """The fewest speakers a group that make `target` detectable; None beyond MOST_SPEAKERS.

        Raises ValueError for a target at or below 0.
        """
        if target <= 0:
            raise ValueError(f"The difference to detect must be above 0; got {target:g}.")
        low, high = 1, MOST_SPEAKERS
        if self.detectable(high, words, level, power) > target:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.detectable(middle, words, level, power) <= target else (middle, high)
        return high


@lru_cache(maxsize=1024)
def reach(df: float, level: float = 0.95, power: float = POWER) -> float:
    """By how many standard errors two means must differ for Student's t to find it: the noncentrality with `power`."""
    return float(nctdtrinc(df, 1 - power, stdtrit(df, (1 + level) / 2)))


def rate_spread(rate: float, cv: float = ASSUMED_CV) -> Spread:
    """The spread of a rate (a fraction): (cv · rate)² between speakers, and the counting of errors within."""
    return Spread((cv * rate) ** 2, rate, cv**2)


def change_spread(base: float, rate: float, cv: float = ASSUMED_CV, change_cv: float = ASSUMED_CHANGE_CV) -> Spread:
    """The spread of rate - base of the same speaker, who is heard in both conditions.

    A speaker's own level multiplies both (cv); the factor from one to the other differs by `change_cv`. The counts of
    the two conditions are taken as independent: where the same words fail in both, fewer speakers suffice.
    """
    own = (1 + cv**2) * change_cv**2
    return Spread((cv * (rate - base)) ** 2 + own * rate**2, rate + base, cv**2 + own)


def measured_spread(values: FloatArray, words: FloatArray, within: float, rate: float) -> Spread:
    """The spread of a measure of each speaker, (speakers,), with their words, by moments.

    within: the part that counting makes, times words. rate: by which the part between speakers grows; see `Spread`.
    Raises ValueError for fewer than two speakers.
    """
    if values.size < 2:
        raise ValueError(f"A spread needs two speakers; got {values.size}.")
    between = max(float(values.var(ddof=1)) - within * float((1 / words).mean()), 0.0)
    return Spread(between, within, between / rate**2 if rate > 0 else 0.0)


def average(spreads: Sequence[Spread]) -> Spread:
    """The spread with the mean of each part."""
    parts = [(s.between, s.within, s.growth) for s in spreads]
    return Spread(*(float(value) for value in np.mean(parts, axis=0)))


def minimum_detectable_gap(
    rate: float, speakers: int, words: float, cv: float = ASSUMED_CV, level: float = 0.95, power: float = POWER
) -> float:
    """The smallest true difference of two groups that is found with probability `power`.

    rate: the mean of the two groups' rates, a fraction. speakers: in each group. words: of each speaker. cv: see
    `speaker_cv`. Large samples: (z + z') √(2 (cv² rate² + rate / words) / speakers).
    """
    return rate_spread(rate, cv).detectable(speakers, words, level, power)


def group_spread(errors: FloatArray, words: FloatArray) -> Spread:
    """The spread of the rates of one group's speakers, (speakers,), at least two of whom have words.

    Two errors in four words more (Agresti & Coull 1998) are counted within, so that a group without errors does not
    seem to show any gap.
    """
    errors, words = errors[words > 0], words[words > 0]
    within = float((errors.sum() + 2) / (words.sum() + 4))
    return measured_spread(errors / words, words, within, float(errors.sum() / words.sum()))


def detectable_gaps(errors: FloatArray, words: FloatArray) -> FloatArray:
    """What two groups like this one show in each condition, (conditions,), from (speakers, conditions) counts.

    NaN with fewer than two speakers.
    """
    found = np.full(errors.shape[1], np.nan)
    for c, (e, w) in enumerate(zip(errors.T, words.T, strict=True)):
        if (speakers := int((w > 0).sum())) > 1:
            found[c] = group_spread(e, w).detectable(speakers, float(w.sum()) / speakers)
    return found


def speakers_to_detect(
    gap: float, rate: float, words: float, cv: float = ASSUMED_CV, level: float = 0.95, power: float = POWER
) -> int | None:
    """The fewest speakers a group that make `gap` detectable; arguments as there. Raises ValueError at gap ≤ 0."""
    return rate_spread(rate, cv).speakers_for(gap, words, level, power)


def speaker_cv(errors: FloatArray, words: FloatArray) -> FloatArray:
    """Coefficient of variation of the true rate between the speakers of one group, (conditions,), by moments.

    The variance between speakers beyond what counting errors of a Poisson process gives, over the squared rate.
    NaN with fewer than two speakers or no error.
    """
    total = words.sum(axis=0)
    rate = rates(errors.sum(axis=0), total)
    residuals = rates(errors - rate * words, np.broadcast_to(total, words.shape))
    excess = cluster_variance(residuals, (words > 0).sum(axis=0)) - rates(rate, total)
    between = np.maximum(excess * rates(total**2, (words**2).sum(axis=0)), 0.0)
    cv: FloatArray = np.sqrt(rates(between, rate**2))
    return cv
