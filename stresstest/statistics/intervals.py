# SPDX-License-Identifier: Apache-2.0
"""Intervals of a group's word error rate, by a rule that depends on how many speakers there are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from stresstest.statistics.bootstrap import bootstrap_t
from stresstest.statistics.linearized import rates, variance_floor, variances
from stresstest.statistics.speakers import SpeakerCounts

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

    Limits R · exp(± q s / R), s the linearized standard error: rates of few speakers are skewed to the right, their
    logarithms less so. Under 5 speakers None. From 5 to 9 q is Student's t. From 10 on it is the larger of t and the
    quantile of a bootstrap of whole speakers (`bootstrap_t`); one set of resampled speakers serves all conditions.
    Where the speakers agree more closely than chance allows (no errors at all, say), R ± t s with the floor of
    `variance_floor`. Raises ValueError for more than one group.
    """
    if len(table.names) > 1:
        raise ValueError(f"rate_intervals takes one group at a time; got {', '.join(table.names)}.")
    speakers, errors, words = (table.words > 0).sum(axis=0), table.errors.sum(axis=0), table.words.sum(axis=0)
    rate, variance = rates(errors, words), variances(table.errors, table.words)
    floored = variance <= variance_floor(errors, words)
    t = stdtrit(np.maximum(speakers - 1, 1), (1 + level) / 2)
    drawn = np.full(t.shape, np.nan)
    if (speakers >= BOOTSTRAP_SPEAKERS).any():
        drawn = bootstrap_t(table.errors, table.words, level, rng, replicates)
    return [
        None if n < MIN_SPEAKERS else _interval(rate[c], math.sqrt(variance[c]), n, level, t[c], drawn[c], floored[c])
        for c, n in enumerate(speakers.tolist())
    ]


def _interval(
    rate: float, error: float, speakers: int, level: float, t: float, drawn: float, floored: bool
) -> Interval:
    if floored:
        method = "linearized, Student's t, variance at its floor"
        return Interval(max(0.0, rate - t * error), rate + t * error, level, method, speakers)
    resampled = speakers >= BOOTSTRAP_SPEAKERS and math.isfinite(drawn)
    stretch = math.exp((max(t, drawn) if resampled else t) * error / rate)
    method = "on the logarithm, studentized speaker bootstrap" if resampled else "on the logarithm, Student's t"
    return Interval(rate / stretch, rate * stretch, level, method, speakers)
