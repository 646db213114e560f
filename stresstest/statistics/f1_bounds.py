# SPDX-License-Identifier: Apache-2.0
"""Bounds of F1 word recognition that hold for every group at once: "F1 was 84 % or higher for every group"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS
from stresstest.statistics.linearized import rates, variances
from stresstest.statistics.pooled import log_errors, shrunk_rates
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]


def f1_lower_bounds(loss: SpeakerCounts, level: float = LEVEL) -> FloatArray:
    """The lower bound of each group's F1 in each condition, (groups, conditions), groups as in `loss.names`.

    loss: as errors S + (D + I) / 2, as words H + S + (D + I) / 2; by F1 = 2H / (2H + 2S + D + I) their ratio is 1 - F1.
    With probability `level` no F1 of a condition lies below its bound. Groups are independent, so the largest one-sided
    t over k groups is below the bounds of t_(n-1) at level^(1/k): the max-t bound, exact. The bound is set on the
    logarithm of the loss p = 1 - F1, as p · exp(t s) with s by `log_errors`, because losses are skewed to the right: a
    symmetric bound then holds in 70 to 90 of 100 studies. NaN under 5 speakers.
    """
    shrunk, reach, enough = _reach(loss, level)
    bounds = np.minimum(np.maximum(0.0, 1 - shrunk * np.exp(reach)), 1 - rates(*loss.totals()))
    return np.where(enough, bounds, np.nan)


def f1_upper_bounds(loss: SpeakerCounts, level: float = LEVEL) -> FloatArray:
    """What no F1 lies above, as `f1_lower_bounds` says what none lies below: 1 - p · exp(-t s)."""
    shrunk, reach, enough = _reach(loss, level)
    bounds = np.maximum(1 - shrunk * np.exp(-reach), 1 - rates(*loss.totals()))
    return np.where(enough, bounds, np.nan)


def _reach(loss: SpeakerCounts, level: float) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """The loss, how far its logarithm may lie off, and which groups have enough speakers; all (groups, conditions)."""
    errors, words = loss.totals()
    enough = loss.sizes() >= MIN_SPEAKERS
    speakers = np.where(enough, loss.sizes(), 0.0)
    variance = np.stack([variances(t.errors, t.words) for t in map(loss.of, loss.names)])
    shrunk = shrunk_rates(errors, words)
    error = log_errors(shrunk, words, variance, speakers)
    tail = np.broadcast_to(level ** (1 / np.maximum(enough.sum(axis=0), 1)), error.shape)
    return shrunk, stdtrit(np.maximum(speakers - 1, 1.0), tail) * np.where(enough, error, 0.0), enough
