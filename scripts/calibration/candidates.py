# SPDX-License-Identifier: Apache-2.0
"""Methods that the tool might take up: measured beside those that it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from calibration.methods import array, method
from calibration.worlds import NOISY, REPLICATES, Batch
from stresstest.statistics import Gap, SpeakerCounts, variances
from stresstest.statistics.beside import chance
from stresstest.statistics.gaps import max_t
from stresstest.statistics.linearized import rates
from stresstest.statistics.permutation import p_values
from stresstest.statistics.pooled import log_errors, shrunk_rates

FloatArray = NDArray[np.float64]


@method("gap: permutation p, studentized", "test", refused=True)
def studentized_p(batch: Batch) -> FloatArray:
    table, rng = batch.table(NOISY), batch.rng("studentized")
    labels = rng.permuted(np.tile(table.codes, (REPLICATES, 1)), axis=1)
    p = p_values(studentized(table.codes[None], table)[0], studentized(labels, table))
    return (p <= 0.05).astype(np.float64)


@method("gap: permutation p, studentized, on the logarithm", "test", refused=True)
def log_studentized_p(batch: Batch) -> FloatArray:
    table, rng = batch.table(NOISY), batch.rng("studentized")
    labels = rng.permuted(np.tile(table.codes, (REPLICATES, 1)), axis=1)
    p = p_values(studentized(table.codes[None], table, True)[0], studentized(labels, table, True))
    return (p <= 0.05).astype(np.float64)


def studentized(labels: NDArray[np.int64], table: SpeakerCounts, log: bool = False) -> FloatArray:
    """The largest |t| of two groups for each row of labels, (replicates, columns)."""
    groups = len(table.names)
    members = (labels[:, None, :] == np.arange(groups)[:, None]).astype(np.float64).reshape(-1, len(table.speakers))
    shape = (len(labels), groups, table.errors.shape[1])
    e, w, ee, ew, ww = (
        (members @ values).reshape(shape)
        for values in (table.errors, table.words, table.errors**2, table.errors * table.words, table.words**2)
    )
    n = members.sum(axis=1).reshape(len(labels), groups, 1)
    rate = rates(e, w)
    variance = np.maximum(n / (n - 1) * (ee - 2 * rate * ew + rate**2 * ww) / w**2, 1e-12)
    if log:
        rate = np.maximum(rate, 1e-6)
        variance, rate = variance / rate**2, np.log(rate)
    best = np.zeros((len(labels), table.errors.shape[1]))
    for a in range(groups):
        for b in range(a):
            t = np.abs(rate[:, a] - rate[:, b]) / np.sqrt(variance[:, a] + variance[:, b])
            best = np.maximum(best, t)
    return best


def _log_interval(batch: Batch, g: int, pooled: bool) -> FloatArray:
    table = batch.table(NOISY)
    spreads, found = [], None
    for k, name in enumerate(table.names):
        t = table.of(name)
        rate = rates(t.errors.sum(axis=0), t.words.sum(axis=0))
        spreads.append(len(t.speakers) * variances(t.errors, t.words) / rate**2)
        if k == g:
            found = rate
    n = batch.setting.sizes[g]
    relative = np.maximum(spreads[g], np.mean(spreads, axis=0)) if pooled else spreads[g]
    reach = stdtrit(n - 1, 0.975) * np.sqrt(relative / n)
    return (np.abs(np.log(found / batch.truth(NOISY)[g])) <= reach).astype(np.float64)


@method("WER of the first group, on the logarithm", "interval", apart=False, refused=True)
def log_interval(batch: Batch) -> FloatArray:
    return _log_interval(batch, 0, False)


@method("WER of the last group, on the logarithm", "interval", refused=True)
def last_log_interval(batch: Batch) -> FloatArray:
    return _log_interval(batch, batch.setting.groups - 1, False)


@method("WER of the last group, on the logarithm, spread never below the groups' mean", "interval", refused=True)
def pooled_log_interval(batch: Batch) -> FloatArray:
    return _log_interval(batch, batch.setting.groups - 1, True)


@method("gap: simultaneous interval from limits on the logarithm", "wide", refused=True)
def log_gap_interval(batch: Batch) -> FloatArray:
    drawn = chance(batch.gaps[0].speakers, batch.rng("log gap"), REPLICATES)
    words = np.bincount(batch.codes, weights=batch.words.sum(axis=1))
    return array(_covered(gap, words, drawn, batch.true_gap()) for gap in batch.gaps)


def _covered(gap: Gap, words: FloatArray, drawn: tuple[FloatArray, FloatArray], truth: float) -> bool:
    """Limits p · exp(± q s) of each rate, joined to those of each difference (MOVER, Zou & Donner 2008)."""
    rate, variance, speakers = (np.array(v, np.float64) for v in (gap.rates, gap.variances, gap.speakers))
    quantile = max_t(variance, *drawn, 0.95)
    shrunk = shrunk_rates(rate * words, words)
    reach = quantile * log_errors(*(c[:, None] for c in (shrunk, words, variance, speakers)))[:, 0]
    below, above = rate - shrunk * np.exp(-reach), shrunk * np.exp(reach) - rate
    difference = rate[:, None] - rate
    low = (difference - np.sqrt(below[:, None] ** 2 + above**2)).max()
    high = (difference + np.sqrt(above[:, None] ** 2 + below**2)).max()
    return bool(low <= truth + 1e-12 and truth <= high + 1e-12)
