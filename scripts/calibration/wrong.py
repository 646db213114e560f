# SPDX-License-Identifier: Apache-2.0
"""Methods that are in use elsewhere and that this project refuses: what the harness says of them is its own test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calibration.methods import method
from calibration.worlds import NOISY, Batch
from stresstest.statistics import bootstrap_rates
from stresstest.statistics.linearized import rates

FloatArray = NDArray[np.float64]


@method("bootstrap of utterances: two groups differ", "test", refused=True)
def utterance_bootstrap(batch: Batch) -> FloatArray:
    counts = batch.counts(NOISY)
    ends = [_resampled(batch, counts[batch.codes == g], g) for g in (0, batch.setting.groups - 1)]
    low, high = np.quantile(ends[1] - ends[0], [0.025, 0.975], axis=0)
    return ((low > 0) | (high < 0)).astype(np.float64)


def _resampled(batch: Batch, counts: NDArray[np.int64], g: int) -> FloatArray:
    """Pooled rates of resampled utterances, (replicates, worlds); words are the same in all worlds."""
    errors = counts[..., 1:].sum(axis=-1).reshape(-1, batch.worlds).astype(np.float64)
    words = counts[..., :3].sum(axis=-1).reshape(-1, batch.worlds).astype(np.float64)
    return bootstrap_rates(errors, words, batch.rng("utterances", g), 399)


@method("percentile bootstrap of the gap", "interval", refused=True)
def percentile_gap(batch: Batch) -> FloatArray:
    table, rng = batch.table(NOISY), batch.rng("percentile")
    drawn = [bootstrap_rates(t.errors, t.words, rng, 399) for t in map(table.of, table.names)]
    low, high = np.quantile(np.ptp(np.stack(drawn), axis=0), [0.025, 0.975], axis=0)
    return ((low <= batch.true_gap()) & (batch.true_gap() <= high)).astype(np.float64)


@method("t test of speakers' rates without pairing: change from clean", "interval", refused=True)
def unpaired_change(batch: Batch) -> FloatArray:
    last = f"g{batch.setting.groups - 1:02}"
    tables = [batch.table(snr_db).of(last) for snr_db in (NOISY, None)]
    noisy, clean = (rates(t.errors, t.words) for t in tables)
    error = np.sqrt((noisy.var(axis=0, ddof=1) + clean.var(axis=0, ddof=1)) / len(noisy))
    truth = batch.truth(NOISY)[-1] - batch.truth(None)[-1]
    return (np.abs(noisy.mean(axis=0) - clean.mean(axis=0) - truth) <= 1.96 * error).astype(np.float64)
