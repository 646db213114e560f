# SPDX-License-Identifier: Apache-2.0
"""The bootstrap of whole speakers (Bisani & Ney 2004; blocks of dependent utterances, Liu & Peng, arXiv 1912.09508)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import rates

FloatArray = NDArray[np.float64]

_CHUNK = 1_000_000  # elements held at once


def resampled_speakers(speakers: int, replicates: int, rng: np.random.Generator) -> FloatArray:
    """How often each speaker is drawn, float64 (replicates, speakers); every row sums to `speakers`."""
    drawn = rng.integers(speakers, size=(replicates, speakers))
    flat = (drawn + speakers * np.arange(replicates)[:, None]).ravel()
    return np.bincount(flat, minlength=replicates * speakers).reshape(replicates, speakers).astype(np.float64)


def bootstrap_rates(
    errors: FloatArray, words: FloatArray, rng: np.random.Generator, replicates: int = 10_000
) -> FloatArray:
    """Pooled rates of resampled speakers of one group, (replicates, conditions), from (speakers, conditions) counts.

    One draw of speakers serves all conditions, so that replicates are paired across them. Counts are whole numbers,
    so the sums are exact and the result does not depend on the number of threads. NaN where a draw has no words.
    """
    result = np.empty((replicates, errors.shape[1]))
    if (words == words[:, :1]).all():
        words = words[:, :1]
    step = max(1, _CHUNK // max(1, len(errors)))
    for start in range(0, replicates, step):
        stop = min(start + step, replicates)
        weights = resampled_speakers(len(errors), stop - start, rng)
        result[start:stop] = rates(weights @ errors, weights @ words)
    return result


def bootstrap_quantiles(
    errors: FloatArray, words: FloatArray, tails: FloatArray, rng: np.random.Generator, replicates: int
) -> tuple[FloatArray, FloatArray]:
    """The quantiles at `tails` and 1 - `tails`, one tail a condition, of `bootstrap_rates`."""
    replicated = bootstrap_rates(errors, words, rng, replicates)
    low, high = np.empty(len(tails)), np.empty(len(tails))
    for tail in np.unique(tails):
        here = tails == tail
        low[here], high[here] = _quantiles(replicated[:, here], float(tail))
    return low, high


def _quantiles(replicated: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    if not np.isnan(replicated).any():
        low, high = np.quantile(replicated, [tail, 1 - tail], axis=0)
        return low, high
    low, high = np.full((2, replicated.shape[1]), np.nan)
    for c, column in enumerate(replicated.T):
        known = column[~np.isnan(column)]
        if known.size:
            low[c], high[c] = np.quantile(known, [tail, 1 - tail])
    return low, high
