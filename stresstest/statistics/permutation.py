# SPDX-License-Identifier: Apache-2.0
"""The max–min gap that whole speakers give when their group labels are shuffled: what chance alone makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import rates
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]

_CHUNK = 1_000_000  # elements held at once


def permutation_gaps(table: SpeakerCounts, rng: np.random.Generator, replicates: int = 10_000) -> FloatArray:
    """Max–min gaps after permuting the group labels of whole speakers, (replicates, conditions).

    A speaker moves with all conditions, so the replicates are paired across them. Group sizes stay. Groups that a
    replicate leaves without words are passed over; NaN where fewer than two are left.
    """
    result = np.empty((replicates, table.errors.shape[1]))
    step = max(1, _CHUNK // max(1, len(table.speakers) * len(table.names)))
    for start in range(0, replicates, step):
        stop = min(start + step, replicates)
        labels = rng.permuted(np.tile(table.codes, (stop - start, 1)), axis=1)
        result[start:stop] = gaps_under(labels, table)
    return result


def gaps_under(labels: NDArray[np.int64], table: SpeakerCounts) -> FloatArray:
    """The max–min gap of `table` for each row of group labels (replicates, speakers): (replicates, conditions)."""
    members = (labels[:, None, :] == np.arange(len(table.names))[:, None]).astype(np.float64)
    flat = members.reshape(-1, len(table.speakers))
    shape = (len(labels), len(table.names), table.errors.shape[1])
    return spread(rates(flat @ table.errors, flat @ table.words).reshape(shape), axis=1)


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
