# SPDX-License-Identifier: Apache-2.0
"""A gap against the tolerance that was declared beforehand: within, exceeds, or not enough data to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.gaps import Gap, log_gap_bounds, max_t
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.pooled import LogRates, log_rates

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
    """The fewest speakers, added to every group, that settle the verdict; None beyond MOST_SPEAKERS.

    The quantile of max-t hardly moves and is nearly straight in 1 / speakers: a first number comes from its two ends
    alone, and the quantile is drawn again only around it.
    """
    shape = (_DRAWS, len(gap.groups))
    draws = rng.standard_normal(shape), rng.standard_normal(shape)

    def settled(more: int, quantile: float | None = None) -> bool:
        found = _planned(gap, more)
        low, high = log_gap_bounds(found, _quantile(gap, found, more, draws, level) if quantile is None else quantile)
        return low > max_gap or high <= max_gap

    fewest = min(gap.speakers)
    few, many = (_quantile(gap, _planned(gap, more), more, draws, level) for more in (0, MOST_SPEAKERS))
    if not settled(MOST_SPEAKERS, many):
        return None
    guess = _fewest(lambda more: settled(more, many + (few - many) * fewest / (fewest + more)), 0, MOST_SPEAKERS)
    step, unsettled, enough = max(1, guess // 50), guess, guess
    while not settled(enough):
        unsettled, enough = enough, min(enough + step, MOST_SPEAKERS)
    while unsettled > 0 and settled(unsettled):
        unsettled, enough = max(0, unsettled - step), unsettled
    return _fewest(settled, unsettled, enough)


def _fewest(settled: Callable[[int], bool], unsettled: int, enough: int) -> int:
    """By bisection, from a number that does not settle it and one that does."""
    while enough - unsettled > 1:
        middle = (unsettled + enough) // 2
        unsettled, enough = (unsettled, middle) if settled(middle) else (middle, enough)
    return enough


def _planned(gap: Gap, more: int) -> LogRates:
    """What the limits are made of with `more` speakers in every group, rates and spread as seen."""
    now, grown = np.array(gap.speakers, np.float64), np.array(gap.speakers, np.float64) + more
    words, variance = np.array(gap.words) * grown / now, np.array(gap.variances) * now / grown
    return log_rates(np.array(gap.rates), words, variance, grown)


def _quantile(gap: Gap, found: LogRates, more: int, draws: tuple[FloatArray, FloatArray], level: float) -> float:
    """Of max-t with `more` speakers; chi-square by Wilson & Hilferty (1931)."""
    step = 2 / (9 * (np.array(gap.speakers, np.float64) + more - 1))
    normal, scatter = draws
    return max_t(found.errors**2, normal, np.maximum(1 - step + scatter * np.sqrt(step), 1e-3) ** 3, level)
