# SPDX-License-Identifier: Apache-2.0
"""A gap against the tolerance that was declared beforehand: within, exceeds, or not enough data to say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.gaps import Gap, log_gap_bounds
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.pooled import log_rates

FloatArray = NDArray[np.float64]

MOST_SPEAKERS = 10_000
"""Beyond so many more speakers a group, no number is given."""

_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is `within`, `exceeds` or `inconclusive`.

    speakers_needed: for an inconclusive verdict, how many more speakers in every group would settle it if the
    differences and the spread between speakers stay as seen; None where `reason` says why there is no number.
    """

    outcome: str
    max_gap: float
    speakers_needed: int | None = None
    reason: str | None = None


def verdict(gap: Gap | None, max_gap: float, rng: np.random.Generator) -> Verdict:
    """Judge by the simultaneous interval: within when its high ≤ max_gap, exceeds when its low > max_gap.

    gap: None where fewer than two groups have words.
    """
    if gap is None:
        return Verdict("inconclusive", max_gap, None, "Fewer than two groups have words in this condition.")
    if gap.interval is None:
        reason = f"Fewer than two groups have {MIN_SPEAKERS} speakers; the gap is described, nothing is inferred."
        return Verdict("inconclusive", max_gap, None, reason)
    if (settled := outcome(gap.interval, max_gap)) != "inconclusive":
        return Verdict(settled, max_gap)
    needed = speakers_still_needed(gap, max_gap, rng, gap.interval.level)
    if needed is None:
        reason = (
            f"The gap seen is so close to the tolerance that {MOST_SPEAKERS} more speakers a group do not settle it."
        )
        return Verdict("inconclusive", max_gap, None, reason)
    return Verdict("inconclusive", max_gap, needed)


def outcome(interval: Interval, max_gap: float) -> str:
    """Within when the interval's high ≤ max_gap, exceeds when its low > max_gap, else inconclusive."""
    return "within" if interval.high <= max_gap else "exceeds" if interval.low > max_gap else "inconclusive"


def speakers_still_needed(gap: Gap, max_gap: float, rng: np.random.Generator, level: float = LEVEL) -> int | None:
    """The fewest speakers, added to every group, that settle the verdict; None beyond MOST_SPEAKERS."""
    shape = (_DRAWS, len(gap.groups))
    normal, scatter = rng.standard_normal(shape), rng.standard_normal(shape)

    def settled(more: int) -> bool:
        low, high = _planned(gap, more, normal, scatter, level)
        return low > max_gap or high <= max_gap

    if not settled(MOST_SPEAKERS):
        return None
    unsettled, enough = 0, MOST_SPEAKERS
    while enough - unsettled > 1:
        middle = (unsettled + enough) // 2
        unsettled, enough = (unsettled, middle) if settled(middle) else (middle, enough)
    return enough


def _planned(gap: Gap, more: int, normal: FloatArray, scatter: FloatArray, level: float) -> tuple[float, float]:
    """The bounds of the gap with `more` speakers in every group; chi-square by Wilson & Hilferty (1931)."""
    now, grown = np.array(gap.speakers, np.float64), np.array(gap.speakers, np.float64) + more
    rate, words = np.array(gap.rates), np.array(gap.words) * grown / now
    variance = np.array(gap.variances) * now / grown
    step = 2 / (9 * (grown - 1))
    chi_square = np.maximum(1 - step + scatter * np.sqrt(step), 1e-3) ** 3
    return log_gap_bounds(log_rates(rate, words, variance, grown), (normal, chi_square), level)
