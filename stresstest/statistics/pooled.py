# SPDX-License-Identifier: Apache-2.0
"""Limits of rates on the logarithm, with how much speakers differ borrowed from all groups; joined to differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import rates, variance_floor

FloatArray = NDArray[np.float64]

LEAST_ROOM = 0.1
"""A rate may exceed 1, log odds end there: above 0.9 speakers are taken to differ as at 0.9."""


def shrunk_rates(errors: FloatArray, words: FloatArray) -> FloatArray:
    """(errors + 2) / (words + 4), never 0, so that it has a logarithm (Agresti & Coull 1998). Elementwise."""
    shrunk: FloatArray = (errors + 2) / (words + 4)
    return shrunk


def log_errors(rate: FloatArray, words: FloatArray, variance: FloatArray, speakers: FloatArray) -> FloatArray:
    """Standard errors of the logarithm of each group's rate, (groups, …); arguments of the same shape.

    rate: above 0. variance: of the rate. speakers: 0 where a group takes no part; its error is then NaN.

    The relative variance between speakers is never taken below that of all groups pooled, since a group that is lucky
    in its rate is by the same luck too sure of it: a few speakers of whom none is bad look alike. What counting errors
    adds, 1 / (errors a speaker), is each group's own; what is beyond it is pooled, by degrees of freedom, on the scale
    of log odds, where speakers of groups with few and with many errors differ about alike: near the ceiling all fail.
    """
    part = speakers > 1
    own, counting = np.where(part, variance, 0.0) / rate**2 * speakers, rates(speakers, rate * words)
    df = np.where(part, speakers - 1, 0.0)
    room = np.maximum(1 - rate, LEAST_ROOM) ** 2
    beyond = np.maximum(rates((np.where(part, own - counting, 0.0) / room * df).sum(axis=0), df.sum(axis=0)), 0.0)
    return np.where(part, np.sqrt(rates(np.maximum(own, beyond * room + counting), speakers)), np.nan)


@dataclass(frozen=True, slots=True)
class LogRates:
    """What the limits of some groups' rates are made of, each (groups,); `log_rates` makes it.

    rate: as seen. shrunk: never 0. errors: standard errors of log shrunk. floored: where speakers agree so closely (no
    errors at all, say) that only the chance of counting is left, and the logarithm says nothing of skew.
    """

    rate: FloatArray
    shrunk: FloatArray
    errors: FloatArray
    floored: NDArray[np.bool_]

    def margins(self, quantile: float) -> tuple[FloatArray, FloatArray]:
        """How far below and above its rate each group's limits lie, at least 0, (groups,).

        The limits are shrunk · exp(± quantile · error): rates of few speakers are skewed to the right, their
        logarithms less so. Where floored, rate ± quantile · error · shrunk.
        """
        reach = quantile * self.errors
        below = np.where(self.floored, self.shrunk * reach, self.rate - self.shrunk * np.exp(-reach))
        above = np.where(self.floored, self.shrunk * reach, self.shrunk * np.exp(reach) - self.rate)
        return np.clip(below, 0.0, self.rate), np.maximum(above, 0.0)


def log_rates(rate: FloatArray, words: FloatArray, variance: FloatArray, speakers: FloatArray) -> LogRates:
    """From the rates of the groups, their words, the variances of the rates and the speakers, each (groups,)."""
    shrunk = shrunk_rates(rate * words, words)
    floored = variance <= variance_floor(rate * words, words) * (1 + 1e-9)
    return LogRates(rate, shrunk, log_errors(shrunk, words, variance, speakers), floored)
