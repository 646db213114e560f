# SPDX-License-Identifier: Apache-2.0
"""Intervals of a group's word error rate, by a rule that depends on how many speakers there are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from stresstest.statistics.bootstrap import bootstrap_quantiles
from stresstest.statistics.linearized import rates, variance_floor, variances
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]

MIN_SPEAKERS = 5
"""Under five speakers a group is described and nothing is inferred about it."""

BOOTSTRAP_SPEAKERS = 10
"""From ten speakers on the bootstrap is allowed; with five it finds a false gap in 13 of 100 studies."""

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval: its level (0 to 1), its method in words, and the number of speakers behind it."""

    low: float
    high: float
    level: float
    method: str
    speakers: int

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(f"An interval needs finite bounds, low ≤ high; got {self.low} and {self.high}.")
        if not 0 < self.level < 1 or self.speakers < 1:
            raise ValueError(
                f"An interval needs a level in 0 to 1 and at least 1 speaker; got {self.level} and {self.speakers}."
            )


def rate_intervals(
    table: SpeakerCounts, rng: np.random.Generator, replicates: int = 10_000, level: float = LEVEL
) -> list[Interval | None]:
    """The interval of the pooled rate in each condition; `table` holds the speakers of one group.

    Under 5 speakers None. From 5 to 9: the linearized standard error and Student's t. From 10: percentiles of a
    bootstrap of whole speakers, moved outward so that they are as wide as Student's t asks (Hesterberg 2015, "What
    teachers should know about the bootstrap", expanded percentile interval); one set of resampled speakers serves
    all conditions. Where the speakers agree more closely than chance allows (no errors at all, say), t with the
    floor of `variance_floor`. Raises ValueError for more than one group.
    """
    if len(table.names) > 1:
        raise ValueError(f"rate_intervals takes one group at a time; got {', '.join(table.names)}.")
    speakers, errors, words = (table.words > 0).sum(axis=0), table.errors.sum(axis=0), table.words.sum(axis=0)
    rate, variance = rates(errors, words), variances(table.errors, table.words)
    floored = variance <= variance_floor(errors, words)
    tails = _expanded_tails(speakers, level)
    low, high = bootstrap_quantiles(table.errors, table.words, tails, rng, replicates)
    return [
        None
        if n < MIN_SPEAKERS
        else Interval(float(low[c]), float(high[c]), level, "speaker bootstrap, expanded percentiles", n)
        if n >= BOOTSTRAP_SPEAKERS and not floored[c]
        else _student(rate[c], math.sqrt(variance[c]), n, level, bool(floored[c]))
        for c, n in enumerate(speakers.tolist())
    ]


def _student(rate: float, error: float, speakers: int, level: float, floored: bool) -> Interval:
    reach = float(stdtrit(speakers - 1, (1 + level) / 2)) * error
    method = "linearized, Student's t" + (", variance at its floor" if floored else "")
    return Interval(max(0.0, rate - reach), rate + reach, level, method, speakers)


def _expanded_tails(speakers: NDArray[np.int64], level: float) -> FloatArray:
    """The tail probability of each side: Φ(-√(n/(n-1)) · t), for n speakers (at least 2)."""
    n = np.maximum(speakers, 2).astype(np.float64)
    tails: FloatArray = ndtr(-np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 + level) / 2))
    return tails
