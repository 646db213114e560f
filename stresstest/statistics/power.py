# SPDX-License-Identifier: Apache-2.0
"""What gap a number of speakers can show, and how many speakers a gap needs.

A speaker's rate varies by CV² R² between speakers and by R / words within one; two groups are compared at level 0.95
with power 0.8. More words a speaker barely help: recruit speakers, not minutes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from stresstest.statistics.linearized import cluster_variance, rates

FloatArray = NDArray[np.float64]

ASSUMED_CV = 0.5
"""Coefficient of variation of the rate between speakers where no data say otherwise."""


def minimum_detectable_gap(
    rate: float, speakers: int, words: float, cv: float = ASSUMED_CV, level: float = 0.95, power: float = 0.8
) -> float:
    """The smallest true difference of two groups that is found with probability `power`.

    rate: the groups' rate, a fraction. speakers: in each group. words: of each speaker. cv: see `speaker_cv`.
    """
    return detectable_from_variance(_speaker_variance(rate, words, cv) / speakers, level, power)


def detectable_from_variance(variance: float, level: float = 0.95, power: float = 0.8) -> float:
    """The same from the variance of one group's rate as measured, the other group being as variable."""
    return _reach(level, power) * math.sqrt(2 * variance)


def speakers_to_detect(
    gap: float, rate: float, words: float, cv: float = ASSUMED_CV, level: float = 0.95, power: float = 0.8
) -> int:
    """The fewest speakers a group that make `gap` detectable; arguments as there. Raises ValueError at gap ≤ 0."""
    if gap <= 0:
        raise ValueError(f"The gap to detect must be above 0; got {gap}.")
    return max(1, math.ceil(2 * _speaker_variance(rate, words, cv) * (_reach(level, power) / gap) ** 2))


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


def _speaker_variance(rate: float, words: float, cv: float) -> float:
    return (cv * rate) ** 2 + rate / words


def _reach(level: float, power: float) -> float:
    return float(ndtri((1 + level) / 2) + ndtri(power))
