# SPDX-License-Identifier: Apache-2.0
"""What groups' error rates may be at the steps of an axis between those that were looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

FloatArray = NDArray[np.float64]

EDGE = 0.005
"""Rates are kept this far from 0 and 1, where log odds have no end."""


def rates_between(looks: Mapping[int, Sequence[float]], steps: int) -> FloatArray:
    """The rate of each group at every step, (groups, steps): straight lines between looks, in log odds.

    looks: step → rates of the groups, NaN where a group has none; a group without any rate is left out. A curve of
    error rate against SNR is S-shaped, and nearly straight in log odds.
    """
    at = np.array(sorted(looks))
    table = np.array([looks[step] for step in at], np.float64).T
    lines = [_line(at, row, steps) for row in table if np.isfinite(row).any()]
    return np.array(lines).reshape(-1, steps)


def distance_shares(looks: Sequence[int], steps: int) -> FloatArray:
    """How far a step is from the nearest look, as a share of the stretch between two looks: 0 to 0.5, (steps,)."""
    at, every = np.array(sorted(looks)), np.arange(steps)
    after = np.clip(np.searchsorted(at, every), 1, max(1, at.size - 1))
    low, high = at[after - 1], at[np.minimum(after, at.size - 1)]
    shares: FloatArray = np.minimum(every - low, high - every) / np.maximum(high - low, 1)
    return np.clip(shares, 0.0, 0.5)


def rises(looks: Mapping[int, float], steps: int) -> FloatArray:
    """By how much a value rises over the stretch between two looks in which each step lies, at least 0, (steps,)."""
    at = np.array(sorted(looks))
    values = np.maximum.accumulate(np.array([looks[step] for step in at], np.float64))
    after = np.minimum(np.searchsorted(at, np.arange(steps)), at.size - 1)
    rise: FloatArray = values[after] - values[np.maximum(after - 1, 0)]
    return rise


def _line(at: NDArray[np.int64], rates: FloatArray, steps: int) -> FloatArray:
    known = np.isfinite(rates)
    odds = np.interp(np.arange(steps), at[known], logit(np.clip(rates[known], EDGE, 1 - EDGE)))
    line: FloatArray = expit(odds)
    return line
