# SPDX-License-Identifier: Apache-2.0
"""What whole speakers give when their group labels are shuffled: the max–min gap, and the largest studentized one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import narrow, rates
from stresstest.statistics.pooled import shrunk_rates
from stresstest.statistics.speakers import SpeakerCounts
from stresstest.statistics.threads import in_order

FloatArray = NDArray[np.float64]
Matrices = tuple[NDArray[np.floating[Any]], ...]

_CHUNK = 300_000  # elements held at once: little more than a core's cache


def permutation_gaps(table: SpeakerCounts, rng: np.random.Generator, replicates: int = 10_000) -> FloatArray:
    """Max–min gaps after permuting the group labels of whole speakers, (replicates, conditions).

    A speaker moves with all conditions, so the replicates are paired across them. Group sizes stay. Groups that a
    replicate leaves without words are passed over; NaN where fewer than two are left.
    """
    return np.concatenate([gaps_under(labels, table) for labels in _shuffled(table, rng, replicates)])


def permutation_null(
    table: SpeakerCounts, rng: np.random.Generator, replicates: int = 10_000
) -> tuple[FloatArray, FloatArray]:
    """`gaps_under` and `largest_t` of the same shuffled labels, each (replicates, conditions).

    Every group must have two speakers with words in every condition, which shuffling leaves true only where all
    speakers have words.
    """
    parts = _parts(table)
    both = list(in_order(lambda labels: _gap_and_t(labels, table, parts), _shuffled(table, rng, replicates)))
    return np.concatenate([gap for gap, _ in both]), np.concatenate([t for _, t in both])


def _shuffled(table: SpeakerCounts, rng: np.random.Generator, replicates: int) -> Iterator[NDArray[np.int64]]:
    step = max(1, _CHUNK // max(1, len(table.speakers) * len(table.names)))
    for start in range(0, replicates, step):
        rows = min(step, replicates - start)
        yield rng.permuted(np.tile(table.codes, (rows, 1)), axis=1)


def gaps_under(labels: NDArray[np.int64], table: SpeakerCounts) -> FloatArray:
    """The max–min gap of `table` for each row of group labels (replicates, speakers): (replicates, conditions)."""
    errors, words = _totals(labels, len(table.names), narrow(table.errors, _single(table.words)))
    return spread(rates(errors, words), axis=1)


def largest_t(labels: NDArray[np.int64], table: SpeakerCounts) -> FloatArray:
    """The largest |t| between two groups for each row of labels: (replicates, conditions).

    t is the difference of the logarithms of two groups' rates by its own standard error, each group bringing its own
    spread between speakers. Shuffled, it keeps its level also where groups differ in spread and size, which the
    difference alone does not (Janssen 1997; Chung & Romano 2013). Rates are those of `shrunk_rates`, the linearized
    variance is never below the binomial one, so that groups without errors have a t.
    """
    return _gap_and_t(labels, table, _parts(table))[1]


def _parts(table: SpeakerCounts) -> Matrices:
    """What is summed over the speakers of a group: errors, words, and their squares and products."""
    e, w = table.errors, _single(table.words)
    return narrow(e, w, e * e, e * w, w * w)


def _gap_and_t(labels: NDArray[np.int64], table: SpeakerCounts, parts: Matrices) -> tuple[FloatArray, FloatArray]:
    errors, words, ee, ew, ww = _totals(labels, len(table.names), parts)
    n, rate, shrunk = table.sizes()[:, :1].astype(np.float64), rates(errors, words), shrunk_rates(errors, words)
    between = n / (n - 1) * (ee - 2 * rate * ew + rate**2 * ww) / words**2
    within = np.minimum(shrunk, 1 - 2 / (words + 4))
    variance = np.maximum(between, within * (1 - within) / (words + 4)) / shrunk**2
    square = largest_square(np.moveaxis(np.log(shrunk), 1, 0), np.moveaxis(variance, 1, 0))
    return spread(rate, axis=1), np.sqrt(square)


def largest_square(value: FloatArray, variance: FloatArray) -> FloatArray:
    """The largest (a - b)² / (variance of a + variance of b) over pairs along the first axis."""
    best = np.zeros(value.shape[1:])
    for a in range(len(value)):
        for b in range(a):
            square = value[a] - value[b]
            square *= square
            square /= variance[a] + variance[b]
            np.maximum(best, square, out=best)
    return best


def _totals(labels: NDArray[np.int64], groups: int, parts: Matrices) -> list[FloatArray]:
    """The sums over the speakers of each group, each (replicates, groups, conditions)."""
    members = (labels[:, None, :] == np.arange(groups)[:, None]).astype(parts[0].dtype).reshape(-1, labels.shape[1])
    return [(members @ values).astype(np.float64).reshape(len(labels), groups, -1) for values in parts]


def _single(words: FloatArray) -> FloatArray:
    """One column for all conditions where they have the same words, as in a complete run."""
    return words[:, :1] if (words == words[:, :1]).all() else words


def spread(group_rates: FloatArray, axis: int) -> FloatArray:
    """Largest less smallest rate along an axis, groups without words passed over; NaN with fewer than two groups."""
    known = ~np.isnan(group_rates)
    high = np.where(known, group_rates, -np.inf).max(axis=axis)
    low = np.where(known, group_rates, np.inf).min(axis=axis)
    return np.where(known.sum(axis=axis) >= 2, high - np.where(np.isfinite(low), low, 0.0), np.nan)


def p_values(observed: FloatArray, replicated: FloatArray) -> FloatArray:
    """(1 + replicates at least as large) / (1 + replicates), a column a condition; never 0.

    Equal partitions give equal sums, so ties count in full; a relative slack of 1e-12 covers the division.
    """
    reached = replicated >= observed - 1e-12 * np.abs(observed)
    share: FloatArray = (1.0 + reached.sum(axis=0)) / (1.0 + len(replicated))
    return share
