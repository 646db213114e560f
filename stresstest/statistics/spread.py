# SPDX-License-Identifier: Apache-2.0
"""How far the true rates of the groups lie apart: their standard deviation without what chance adds to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ncfdtr

from stresstest.statistics.gaps import Gap
from stresstest.statistics.intervals import LEVEL, Interval

FloatArray = NDArray[np.float64]

_HALVINGS = 60
_METHOD = "noncentral F of the spread between groups, Satterthwaite's degrees of freedom"


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations between the groups of a gap, as fractions of WER.

    seen: of the rates as measured, which grows with chance. corrected: of the true rates, 0 where chance explains all
    of it. interval: of the true one; None where the gap is described only.
    """

    seen: float
    corrected: float
    interval: Interval | None


def spreads(gaps: Sequence[Gap], level: float = LEVEL) -> list[Spread]:
    """The spread behind each gap.

    corrected is √max(0, s² - v̄), with s² the variance of the rates over the groups and v̄ the mean of their sampling
    variances: E s² = σ² + v̄, so s² - v̄ has no bias (double-corrected variance, Lum, Zhang & Bower 2022, arXiv
    2205.05770); cutting at 0 and the root bring a little back. The interval turns the noncentral F distribution of
    s² / v̄ around for its noncentrality (Steiger 2004, Psychological Methods 9), groups as fixed.
    """
    seen = [float(np.var(gap.rates, ddof=1)) for gap in gaps]
    within = [float(np.mean(gap.variances)) for gap in gaps]
    low, high = _bounds(gaps, np.array(seen), np.array(within), level)
    return [
        Spread(
            math.sqrt(s2),
            math.sqrt(max(0.0, s2 - v)) if v == v else math.nan,
            Interval(float(low[c]), float(high[c]), level, _METHOD, sum(gap.speakers)) if gap.interval else None,
        )
        for c, (gap, s2, v) in enumerate(zip(gaps, seen, within, strict=True))
    ]


def _bounds(gaps: Sequence[Gap], seen: FloatArray, within: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Bounds of σ for each gap; 0 for a gap that is described only."""
    low, high = np.zeros(len(gaps)), np.zeros(len(gaps))
    inferred = np.array([c for c, gap in enumerate(gaps) if gap.interval is not None], np.int64)
    if not inferred.size:
        return low, high
    scale, below = np.array([_scale(gaps[c]) for c in inferred]).T
    ratio, above, tail = seen[inferred] / within[inferred], within[inferred] / scale, (1 - level) / 2
    low[inferred] = np.sqrt(_noncentrality(above, below, ratio, 1 - tail) * scale)
    high[inferred] = np.sqrt(_noncentrality(above, below, ratio, tail) * scale)
    return low, high


def _scale(gap: Gap) -> tuple[float, float]:
    """a, with s² ≈ a · χ²(v̄ / a, σ² / a), and the degrees of freedom of a.

    v̄ / (k - 1) where all variances are equal. Where the groups that lie far out vary more, as a bad group does, their
    variance counts, by the squares of the deviations: only then is Var s² = … + 4 σ² a right.
    """
    v, df = np.array(gap.variances), np.array(gap.speakers, np.float64) - 1
    deviations = (np.array(gap.rates) - np.mean(gap.rates)) ** 2
    even = np.full(v.size, 1 / v.size)
    far = deviations / deviations.sum() if deviations.sum() > 0 else even
    share = far if far @ v > v.mean() else even
    return float(share @ v) / (v.size - 1), float((share @ v) ** 2 / ((share * v) ** 2 / df).sum())


def _noncentrality(above: FloatArray, below: FloatArray, ratio: FloatArray, probability: float) -> FloatArray:
    """The noncentrality at which `ratio` is exceeded with 1 - probability, by bisection; 0 where none is."""
    high = np.maximum(1.0, 4 * above * ratio)
    while (wide := ncfdtr(above, below, high, ratio) > probability).any():
        high = np.where(wide, 2 * high, high)
    low = np.zeros_like(high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        beyond = ncfdtr(above, below, middle, ratio) < probability
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return np.where(ncfdtr(above, below, 0.0, ratio) < probability, 0.0, (low + high) / 2)
