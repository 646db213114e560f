# SPDX-License-Identifier: Apache-2.0
"""Rows of the table about two systems, or a second opinion, on the same speakers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calibration.methods import array, covers, method, pooled, rejects, true_log_did
from calibration.worlds import NOISY, REPLICATES, Batch
from stresstest.statistics import PairedCounts, change
from stresstest.statistics.gee import PoissonFit, available, poisson_gee
from stresstest.statistics.paired_systems import equivalence, flip_test

FloatArray = NDArray[np.float64]

EVERY = 10
"""The regression is tried in one of so many worlds."""


def twice(batch: Batch) -> list[PairedCounts]:
    """The last group under the noisy condition drawn twice, as two systems that are alike would answer."""
    return [batch.pairs(world, NOISY, NOISY, again=1)[-1] for world in range(batch.worlds)]


@method("two systems alike: sign flips of speakers", "test", apart=False)
def flips(batch: Batch) -> FloatArray:
    found = [flip_test(pair, batch.rng("flips", k), REPLICATES) for k, pair in enumerate(twice(batch))]
    return array(None if f is None else f.p_value <= 0.05 for f in found)


@method("two systems alike: p of the paired difference", "test", apart=False)
def paired_p(batch: Batch) -> FloatArray:
    return array(rejects(change(pair)) for pair in twice(batch))


@method("equivalence shown where the difference is just the margin", "verdict")
def false_equivalence(batch: Batch) -> FloatArray:
    true = float(batch.truth(NOISY)[-1] - batch.truth(None)[-1])
    found = [equivalence(batch.pairs(world, NOISY, None)[-1], true) for world in range(batch.worlds)]
    return array(None if f is None else f.shown for f in found)


def fits(batch: Batch) -> list[PoissonFit | None]:
    """The regression of the last group beside the rest, in some worlds; none without statsmodels."""
    if "gee" not in batch.kept:
        worlds = range(0, batch.worlds, EVERY) if available() else []
        pairs = [batch.pairs(world, NOISY, None) for world in worlds]
        batch.kept["gee"] = [poisson_gee(p[-1], pooled(p[:-1])) for p in pairs]
    found: list[PoissonFit | None] = batch.kept["gee"]
    return found


@method("Poisson regression: accent × condition", "interval")
def regression_interval(batch: Batch) -> FloatArray:
    return array(None if f is None else covers(f.change, true_log_did(batch)) for f in fits(batch))


@method("Poisson regression: p", "test")
def regression_p(batch: Batch) -> FloatArray:
    return array(None if f is None else rejects(f.change) for f in fits(batch))
