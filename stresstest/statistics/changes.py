# SPDX-License-Identifier: Apache-2.0
"""What a condition does to a group's rate, and whether it does more to one group than to the others.

Each speaker is measured in both conditions, so a speaker's own rate cancels; variances come from linearized
residuals of the paired speakers. Absolute changes are skewed, and their limits allow for it (`skewed`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import cluster_variance
from stresstest.statistics.skewed import limits, reached, third_moment

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PairedCounts:
    """Errors and words of the speakers of one group in a condition and in the reference condition, each (speakers,).

    speakers: how many have words. totals: the sums of the four arrays. Raises ValueError where shapes differ or a
    speaker has words in only one of the two.
    """

    errors: FloatArray
    words: FloatArray
    base_errors: FloatArray
    base_words: FloatArray
    speakers: int = field(init=False)
    totals: tuple[float, float, float, float] = field(init=False)

    def __post_init__(self) -> None:
        shapes = {np.shape(a) for a in (self.errors, self.words, self.base_errors, self.base_words)}
        if len(shapes) != 1 or any(len(shape) != 1 for shape in shapes):
            raise ValueError(f"PairedCounts needs four arrays of one shape (speakers,); got {sorted(shapes)}.")
        heard = self.words > 0
        if (heard != (self.base_words > 0)).any():
            raise ValueError("PairedCounts needs each speaker to have words in both conditions or in neither.")
        columns = (self.errors, self.words, self.base_errors, self.base_words)
        object.__setattr__(self, "speakers", int(np.count_nonzero(heard)))
        object.__setattr__(self, "totals", tuple(float(column.sum()) for column in columns))


@dataclass(frozen=True, slots=True)
class Change:
    """An estimated change; all but the value is None where there are too few speakers to infer.

    p_value: two-sided. error: standard error. third: third central moment, 0 on the logarithm, which lies even.
    """

    value: float
    interval: Interval | None
    p_value: float | None
    error: float | None = None
    third: float = 0.0


@dataclass(frozen=True, slots=True)
class _Estimate:
    value: float
    variance: float
    speakers: int
    third: float = 0.0


def pooled(pairs: Sequence[PairedCounts]) -> PairedCounts:
    """The speakers of several groups as one."""
    names = ("errors", "words", "base_errors", "base_words")
    return PairedCounts(*(np.concatenate([getattr(pair, name) for pair in pairs]) for name in names))


def change(pair: PairedCounts, level: float = LEVEL) -> Change | None:
    """The rate in the condition less the rate in the reference; None where there are no words."""
    estimate = _difference(pair)
    return _judged([estimate], level) if estimate else None


def difference_in_differences(group: PairedCounts, rest: PairedCounts, level: float = LEVEL) -> Change | None:
    """The change of the group less the change of the rest, in rate; None where either has no words."""
    ours, theirs = _difference(group), _difference(rest)
    return _judged([ours, theirs], level) if ours and theirs else None


def log_ratio_difference(group: PairedCounts, rest: PairedCounts, level: float = LEVEL) -> Change | None:
    """log(rate / reference rate) of the group less that of the rest; None where any of the four rates is 0."""
    ours, theirs = _log_ratio(group), _log_ratio(rest)
    return _judged([ours, theirs], level) if ours and theirs else None


def residuals(pair: PairedCounts, log: bool = False) -> FloatArray | None:
    """What each speaker adds to the chance in the change, (speakers,), summing to 0: of the rate or of its logarithm.

    The derivative of the change with respect to the speaker's weight. None where the change is not defined.
    """
    errors, words, base_errors, base_words = pair.totals
    if not pair.speakers or (log and not (errors and base_errors)):
        return None
    if log:
        here, there = pair.errors / errors - pair.words / words, pair.base_errors / base_errors
        there = there - pair.base_words / base_words
    else:
        here = (pair.errors - errors / words * pair.words) / words
        there = (pair.base_errors - base_errors / base_words * pair.base_words) / base_words
    found: FloatArray = here - there
    return found


def _difference(pair: PairedCounts) -> _Estimate | None:
    found = residuals(pair)
    if found is None:
        return None
    errors, words, base_errors, base_words = pair.totals
    variance = max(_variance(found, pair.speakers), _floor(pair))
    value, third = errors / words - base_errors / base_words, third_moment(found, pair.speakers)
    return _Estimate(value, variance, pair.speakers, third)


def _log_ratio(pair: PairedCounts) -> _Estimate | None:
    found = residuals(pair, log=True)
    if found is None:
        return None
    errors, words, base_errors, base_words = pair.totals
    rate, base = errors / words, base_errors / base_words
    floor = _floor(pair) / (rate * base)
    return _Estimate(math.log(rate) - math.log(base), max(_variance(found, pair.speakers), floor), pair.speakers)


def _variance(residuals: FloatArray, speakers: int) -> float:
    return float(cluster_variance(residuals[:, None], np.array([speakers]))[0]) if speakers > 1 else 0.0


def _floor(pair: PairedCounts) -> float:
    """(discordant + 2) / w², the variance of a difference of paired counts (McNemar) after two added discordances.

    Discordant words are counted from below, as the differences of the speakers' errors; w is the smaller word total.
    """
    _, words, _, base_words = pair.totals
    fewest = min(words, base_words)
    discordant = float(np.abs(pair.errors / words - pair.base_errors / base_words).sum()) * fewest
    return (discordant + 2) / fewest**2


def _judged(estimates: list[_Estimate], level: float) -> Change:
    """The first estimate less the second, where there is one, with Welch–Satterthwaite degrees of freedom.

    Skewed estimates have limits, and a p, by `skewed`.
    """
    value = estimates[0].value - sum(e.value for e in estimates[1:])
    if min(e.speakers for e in estimates) < MIN_SPEAKERS:
        return Change(value, None, None)
    variance = sum(e.variance for e in estimates)
    df = variance**2 / sum(e.variance**2 / (e.speakers - 1) for e in estimates)
    error = math.sqrt(variance)
    third = estimates[0].third - sum(e.third for e in estimates[1:])
    low, high = limits(value, error, df, third, level)
    t = max(reached(abs(value), error, -third if value > 0 else third), 0.0)
    method = "linearized on paired speakers, Student's t" + (" after Welch" if len(estimates) > 1 else "")
    interval = Interval(low, high, level, method, sum(e.speakers for e in estimates))
    return Change(value, interval, float(2 * stdtr(df, -t)), error, third)
