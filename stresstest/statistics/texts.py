# SPDX-License-Identifier: Apache-2.0
"""Differences between groups that what they read cannot make: the same prompts on both sides, or a standard mix.

Both take readings: errors and words of one speaker on one prompt, float64 (readings,), with codes of who and what
(whole numbers from 0, not much larger than there are of them).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import rates, variance_floor

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int64]

MIN_PROMPTS = 10
"""With fewer prompts nothing is said about others."""

TWO_WAY = "linearized over speakers and prompts at once, Student's t after Welch"
SPEAKERS = "linearized over speakers, Student's t after Welch"


@dataclass(frozen=True, slots=True)
class Matched:
    """The rate of a group less that of the rest on prompts that both have read, each prompt with one weight for both.

    both: the interval for other speakers and other prompts. speakers_only: for other speakers of these prompts. None
    with too few of either. p_value goes with `both`.
    """

    prompts: int
    rate: float
    rest: float
    both: Interval | None
    speakers_only: Interval | None
    p_value: float | None

    @property
    def difference(self) -> float:
        """Group less rest."""
        return self.rate - self.rest


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a variance with its degrees of freedom."""

    variance: float
    df: float


def matched_difference(
    errors: FloatArray,
    words: FloatArray,
    speakers: Codes,
    prompts: Codes,
    ours: NDArray[np.bool_],
    level: float = LEVEL,
) -> Matched | None:
    """A group (`ours`) against the rest on shared prompts; None where they share none.

    The rate is Σ k r / Σ k over prompts, r the group's rate on a prompt and k the words of its text. Its variance is
    that of speakers, plus that of prompts, less that of single readings, which both hold (two-way clustering: Cameron,
    Gelbach & Miller 2011). The pigeonhole bootstrap, which draws speakers and prompts (Owen 2007), has for its limit
    the sum of all three, and so counts the readings thrice: its intervals are too wide where they matter. Never less
    than the variance of the speakers alone.
    """
    size = int(prompts.max()) + 1 if prompts.size else 0
    shared = np.logical_and(*(_sums(prompts, words * mine, size) > 0 for mine in (ours, ~ours)))
    if not shared.any():
        return None
    kept = shared[prompts] & (words > 0)
    errors, words, ours, which, who = errors[kept], words[kept], ours[kept], prompts[kept], speakers[kept]
    weight = rates(_sums(which, words, size), _sums(which, np.ones(which.size), size))
    weight /= np.nansum(weight)
    rate, influence = np.empty(2), np.empty(words.size)
    for side, mine in enumerate((ours, ~ours)):
        total = _sums(which, words * mine, size)
        rate[side] = np.nansum(weight * rates(_sums(which, errors * mine, size), total))
        influence[mine] = (rates(weight, total)[which] * (errors - rate[side] * words))[mine] * (1 - 2 * side)
    of_speakers = [_clusters(influence[mine], who[mine]) for mine in (ours, ~ours)]
    of_prompts = _clusters(influence, which)
    counts = [p.df + 1 for p in of_speakers]
    floor = [float(variance_floor(errors[m].sum(), words[m].sum())) for m in (ours, ~ours)]
    of_speakers = [_Part(max(p.variance, f), p.df) for p, f in zip(of_speakers, floor, strict=True)]
    beyond = of_prompts.variance - float(np.square(influence).sum())
    speakers_only = both = p_value = None
    value = float(rate[0] - rate[1])
    if min(counts) >= MIN_SPEAKERS:
        number = int(sum(counts))
        speakers_only, _ = _interval(value, of_speakers, level, SPEAKERS, number)
        if shared.sum() >= MIN_PROMPTS:
            parts = [*of_speakers, _Part(max(beyond, 0.0), of_prompts.df)]
            both, p_value = _interval(value, parts, level, TWO_WAY, number)
    return Matched(int(shared.sum()), float(rate[0]), float(rate[1]), both, speakers_only, p_value)


@dataclass(frozen=True, slots=True)
class Standardized:
    """The rate that a group would have on a standard mix of texts, and how it differs from the rest on that mix."""

    rate: float
    interval: Interval | None
    difference: float
    difference_interval: Interval | None
    p_value: float | None


def standardized_rate(
    errors: FloatArray,
    words: FloatArray,
    speakers: Codes,
    strata: Codes,
    ours: NDArray[np.bool_],
    mix: FloatArray,
    level: float = LEVEL,
) -> Standardized | None:
    """Direct standardization: Σ mix_s · rate_s over strata of texts, mix (strata,) summing to 1.

    Intervals over speakers, linearized. None where either side has no words in a stratum that the mix holds.
    """
    rate, parts = np.empty(2), []
    held = mix > 0
    for side, mine in enumerate((ours & (words > 0), ~ours & (words > 0))):
        e, w, s = errors[mine], words[mine], strata[mine]
        total = _sums(s, w, mix.size)
        if (total[held] == 0).any():
            return None
        of_stratum = rates(_sums(s, e, mix.size), total)
        rate[side] = (mix[held] * of_stratum[held]).sum()
        inside = held[s]
        influence = (mix / np.maximum(total, 1.0))[s] * (e - np.nan_to_num(of_stratum)[s] * w) * inside
        part = _clusters(influence, speakers[mine])
        floor = float(variance_floor(e[inside].sum(), w[inside].sum()))
        parts.append(_Part(max(part.variance, floor), part.df))
    value, interval, apart, p = float(rate[0] - rate[1]), None, None, None
    if parts[0].df + 1 >= MIN_SPEAKERS:
        interval, _ = _interval(float(rate[0]), parts[:1], level, "standardized, " + SPEAKERS, int(parts[0].df + 1))
        interval = Interval(max(0.0, interval.low), interval.high, level, interval.method, interval.speakers)
    if min(part.df for part in parts) + 1 >= MIN_SPEAKERS:
        apart, p = _interval(value, parts, level, "standardized, " + SPEAKERS, int(sum(q.df + 1 for q in parts)))
    return Standardized(float(rate[0]), interval, value, apart, p)


def _clusters(influence: FloatArray, codes: Codes) -> _Part:
    """n / (n - 1) · Σ (sum over a cluster)², and n - 1."""
    present = np.bincount(codes) > 0
    n = int(present.sum())
    return _Part(n / max(n - 1, 1) * float(np.square(_sums(codes, influence)).sum()), max(n - 1, 0))


def _sums(codes: Codes, values: FloatArray, size: int = 0) -> FloatArray:
    """The sum of the values of each code."""
    return np.bincount(codes, values, size).astype(np.float64)


def _interval(value: float, parts: list[_Part], level: float, method: str, speakers: int) -> tuple[Interval, float]:
    """Value ± t √(sum of the parts), with Satterthwaite's degrees of freedom, and the two-sided p of 0."""
    variance = sum(part.variance for part in parts)
    df = variance**2 / sum(part.variance**2 / part.df for part in parts if part.variance > 0)
    error = math.sqrt(variance)
    wide = float(stdtrit(df, (1 + level) / 2)) * error
    return Interval(value - wide, value + wide, level, method, speakers), float(2 * stdtr(df, -abs(value) / error))
