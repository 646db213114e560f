# SPDX-License-Identifier: Apache-2.0
"""The bootstrap of whole speakers (Bisani & Ney 2004; blocks of dependent utterances, Liu & Peng, arXiv 1912.09508)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import narrow, rates, variance_floor

FloatArray = NDArray[np.float64]

_CHUNK = 1_000_000  # elements held at once
_CACHED = 100_000  # where many small steps follow one another, elements that a core's cache holds


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


def bootstrap_t(
    errors: FloatArray, words: FloatArray, level: float, rng: np.random.Generator, replicates: int = 10_000
) -> FloatArray:
    """The `level` quantile of |log R* - log R| / s* over resampled speakers, (conditions,); s* is that of log R*.

    The symmetric studentized bootstrap (Hall 1988) on the logarithm, which needs no symmetry of the rates. Arguments
    as `bootstrap_rates` takes them; s* by `linearized.variances`, its floor included. NaN where a condition has no
    errors. A draw without errors is infinitely far off: it counts as such.
    """
    rate = rates(errors.sum(axis=0), words.sum(axis=0))
    words = words[:, :1] if (words == words[:, :1]).all() else words
    parts = narrow(errors, words, errors * errors, errors * words, words * words)
    n, found = len(errors), np.empty((errors.shape[1], replicates))
    step = max(1, _CACHED // max(n, errors.shape[1], 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(rate)
        for start in range(0, replicates, step):
            stop = min(start + step, replicates)
            weights = resampled_speakers(n, stop - start, rng).astype(parts[0].dtype)
            e, w, ee, ew, ww = ((weights @ part).astype(np.float64) for part in parts)
            drawn = rates(e, w)
            between = n / (n - 1) * (ee - 2 * drawn * ew + drawn**2 * ww) / w**2
            error = np.sqrt(np.maximum(between, variance_floor(e, w)))
            distance = np.full(drawn.shape, np.inf)
            np.divide(np.abs(np.log(drawn) - logs) * drawn, error, out=distance, where=drawn > 0)
            found[:, start:stop] = distance.T
    quantile: FloatArray = np.where(rate > 0, np.quantile(found, level, axis=1, method="higher"), np.nan)
    return quantile
