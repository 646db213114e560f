# SPDX-License-Identifier: Apache-2.0
"""Methods that the tool had, might take up, or that others use: measured beside those that it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from calibration.methods import array, method
from calibration.worlds import NOISY, REPLICATES, Batch
from stresstest.statistics import change, permutation_gaps, variances
from stresstest.statistics.gaps import gap_bounds, max_t
from stresstest.statistics.linearized import rates
from stresstest.statistics.permutation import gaps_under, p_values

FloatArray = NDArray[np.float64]


@method("gap: permutation p of the gap itself, not studentized", "test", refused=True)
def plain_permutation(batch: Batch) -> FloatArray:
    table = batch.table(NOISY)
    null = permutation_gaps(table, batch.rng("plain"), REPLICATES)
    return (p_values(gaps_under(table.codes[None], table)[0], null) <= 0.05).astype(np.float64)


@method("WER of the first group, Student's t", "interval", apart=False, refused=True)
def students_interval(batch: Batch) -> FloatArray:
    table = batch.table(NOISY).of("g00")
    rate, variance = rates(table.errors.sum(axis=0), table.words.sum(axis=0)), variances(table.errors, table.words)
    reach = stdtrit(batch.setting.sizes[0] - 1, 0.975) * np.sqrt(variance)
    return (np.abs(rate - batch.truth(NOISY)[0]) <= reach).astype(np.float64)


@method("gap: simultaneous interval from symmetric limits", "wide", refused=True)
def symmetric_gap_interval(batch: Batch) -> FloatArray:
    rng, sizes, true = batch.rng("symmetric"), np.array(batch.setting.sizes, np.float64), batch.true_gap()
    shape = (REPLICATES, sizes.size)
    drawn = rng.standard_normal(shape), rng.chisquare(sizes - 1, shape) / (sizes - 1)
    bounds = [
        gap_bounds(np.array(g.rates), np.array(g.variances), max_t(np.array(g.variances), *drawn, 0.95))
        for g in batch.gaps
    ]
    return array(low <= true + 1e-12 and true <= high + 1e-12 for low, high in bounds)


@method("equivalence on the margin by two t tests alone", "verdict", refused=True)
def plain_equivalence(batch: Batch) -> FloatArray:
    margin, shown = float(batch.truth(NOISY)[-1] - batch.truth(None)[-1]), []
    for world in range(batch.worlds):
        found = change(batch.pairs(world, NOISY, None)[-1])
        if found is None or found.interval is None or found.error is None:
            shown.append(np.nan)
            continue
        t = (abs(found.value) - margin) / found.error
        shown.append(float(stdtr(found.interval.speakers - 1, t) <= 0.05))
    return array(shown)
