# SPDX-License-Identifier: Apache-2.0
"""Rates of one group and their variances, by linearizing a ratio of sums over speakers; no resampling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def rates(errors: FloatArray, words: FloatArray) -> FloatArray:
    """Errors by words, elementwise; NaN where there are no words."""
    some = np.asarray(words) > 0
    result = np.empty(np.shape(errors)) if some.all() else np.full(np.shape(errors), np.nan)
    np.divide(errors, words, out=result, where=True if some.all() else some)
    return result


def narrow(*counts: FloatArray) -> tuple[NDArray[np.floating[Any]], ...]:
    """The counts as float32 where all their sums are whole numbers that float32 holds exactly (to 2²⁴), else as given.

    Products of such matrices with 0, 1 or how often a speaker is drawn are then exact at half the cost.
    """
    most = max((float(c.max(initial=0.0)) * len(c) for c in counts), default=0.0)
    whole = all((c == np.rint(c)).all() for c in counts)
    return tuple(c.astype(np.float32) for c in counts) if whole and most < 2**24 else counts


def variances(errors: FloatArray, words: FloatArray) -> FloatArray:
    """Variance of the pooled rate of a group in each condition, (conditions,), from (speakers, conditions) counts.

    n / (n - 1) · Σ (e - R w)² / (Σ w)² over the n speakers with words: the linearized variance of a ratio estimator
    with speakers as the clusters, never below `variance_floor`. NaN with fewer than two speakers.
    """
    total_errors, total_words = errors.sum(axis=0), words.sum(axis=0)
    residuals = rates(errors - rates(total_errors, total_words) * words, np.broadcast_to(total_words, words.shape))
    spread = cluster_variance(residuals, (words > 0).sum(axis=0))
    return np.maximum(spread, variance_floor(total_errors, total_words))


def cluster_variance(residuals: FloatArray, speakers: NDArray[np.int64]) -> FloatArray:
    """n / (n - 1) · Σ r² down the speakers; NaN with fewer than two."""
    n = speakers.astype(np.float64)
    return rates(n * (residuals**2).sum(axis=0), np.maximum(n - 1, 0.0))


def variance_floor(errors: FloatArray, words: FloatArray) -> FloatArray:
    """The variance that a rate has even where all speakers agree, so that no interval has zero width.

    p (1 - p) / (w + 4) with p = (e + 2) / (w + 4), the binomial variance after two added successes and failures
    (Agresti & Coull 1998), p held at or below (w + 2) / (w + 4). No error in w words gives about 2 / w².
    """
    p = np.minimum(errors + 2, words + 2) / (words + 4)
    floor: FloatArray = p * (1 - p) / (words + 4)
    return floor
