# SPDX-License-Identifier: Apache-2.0
"""Each group beside something made of the groups: one of them, all the others, or a weighted mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.gaps import Gap
from stresstest.statistics.intervals import LEVEL, Interval
from stresstest.statistics.pooled import log_rates

FloatArray = NDArray[np.float64]

_METHOD = "simultaneous over groups, max-t; limits of each group on the logarithm, joined by MOVER"


@dataclass(frozen=True, slots=True)
class Beside:
    """A group's rate less that beside which it is read, and the ratio of both (NaN where that is 0).

    interval: of the difference, simultaneous over the groups of a condition; None where the gap is described only.
    """

    difference: float
    ratio: float
    interval: Interval | None


def one_weights(groups: Sequence[str], name: str) -> FloatArray:
    """Weights (groups, groups) that put every group beside group `name`. Raises ValueError where it is not there."""
    if name not in groups:
        raise ValueError(f"There is no group {name!r} to stand beside; there are {', '.join(groups)}.")
    return np.tile([float(group == name) for group in groups], (len(groups), 1))


def rest_weights(shares: FloatArray) -> FloatArray:
    """Weights (groups, groups) that put every group beside all the others, in proportion to `shares` (groups,)."""
    others = np.tile(shares, (shares.size, 1)) * (1 - np.eye(shares.size))
    weights: FloatArray = others / others.sum(axis=1, keepdims=True)
    return weights


def mean_weights(shares: FloatArray) -> FloatArray:
    """Weights (groups, groups) that put every group beside the mean of all, in proportion to `shares` (groups,)."""
    return np.tile(shares / shares.sum(), (shares.size, 1))


def beside(
    gap: Gap, words: FloatArray, weights: FloatArray, drawn: tuple[FloatArray, FloatArray] | None, level: float = LEVEL
) -> list[Beside | None]:
    """Each group of the gap beside Σ weights · rates; None for a group that is beside itself.

    words: of each group. weights: (groups, groups), each row summing to 1, taken as fixed. drawn: what `chance` gives
    for the gap's speakers, which serves many gaps; None, and a gap that is described only, make no interval.

    With C = 1 - weights the difference is C · rates, and q is the `level` quantile of the largest |t| over the groups.
    A rate's own limits are p · exp(± q s), s by `log_errors`, because rates of few speakers are skewed to the right;
    those of the sum follow from them (MOVER, Zou & Donner 2008).
    """
    rate = np.array(gap.rates)
    contrast = np.eye(rate.size) - weights
    kept = np.abs(contrast).max(axis=1) > 1e-12
    difference, other = contrast @ rate, weights @ rate
    ratio = np.divide(rate, other, out=np.full(rate.size, np.nan), where=other > 0)
    intervals: list[Interval | None] = [None] * rate.size
    if gap.interval is not None and drawn is not None:
        quantile = float(np.quantile(_largest(gap, contrast[kept], *drawn), level))
        found = log_rates(rate, words, np.array(gap.variances), np.array(gap.speakers, np.float64))
        low, high = _joined(contrast, difference, *found.margins(quantile))
        intervals = [Interval(a, b, level, _METHOD, sum(gap.speakers)) for a, b in zip(low, high, strict=True)]
    return [
        Beside(float(difference[a]), float(ratio[a]), interval) if kept[a] else None
        for a, interval in enumerate(intervals)
    ]


def _largest(gap: Gap, contrast: FloatArray, normal: FloatArray, scatter: FloatArray) -> FloatArray:
    """The largest |t| over the contrasts in worlds without differences, (draws,)."""
    variance = np.array(gap.variances)
    squares = (normal @ (contrast * np.sqrt(variance)).T) ** 2 / (scatter @ (contrast**2 * variance).T)
    largest: FloatArray = np.sqrt(squares.max(axis=1))
    return largest


def _joined(
    contrast: FloatArray, difference: FloatArray, below: FloatArray, above: FloatArray
) -> tuple[list[float], list[float]]:
    up, down = np.maximum(contrast, 0.0) ** 2, np.minimum(contrast, 0.0) ** 2
    low = difference - np.sqrt(up @ below**2 + down @ above**2)
    high = difference + np.sqrt(up @ above**2 + down @ below**2)
    return low.tolist(), high.tolist()
