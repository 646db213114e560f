# SPDX-License-Identifier: Apache-2.0
"""The max–min gap between groups, its null, its cross-fit value, and an interval that covers the true gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.crossfit import crossfit_gaps
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import rates, variances
from stresstest.statistics.permutation import largest_square, largest_t, p_values, permutation_null
from stresstest.statistics.pooled import LogRates, log_rates
from stresstest.statistics.speakers import SpeakerCounts
from stresstest.statistics.threads import in_order

FloatArray = NDArray[np.float64]

_DRAWS = 4_000
"""At most so many draws behind a quantile of max-t and its p: their chance is a third of a point in coverage."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Worst less best group rate in one condition, over `groups`, whose figures stand beside it in the same order.

    words: of each group. ratio: worst by best, NaN where the best is 0. The rest is None where the gap is described
    only: null_mean and null_q95, the mean and 95th percentile with shuffled labels; p_value, as `gaps` says; crossfit;
    interval of the true gap.
    """

    groups: tuple[str, ...]
    rates: tuple[float, ...]
    variances: tuple[float, ...]
    speakers: tuple[int, ...]
    words: tuple[float, ...]
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

    replicates: permutations of speakers' labels, and at most so many draws behind the simultaneous interval. splits:
    halvings of the speakers for the cross-fit gap, at least 50.

    p_value is the larger of two, for the null that all groups have one rate. One shuffles the speakers' labels and
    asks how often `largest_t` is reached: exact where groups differ in nothing, too sure where a few speakers who vary
    much stand beside many who do not. The other draws normal means and chi-square variances with each group's own
    spread: it allows for that, and is too sure where all are alike and few.

    Raises ValueError where there are fewer than two groups or a group has fewer than 5 speakers with words in a
    condition: describe such a gap instead.
    """
    if len(table.names) < 2 or table.sizes().min() < MIN_SPEAKERS:
        raise ValueError(
            f"Inference about a gap needs two groups, and {MIN_SPEAKERS} speakers in each group and condition."
        )
    if splits < 50:
        raise ValueError(f"The cross-fit gap needs at least 50 splits; got {splits}.")
    described = _described(table)
    null, shuffled_t = permutation_null(table, rng, replicates)
    mean, q95 = null.mean(axis=0), np.quantile(null, 0.95, axis=0)
    shuffled_p = p_values(largest_t(table.codes[None], table)[0], shuffled_t)
    crossfit = crossfit_gaps(table, rng, splits)
    drawn = chance(described[0].speakers, rng, min(replicates, _DRAWS)) if described else None
    found = list(in_order(lambda gap: _inferred(gap, drawn, level), described)) if drawn else []
    return [
        replace(
            gap,
            null_mean=float(mean[c]),
            null_q95=float(q95[c]),
            p_value=max(float(shuffled_p[c]), found[c][1]),
            crossfit=float(crossfit[c]),
            interval=found[c][0],
        )
        for c, gap in enumerate(described)
    ]


def simultaneous_intervals(
    described: list[Gap], rng: np.random.Generator, draws: int = 10_000, level: float = LEVEL
) -> list[Interval]:
    """An interval of the true max–min gap for each gap.

    Limits p · exp(± q s) of each group's rate, s by `log_errors`, are joined to those of each difference (MOVER,
    Zou & Donner 2008), which then cover all true differences at once with probability `level`; the largest lower
    bound (not below 0) and the largest upper bound enclose the largest true difference, the gap. q is the quantile of
    the largest studentized difference of two groups, drawn with normal means and a chi-square variance for each group
    (Games & Howell 1976, without their approximation).
    """
    known: dict[tuple[int, ...], tuple[FloatArray, FloatArray]] = {}
    for gap in described:
        if gap.speakers not in known:
            known[gap.speakers] = chance(gap.speakers, rng, draws)
    return [_inferred(gap, known[gap.speakers], level)[0] for gap in described]


def chance(speakers: Sequence[int], rng: np.random.Generator, draws: int = 2_000) -> tuple[FloatArray, FloatArray]:
    """Standard normal means and chi-square variances over their degrees of freedom, each (draws, groups)."""
    df = np.array(speakers, np.float64) - 1
    return rng.standard_normal((draws, df.size)), rng.chisquare(df, (draws, df.size)) / df


