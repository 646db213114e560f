# SPDX-License-Identifier: Apache-2.0
"""How much speakers differ, relative to their group's rate, when each group may borrow from all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import rates

FloatArray = NDArray[np.float64]


def shrunk_rates(errors: FloatArray, words: FloatArray) -> FloatArray:
    """(errors + 2) / (words + 4), never 0, so that it has a logarithm (Agresti & Coull 1998). Elementwise."""
    shrunk: FloatArray = (errors + 2) / (words + 4)
    return shrunk


def log_errors(rate: FloatArray, words: FloatArray, variance: FloatArray, speakers: FloatArray) -> FloatArray:
    """Standard errors of the logarithm of each group's rate, (groups, conditions); arguments of the same shape.

    rate: above 0. variance: of the rate. speakers: 0 where a group takes no part; its error is then NaN.

    The relative variance between speakers is never taken below that of all groups pooled, since a group that is lucky
    in its rate is by the same luck too sure of it: a few speakers of whom none is bad look alike. What counting errors
    adds, 1 / (errors a speaker), is each group's own; what is beyond it is pooled, by degrees of freedom.
    """
    part = speakers > 1
    own, counting = np.where(part, variance, 0.0) / rate**2 * speakers, rates(speakers, rate * words)
    df = np.where(part, speakers - 1, 0.0)
    beyond = np.maximum(rates((np.where(part, own - counting, 0.0) * df).sum(axis=0), df.sum(axis=0)), 0.0)
    return np.where(part, np.sqrt(rates(np.maximum(own, beyond + counting), speakers)), np.nan)
