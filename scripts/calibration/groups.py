# SPDX-License-Identifier: Apache-2.0
"""Rows of the table about many groups at once: their spread, each beside the rest, F1, families of changes."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from calibration.methods import array, holds, method, pooled
from calibration.worlds import NOISY, REPLICATES, WORDS, Batch
from stresstest.seeds import rng_for
from stresstest.statistics import SpeakerCounts, difference_in_differences, log_ratio_difference
from stresstest.statistics.beside import beside, rest_weights
from stresstest.statistics.changes import residuals
from stresstest.statistics.f1_bounds import f1_lower_bounds, f1_upper_bounds
from stresstest.statistics.families import max_t, shortfalls, simultaneous, weights_of
from stresstest.statistics.gap_changes import gap_change
from stresstest.statistics.gaps import chance
from stresstest.statistics.shares import speaker_mean_intervals
from stresstest.statistics.spread import spreads
from stresstest.statistics.worlds import GroupLaw

FloatArray = NDArray[np.float64]

EVERY = 5
"""The slow ones try one in so many worlds."""
LOUDER = 0.0
"""A second noisy condition, in dB of SNR."""


def true_spread(batch: Batch) -> float:
    """Standard deviation of the true rates of the groups."""
    return float(np.std(batch.truth(NOISY), ddof=1))


@method("spread of the groups, double-corrected", "estimate")
def spread_bias(batch: Batch) -> FloatArray:
    return array(s.corrected - true_spread(batch) for s in spreads(batch.gaps))


@method("spread of the groups as seen", "estimate")
def seen_spread_bias(batch: Batch) -> FloatArray:
    return array(s.seen - true_spread(batch) for s in spreads(batch.gaps))


@method("spread of the groups", "wide")
def spread_interval(batch: Batch) -> FloatArray:
    return array(holds(s.interval, true_spread(batch)) for s in spreads(batch.gaps))


@method("mean of the speakers' rates, last group", "interval")
def speaker_mean(batch: Batch) -> FloatArray:
    last = batch.setting.groups - 1
    _, found = speaker_mean_intervals(batch.table(NOISY).of(f"g{last:02}"))
    return array(holds(interval, batch.truth(NOISY)[last]) for interval in found)


@method("every group beside the rest, all at once", "wide")
def beside_rest(batch: Batch) -> FloatArray:
    words = np.bincount(batch.codes, weights=batch.words.sum(axis=1))
    weights = rest_weights(words)
    true = batch.truth(NOISY) - weights @ batch.truth(NOISY)
    drawn = chance(batch.gaps[0].speakers, batch.rng("beside"), REPLICATES)
    found = [beside(gap, words, weights, drawn) for gap in batch.gaps]
    return array(all(b and holds(b.interval, t) for b, t in zip(row, true, strict=True)) for row in found)


@functools.cache
def true_f1_loss(law: GroupLaw, nominal: float) -> float:
    """1 - F1 of a group, from 400,000 utterances: its standard error is about 0.0002."""
    rng = rng_for(1, "true F1")
    words = rng.integers(*WORDS, size=400_000)
    factors = law.speaker_factors(rng, words.shape) * law.response_factors(rng, words.shape)
    hits, s, d, i = law.draw(nominal, factors, words, rng).sum(axis=0)
    return float((s + (d + i) / 2) / (hits + s + (d + i) / 2))


@method("F1 of every group is at or above its lower bound", "wide")
def f1_bounds(batch: Batch) -> FloatArray:
    loss, true = _f1_losses(batch)
    return np.asarray((f1_lower_bounds(loss) <= true).all(axis=0), np.float64)


@method("F1 of every group is at or below its upper bound", "wide")
def f1_tops(batch: Batch) -> FloatArray:
    loss, true = _f1_losses(batch)
    return np.asarray((f1_upper_bounds(loss) >= true).all(axis=0), np.float64)


def _f1_losses(batch: Batch) -> tuple[SpeakerCounts, FloatArray]:
    """What F1 loses, and the true F1 of the groups, (groups, 1)."""
    hits, s, d, i = np.moveaxis(batch.counts(NOISY).sum(axis=1), -1, 0)
    lost = s + (d + i) / 2
    true = np.array([1 - true_f1_loss(law, law.nominal(NOISY)) for law in batch.laws])
    return batch.table_of(lost, hits + lost), true[:, None]


def _family(batch: Batch, world: int, log: bool) -> bool:
    """Whether the intervals of all groups' changes in two conditions hold at once."""
    asked = [batch.pairs(world, snr_db, None) for snr_db in (NOISY, LOUDER)]
    weights = np.stack([weights_of(pairs, log) for pairs in asked], axis=2)
    chances = [
        np.stack([r if (r := residuals(pair, log)) is not None else np.zeros(pair.words.size) for pair in pair_of], 1)
        for pair_of in zip(*asked, strict=True)
    ]
    quantile = max_t(chances, [weights], batch.rng("family", world, int(log)), REPLICATES)[0]
    lacking = [shortfalls(pairs, log) for pairs in asked]
    measure = log_ratio_difference if log else difference_in_differences
    for pairs, short, snr_db in zip(asked, lacking, (NOISY, LOUDER), strict=True):
        for g, pair in enumerate(pairs):
            found = measure(pair, pooled(o for o in pairs if o is not pair))
            if found is not None and not holds(
                simultaneous(found, quantile, short[g]), _true_change(batch, g, snr_db, log)
            ):
                return False
    return True


def _true_change(batch: Batch, g: int, snr_db: float, log: bool) -> float:
    ends = [batch.truth(c)[g] for c in (snr_db, None)] + [batch.rest(g, c) for c in (snr_db, None)]
    here, clean, rest, rest_clean = np.log(ends) if log else ends
    return float(here - clean - (rest - rest_clean))


@method("differences in differences, accents × 2 conditions at once", "wide")
def did_family(batch: Batch) -> FloatArray:
    return array(_family(batch, world, False) for world in range(0, batch.worlds, EVERY))


@method("the same as log ratios", "wide")
def log_did_family(batch: Batch) -> FloatArray:
    return array(_family(batch, world, True) for world in range(0, batch.worlds, EVERY))


@method("growth of the gap from clean", "wide")
def gap_growth(batch: Batch) -> FloatArray:
    true = batch.true_gap() - batch.true_gap(None)
    pairs = [batch.pairs(world, NOISY, None) for world in range(0, batch.worlds, EVERY)]
    found = [gap_change(p, batch.rng("growth", k), REPLICATES) for k, p in enumerate(pairs)]
    return array(holds(f.interval, true) for f in found)