def _inferred(gap: Gap, drawn: tuple[FloatArray, FloatArray], level: float) -> tuple[Interval, float]:
    """The simultaneous interval, and the p of the largest studentized difference."""
    speakers = np.array(gap.speakers, np.float64)
    found = log_rates(np.array(gap.rates), np.array(gap.words), np.array(gap.variances), speakers)
    low, high = log_gap_bounds(found, max_t(found.errors**2, *drawn, level))
    method = "simultaneous over pairs of groups, max-t; limits of each group on the logarithm, joined by MOVER"
    return Interval(low, high, level, method, sum(gap.speakers)), _chance_p(found, speakers, *drawn)


def _chance_p(found: LogRates, speakers: FloatArray, normal: FloatArray, scatter: FloatArray) -> float:
    """How often chance alone gives a studentized difference of logarithms at least as large as the largest here.

    The variances that chance draws are held at or above their mean by degrees of freedom, as `log_errors` holds those
    of the data: a relative variance is one of a speaker, variance · speakers.
    """
    variance = found.errors**2
    observed = largest_square(np.log(found.shrunk)[:, None], variance[:, None])[0]
    df = speakers - 1
    drawn = scatter * (variance * speakers)
    held = np.maximum(drawn, (drawn @ df / df.sum())[:, None]) / speakers
    reached = largest_square((normal * np.sqrt(variance)).T, held.T) >= observed
    return float((1 + reached.sum()) / (1 + len(normal)))


def max_t(variance: FloatArray, normal: FloatArray, scatter: FloatArray, level: float) -> float:
    """The `level` quantile of max |z_a - z_b| / √(s_a² + s_b²) over pairs of groups.

    variance: (groups,). normal, scatter: standard normal and chi-square/df draws, (draws, groups).
    """
    squares = largest_square((normal * np.sqrt(variance)).T, (scatter * variance).T)
    return float(np.sqrt(np.quantile(squares, level)))


def log_gap_bounds(found: LogRates, quantile: float) -> tuple[float, float]:
    """Largest lower bound, at least 0, and largest upper bound of the differences of two groups; `max_t`'s quantile."""
    below, above = found.margins(quantile)
    difference = found.rate[:, None] - found.rate
    low = difference - np.sqrt(below[:, None] ** 2 + above**2)
    high = difference + np.sqrt(above[:, None] ** 2 + below**2)
    other = ~np.eye(found.rate.size, dtype=bool)
    return max(0.0, float(low[other].max())), float(high[other].max())


def gap_bounds(rate: FloatArray, variance: FloatArray, quantile: float) -> tuple[float, float]:
    """Largest lower bound, at least 0, and largest upper bound of the differences of two groups, both signs."""
    first, second = np.triu_indices(rate.size, 1)
    difference = np.abs(rate[first] - rate[second])
    reach = quantile * np.sqrt(variance[first] + variance[second])
    return max(0.0, float((difference - reach).max())), float((difference + reach).max())


def _described(table: SpeakerCounts) -> list[Gap]:
    """The gap in each condition over all groups of the table, all of which have words."""
    errors, words = table.totals()
    group_rates, names, sizes = rates(errors, words), table.names, table.sizes()
    spreads = np.stack([variances(t.errors, t.words) for t in map(table.of, names)])
    best, worst = group_rates.argmin(axis=0), group_rates.argmax(axis=0)
    return [
        Gap(
            groups=names,
            rates=tuple(rate.tolist()),
            variances=tuple(spreads[:, c].tolist()),
            speakers=tuple(sizes[:, c].tolist()),
            words=tuple(words[:, c].tolist()),
            best=names[best[c]],
            worst=names[worst[c]],
            difference=float(rate[worst[c]] - rate[best[c]]),
            ratio=float(rate[worst[c]] / rate[best[c]]) if rate[best[c]] > 0 else float("nan"),
        )
        for c, rate in enumerate(group_rates.T)
    ]
