# SPDX-License-Identifier: Apache-2.0
"""The gap between worst and best group, picked on half of the speakers and measured on the other half."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import rates
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]


def crossfit_gaps(table: SpeakerCounts, rng: np.random.Generator, splits: int = 100) -> FloatArray:
    """The cross-fit gap in each condition, (conditions,).

    Each split halves the speakers of every group at random, picks the groups with the highest and the lowest rate
    on one half, takes their difference on the other, swaps the halves and averages. The maximum of noise is not
    rewarded: with equal groups the expectation is 0, and a value below 0 says so. NaN where a group has fewer than
    two speakers with words.
    """
    total = np.zeros(table.errors.shape[1])
    valid = np.zeros(table.errors.shape[1])
    for _ in range(splits):
        first, second = _halves(table, rng)
        for picked_on, measured_on in ((first, second), (second, first)):
            gap = _picked_gap(picked_on, measured_on)
            known = ~np.isnan(gap)
            total[known] += gap[known]
            valid += known
    means = rates(total, valid)
    return np.where((table.sizes() >= 2).all(axis=0), means, np.nan)


def _halves(table: SpeakerCounts, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Rates (groups, conditions) of two random halves of the speakers of each group."""
    codes, order = table.codes, rng.permutation(len(table.speakers))
    side = np.empty(len(table.speakers), bool)
    for code in range(len(table.names)):
        rows = order[codes[order] == code]
        side[rows] = np.arange(rows.size) < rows.size // 2
    members = np.equal.outer(np.arange(len(table.names)), codes)
    first, second = (members & side).astype(np.float64), (members & ~side).astype(np.float64)
    return (
        rates(first @ table.errors, first @ table.words),
        rates(second @ table.errors, second @ table.words),
    )


def _picked_gap(picked_on: FloatArray, measured_on: FloatArray) -> FloatArray:
    """measured_on[worst] - measured_on[best], both picked on the other half; NaN where a group has no words there."""
    complete = ~np.isnan(picked_on).any(axis=0)
    filled = np.where(np.isnan(picked_on), 0.0, picked_on)
    columns = np.arange(picked_on.shape[1])
    gap = measured_on[filled.argmax(axis=0), columns] - measured_on[filled.argmin(axis=0), columns]
    return np.where(complete, gap, np.nan)
