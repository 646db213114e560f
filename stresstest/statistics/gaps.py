# SPDX-License-Identifier: Apache-2.0
"""The max–min gap between groups, its null, its cross-fit value, and an interval that covers the true gap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.crossfit import crossfit_gaps
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import rates, variances
from stresstest.statistics.permutation import p_values, permutation_gaps
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """Worst less best group rate in one condition, over `groups`, whose rates, variances and speakers stand beside it.

    ratio: worst by best, NaN where the best is 0. The rest is None where the gap is described only: null_mean and
    null_q95, the mean and 95th percentile with shuffled labels; p_value; crossfit; interval of the true gap.
    """

    groups: tuple[str, ...]
    rates: tuple[float, ...]
    variances: tuple[float, ...]
    speakers: tuple[int, ...]
    best: str
    worst: str
    difference: float
    ratio: float
    null_mean: float | None = None
    null_q95: float | None = None
    p_value: float | None = None
    crossfit: float | None = None
    interval: Interval | None = None


def describe_gap(table: SpeakerCounts, condition: int) -> Gap:
    """The gap between all groups with words in one condition, without inference, for any number of speakers.

    Raises ValueError where fewer than two groups have words.
    """
    column = table.columns([condition])
    heard = {g for g, n in zip(table.names, column.sizes()[:, 0], strict=True) if n > 0}
    if len(heard) < 2:
        raise ValueError(f"A gap needs two groups with words; got {', '.join(sorted(heard)) or 'none'}.")
    return _described(column.keep(heard))[0]


def gaps(
    table: SpeakerCounts,
    rng: np.random.Generator,
    replicates: int = 10_000,
    splits: int = 100,
    level: float = LEVEL,
) -> list[Gap]:
    """The gap in each condition with everything that may be inferred about it.

    replicates: permutations of speakers' labels, and draws behind the simultaneous interval. splits: halvings of the
    speakers for the cross-fit gap, at least 50. Raises ValueError where there are fewer than two groups or a group
    has fewer than 5 speakers with words in a condition: describe such a gap instead.
    """
    if len(table.names) < 2 or table.sizes().min() < MIN_SPEAKERS:
        raise ValueError(
            f"Inference about a gap needs two groups, and {MIN_SPEAKERS} speakers in each group and condition."
        )
    if splits < 50:
        raise ValueError(f"The cross-fit gap needs at least 50 splits; got {splits}.")
    described = _described(table)
    observed = np.array([gap.difference for gap in described])
    null = permutation_gaps(table, rng, replicates)
    p, mean, q95 = p_values(observed, null), null.mean(axis=0), np.quantile(null, 0.95, axis=0)
    crossfit = crossfit_gaps(table, rng, splits)
    intervals = simultaneous_intervals(described, rng, replicates, level)
    return [
        replace(
            gap,
            null_mean=float(mean[c]),
            null_q95=float(q95[c]),
            p_value=float(p[c]),
            crossfit=float(crossfit[c]),
            interval=intervals[c],
        )
        for c, gap in enumerate(described)
    ]


def simultaneous_intervals(
    described: list[Gap], rng: np.random.Generator, draws: int = 10_000, level: float = LEVEL
) -> list[Interval]:
    """An interval of the true max–min gap for each gap.

    With D the difference of two groups and s its standard error, D ± q s covers all true differences at once with
    probability `level`; the largest lower bound (not below 0) and the largest upper bound then enclose the largest
    true difference, the gap. q is the quantile of the largest studentized difference of two groups, drawn with
    normal means and a chi-square variance for each group (Games & Howell 1976, without their approximation).
    """
    chance: dict[tuple[int, ...], tuple[FloatArray, FloatArray]] = {}
    for gap in described:
        if gap.speakers not in chance:
            df = np.array(gap.speakers, np.float64) - 1
            shape = (draws, df.size)
            chance[gap.speakers] = rng.standard_normal(shape), rng.chisquare(df, shape) / df
    return [_enclosed(gap, max_t(np.array(gap.variances), *chance[gap.speakers], level), level) for gap in described]


def max_t(variance: FloatArray, normal: FloatArray, scatter: FloatArray, level: float) -> float:
    """The `level` quantile of max |z_a - z_b| / √(s_a² + s_b²) over pairs of groups.

    variance: (groups,). normal, scatter: standard normal and chi-square/df draws, (draws, groups).
    """
    first, second = np.triu_indices(variance.size, 1)
    means, spreads = normal * np.sqrt(variance), scatter * variance
    squares = (means[:, first] - means[:, second]) ** 2 / (spreads[:, first] + spreads[:, second])
    return float(np.sqrt(np.quantile(squares.max(axis=1), level)))


def gap_bounds(rate: FloatArray, variance: FloatArray, quantile: float) -> tuple[float, float]:
    """Largest lower bound, at least 0, and largest upper bound of the differences of two groups, both signs."""
    first, second = np.triu_indices(rate.size, 1)
    difference = np.abs(rate[first] - rate[second])
    reach = quantile * np.sqrt(variance[first] + variance[second])
    return max(0.0, float((difference - reach).max())), float((difference + reach).max())


def _enclosed(gap: Gap, quantile: float, level: float) -> Interval:
    low, high = gap_bounds(np.array(gap.rates), np.array(gap.variances), quantile)
    return Interval(low, high, level, "simultaneous over pairs of groups, max-t", sum(gap.speakers))


def _described(table: SpeakerCounts) -> list[Gap]:
    """The gap in each condition over all groups of the table, all of which have words."""
    group_rates, names, sizes = rates(*table.totals()), table.names, table.sizes()
    spreads = np.stack([variances(t.errors, t.words) for t in map(table.of, names)])
    best, worst = group_rates.argmin(axis=0), group_rates.argmax(axis=0)
    return [
        Gap(
            groups=names,
            rates=tuple(rate.tolist()),
            variances=tuple(spreads[:, c].tolist()),
            speakers=tuple(sizes[:, c].tolist()),
            best=names[best[c]],
            worst=names[worst[c]],
            difference=float(rate[worst[c]] - rate[best[c]]),
            ratio=float(rate[worst[c]] / rate[best[c]]) if rate[best[c]] > 0 else float("nan"),
        )
        for c, rate in enumerate(group_rates.T)
    ]
