# SPDX-License-Identifier: Apache-2.0
"""Adjusted p-values of many tests: Holm for a few declared claims, Benjamini–Hochberg for an exploratory table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def holm(p_values: Sequence[float] | FloatArray) -> FloatArray:
    """Adjusted so that rejecting at α keeps the chance of any false claim at α (Holm 1979). Same order."""
    p, order = _checked(p_values)
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    return _restored(np.minimum(steps, 1.0), order)


def benjamini_hochberg(p_values: Sequence[float] | FloatArray) -> FloatArray:
    """Adjusted so that rejecting at q keeps the expected share of false claims at q (Benjamini & Hochberg 1995).

    Holds for independent and for positively dependent tests. Same order.
    """
    p, order = _checked(p_values)
    steps = p[order] * p.size / np.arange(1, p.size + 1)
    return _restored(np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0), order)


def _checked(p_values: Sequence[float] | FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    p = np.asarray(p_values, np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p-values must be one row of numbers from 0 to 1; got {p_values!r}.")
    return p, np.argsort(p, kind="stable")


def _restored(steps: FloatArray, order: NDArray[np.int64]) -> FloatArray:
    result = np.empty_like(steps)
    result[order] = steps
    return result
