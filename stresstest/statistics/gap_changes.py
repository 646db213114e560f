# SPDX-License-Identifier: Apache-2.0
"""How much wider the max–min gap between groups is with one recognizer than with another, on the same speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.changes import PairedCounts, change
from stresstest.statistics.gaps import max_t
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import variances

FloatArray = NDArray[np.float64]

SHARE = 0.8
"""Part of the allowed error for the changes; the rest serves to tell which pair of groups can be the widest."""


@dataclass(frozen=True, slots=True)
class GapChange:
    """The gap with the first system, with the second, and the second less the first.

    interval: of the true difference; None where a group has fewer than 5 speakers.
    """

    first: float
    second: float
    difference: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Differences of all ordered pairs of groups, `one` less `other`, with simultaneous bounds, each (pairs,)."""

    one: NDArray[np.intp]
    other: NDArray[np.intp]
    low: FloatArray
    high: FloatArray

    @property
    def widest(self) -> NDArray[np.bool_]:
        """The pairs of which one may have the largest true difference.

        `one` must not be surely below any group, `other` not surely above any, and the pair not surely below a pair.
        """
        sure = self.low > 0
        worst, best = ~np.isin(self.one, self.other[sure]), ~np.isin(self.other, self.one[sure])
        mask: NDArray[np.bool_] = worst & best & (self.high >= self.low.max())
        return mask

    @property
    def gap(self) -> tuple[float, float]:
        """Bounds of the largest true difference."""
        return max(0.0, float(self.low.max())), float(self.high.max())


def gap_change(
    groups: Sequence[PairedCounts], rng: np.random.Generator, draws: int = 10_000, level: float = LEVEL
) -> GapChange:
    """The gaps of both systems over `groups`, each with words, the second system as the condition.

    The interval covers at least with `level`, and more where it is not clear which groups are worst and best: with D
    the difference of two groups under either system and C its change, all bounds of D and C hold at once (max-t, with
    SHARE of 1 - level for C and the rest halved between the two families of D). The true gap of the second system lies
    at a pair that its bounds leave as widest, so the gap cannot have grown by more than the largest upper bound of C
    over such pairs; nor, by the same with the first system, by less than the smallest lower bound. Nor can it
    have changed by more than the bounds of the two gaps are apart. Raises ValueError for fewer than two groups.
    """
    if len(groups) < 2:
        raise ValueError(f"A change of the gap needs two groups; got {len(groups)}.")
    first = np.array([g.base_errors.sum() / g.base_words.sum() for g in groups])
    second = np.array([g.errors.sum() / g.words.sum() for g in groups])
    gaps = float(np.ptp(first)), float(np.ptp(second))
    return GapChange(*gaps, gaps[1] - gaps[0], _interval(groups, first, second, rng, draws, level))


def _interval(
    groups: Sequence[PairedCounts],
    first: FloatArray,
    second: FloatArray,
    rng: np.random.Generator,
    draws: int,
    level: float,
) -> Interval | None:
    speakers = np.array([g.speakers for g in groups], np.float64)
    if speakers.min() < MIN_SPEAKERS:
        return None
    df, shape = speakers - 1, (draws, speakers.size)
    chance = rng.standard_normal(shape), rng.chisquare(df, shape) / df
    ranks, moves = 1 - (1 - level) * (1 - SHARE) / 2, 1 - (1 - level) * SHARE
    spread_first = np.array([variances(g.base_errors[:, None], g.base_words[:, None])[0] for g in groups])
    spread_second = np.array([variances(g.errors[:, None], g.words[:, None])[0] for g in groups])
    spread_change = np.array([_change_variance(g) for g in groups])
    before = _pairs(first, spread_first, max_t(spread_first, *chance, ranks))
    after = _pairs(second, spread_second, max_t(spread_second, *chance, ranks))
    moved = _pairs(second - first, spread_change, max_t(spread_change, *chance, moves))
    (first_low, first_high), (second_low, second_high) = before.gap, after.gap
    low = max(float(moved.low[before.widest].min()), second_low - first_high)
    high = min(float(moved.high[after.widest].max()), second_high - first_low)
    return Interval(low, high, level, "simultaneous over pairs of groups and both systems, max-t", int(speakers.sum()))


def _change_variance(group: PairedCounts) -> float:
    found = change(group)
    if found is None or found.error is None:
        raise ValueError(f"A change of the gap is inferred from {MIN_SPEAKERS} speakers a group up.")
    return found.error**2


def _pairs(rate: FloatArray, variance: FloatArray, quantile: float) -> _Pairs:
    one, other = np.nonzero(~np.eye(rate.size, dtype=bool))
    value, reach = rate[one] - rate[other], quantile * np.sqrt(variance[one] + variance[other])
    return _Pairs(one, other, value - reach, value + reach)
