# SPDX-License-Identifier: Apache-2.0
"""Intervals that hold all at once for the changes of every group in every condition (max-t).

A 95 % interval misses once in twenty; of a hundred of them some miss. Here the chance that any one of a family
misses is held at 5 %, by the distribution of the largest studentized change when whole speakers are drawn anew (a
bootstrap-t: the standard error is taken anew from every draw, so few speakers and skewed rates widen it).

A few speakers can by chance be more alike than speakers are, and the fewest decide whether a family holds; under
SMOOTH_SPEAKERS a change is therefore held to have a part of the variance between all speakers (`shortfalls`).

Simulated, 500 worlds each of six conditions with over-dispersed errors: all intervals of a family hold in 95 to 100 %
of studies with 5 speakers in each of six groups, with 8, with 10, with 5 beside 50, and with 5, 10, 20 and 50 side by
side (there 99 % for did, 97 % for log_did, 100 % for changes against clean; without the part of the others' variance
91, 95 and 93 %). Where the group of 5 has 1.8 times the rate of the others it is 94, 98 and 98 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.changes import Change, PairedCounts, pooled, residuals
from stresstest.statistics.intervals import LEVEL, Interval

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

DRAWS = 2_000
"""Draws behind a quantile; its own chance moves the coverage by half a point."""

OWN_SPEAKERS = 30
"""From so many speakers on a group is drawn from its own speakers."""

SMOOTH_SPEAKERS = 15
"""Under so many speakers the draws of a group are smoothed."""

BORROWED = 0.5
"""Part of the variance between all speakers that the change of a group of few speakers is held to have at least."""

_CHUNK = 500_000  # elements held at once


def weights_of(pairs: Sequence[PairedCounts], log: bool = False, rest: bool = True) -> FloatArray:
    """How far the chance of each group moves each group's change in one condition, (groups, contrasts).

    The standard deviation of what a speaker of the group adds; negative where the group belongs to the rest. `rest`:
    the change is read beside that of the other groups. A contrast that is not defined has 0 throughout.
    """
    owner = np.repeat(np.arange(len(pairs)), [pair.words.size for pair in pairs])
    members = np.equal.outer(np.arange(len(pairs)), owner)
    own, defined = _spreads(pairs, members, members, log)
    weights: FloatArray = np.diag(np.diag(own))
    if rest and len(pairs) > 1:
        theirs, beside = _spreads(pairs, ~members, members, log)
        weights -= np.where(np.eye(len(pairs), dtype=bool), 0.0, theirs.T)
        defined &= beside
    elif rest:
        defined[:] = False
    return np.where(defined, weights, 0.0)


def _spreads(pairs: Sequence[PairedCounts], sides: Mask, members: Mask, log: bool) -> tuple[FloatArray, Mask]:
    """The standard deviation of the `residuals` of each side over each group, (sides, groups); which sides have any.

    sides, members: whether a speaker belongs to a side or a group, (sides or groups, speakers).
    """
    everybody, inside = pooled(pairs), sides.astype(np.float64)
    heard = inside @ (everybody.words > 0) > 0
    found, defined = np.zeros(sides.shape), heard
    for sign, e, w in ((1, everybody.errors, everybody.words), (-1, everybody.base_errors, everybody.base_words)):
        errors, words = (inside @ e)[:, None], np.where(heard, inside @ w, 1.0)[:, None]
        if log:
            defined = defined & (errors[:, 0] > 0)
            found += sign * (e / np.where(errors > 0, errors, 1.0) - w / words)
        else:
            found += sign * (e - errors / words * w) / words
    sizes, groups = np.maximum(members.sum(axis=1), 1), members.astype(np.float64)
    off = found - found @ (groups / sizes[:, None]).T @ groups
    return np.where(defined[:, None], np.sqrt(off**2 @ groups.T / sizes), 0.0), defined


def shortfalls(pairs: list[PairedCounts], log: bool = False, rest: bool = True) -> list[float]:
    """By how much the variance of each group's change in one condition falls short of BORROWED of that of all speakers.

    A few speakers can all happen to be alike; the quantile of `max_t` is not made for that, because it hangs on all
    groups. 0 where a side of the comparison, the group or the rest, has SMOOTH_SPEAKERS or more.
    """
    sizes = [p.speakers for p in pairs]
    if min(sizes, default=SMOOTH_SPEAKERS) >= SMOOTH_SPEAKERS:
        return [0.0] * len(pairs)
    found = [(n, r) for n, p in zip(sizes, pairs, strict=True) if n > 1 and (r := residuals(p, log)) is not None]
    freedom = sum(n - 1 for n, _ in found)
    spread = sum(n**2 * float((r**2).sum()) for n, r in found) / freedom if freedom else 0.0
    lacking = [_shortfall(p, log, spread) for p in pairs]
    for g, n in enumerate(sizes):
        others = pairs[:g] + pairs[g + 1 :]
        if rest and others and sum(sizes) - n < SMOOTH_SPEAKERS:
            lacking[g] += _shortfall(pooled(others), log, spread)
    return lacking


def _shortfall(pair: PairedCounts, log: bool, spread: float) -> float:
    """spread: the variance of n times what one of n speakers adds."""
    n = pair.speakers
    own = residuals(pair, log) if 1 < n < SMOOTH_SPEAKERS else None
    return 0.0 if own is None else max(0.0, BORROWED * spread / n - n / (n - 1) * float((own**2).sum()))


def max_t(
    groups: Sequence[FloatArray],
    families: Sequence[FloatArray],
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> list[float]:
    """For each family of contrasts the `level` quantile of its largest |change| / standard error.

    groups: for each group what its speakers add to the chance of its change, (speakers, conditions). families: for
    each family the weights (groups, contrasts, conditions) as `weights_of` gives them; contrast k is group k's.
    Families share their draws. 0 where a family has no contrast.
    """
    units = [_unit(group) for group in groups]
    pool = np.concatenate(units)
    root = _root(pool)
    sizes = np.array([len(unit) for unit in units], np.float64)
    largest = np.zeros((len(families), draws))
    step = max(1, _CHUNK // (pool.shape[1] * max(len(groups), SMOOTH_SPEAKERS)))
    for start in range(0, draws, step):
        count = min(step, draws - start)
        drawn = [_sums(unit, pool, root, rng, count) for unit in units]
        sums, squares = (np.stack([pair[k] for pair in drawn], axis=-1) for k in (0, 1))
        for f, weights in enumerate(families):
            t = _studentized(sums, squares, weights.transpose(2, 0, 1), sizes)
            largest[f, start : start + count] = t.max(axis=(0, 2))
    return [float(np.quantile(row, level)) for row in largest]


def simultaneous(change: Change, quantile: float, shortfall: float = 0.0, level: float = LEVEL) -> Interval | None:
    """The interval of one change of a family whose `max_t` is `quantile`; None where nothing is inferred about it.

    shortfall: added to its variance, see `shortfalls`. Never narrower than the interval of the change by itself.
    """
    if change.interval is None or change.error is None:
        return None
    reach = quantile * math.hypot(change.error, math.sqrt(shortfall))
    low, high = min(change.value - reach, change.interval.low), max(change.value + reach, change.interval.high)
    method = "simultaneous over groups and conditions, max-t, bootstrap of speakers"
    return Interval(low, high, level, method, change.interval.speakers)


def _unit(group: FloatArray) -> FloatArray:
    """Centered, and scaled to a variance of 1 in each condition; speakers who are never heard are left out."""
    heard = group[np.any(group != 0, axis=1)]
    centered = heard - (heard.mean(axis=0) if len(heard) else 0.0)
    scale = np.sqrt((centered**2).mean(axis=0)) if len(heard) else np.ones(group.shape[1])
    return np.divide(centered, scale, out=np.zeros_like(centered), where=scale > 0)


def _sums(
    unit: FloatArray, pool: FloatArray, root: FloatArray, rng: np.random.Generator, draws: int
) -> tuple[FloatArray, FloatArray]:
    """Sums and sums of squares over the speakers of a drawn group, each (conditions, draws).

    Under OWN_SPEAKERS a group is drawn from the speakers of all groups, whose spread is made alike. Under
    SMOOTH_SPEAKERS every draw has a normal part with their covariance as well (12.5/n² of the variance, a half for five
    speakers): five speakers drawn from a few repeat themselves, and some draws would have no spread left.
    """
    n = len(unit)
    if n == 0:
        return np.zeros((pool.shape[1], draws)), np.zeros((pool.shape[1], draws))
    if n >= SMOOTH_SPEAKERS:
        source = unit if n >= OWN_SPEAKERS else pool
        times = rng.multinomial(n, np.full(len(source), 1 / len(source)), draws).astype(np.float64)
        return (times @ source).T, (times @ source**2).T
    smooth = min(0.5, 12.5 / n**2)
    picked = pool[rng.integers(len(pool), size=(draws, n))]
    normal = (rng.standard_normal((draws * n, pool.shape[1])) @ root.T).reshape(picked.shape)
    drawn = np.sqrt(1 - smooth) * picked + np.sqrt(smooth) * normal
    return drawn.sum(axis=1).T, (drawn**2).sum(axis=1).T


def _root(pool: FloatArray) -> FloatArray:
    """A matrix whose product with its transpose is the covariance of the pool, (conditions, conditions)."""
    values, vectors = np.linalg.eigh(pool.T @ pool / max(len(pool), 1))
    root: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def _studentized(sums: FloatArray, squares: FloatArray, weights: FloatArray, sizes: FloatArray) -> FloatArray:
    """|change| / standard error of each draw, (conditions, draws, contrasts).

    sums, squares: (conditions, draws, groups). weights: (conditions, groups, contrasts). The variance is taken as
    `changes` takes it: the group by itself, the rest as one.
    """
    own = np.eye(len(sizes), weights.shape[2])
    ours, theirs = weights * own, weights * (1 - own)
    change, variance = sums @ weights, np.zeros((*sums.shape[:2], weights.shape[2]))
    for part, n in ((ours, sizes @ own), (theirs, sizes.sum() - sizes @ own)):
        spread = squares @ part**2 - (sums @ part) ** 2 / np.maximum(n, 1.0)
        variance += spread * n / np.maximum(n - 1, 1.0)
    some = np.expand_dims((weights != 0).any(axis=1), 1) & (variance > 0)
    t: FloatArray = np.abs(change) / np.sqrt(np.where(some, variance, np.inf))
    return t
