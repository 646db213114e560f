# SPDX-License-Identifier: Apache-2.0
"""Two recognizers heard by the same speakers: is one better, how surely, and are they the same for practical ends?

Every function takes `PairedCounts` with the second system as the condition and the first as the reference, so that a
positive difference says that the second makes more errors. Both have the same words. `changes.change` gives the
difference of the two rates with its interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from stresstest.statistics.bootstrap import bootstrap_rates
from stresstest.statistics.changes import PairedCounts, change
from stresstest.statistics.intervals import BOOTSTRAP_SPEAKERS, MIN_SPEAKERS, Interval
from stresstest.statistics.skewed import reached

FloatArray = NDArray[np.float64]

ALPHA = 0.05

_EXACT = 14
"""Up to so many speakers who differ, all ways to swap the systems are counted: 16,384."""

_CHUNK = 1_000_000  # elements held at once


@dataclass(frozen=True, slots=True)
class Flips:
    """A sign-flip test: its two-sided p_value, over `patterns` swaps; exact where these are all there are."""

    p_value: float
    patterns: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests (Schuirmann 1987): `shown` where the interval, of level 1 - 2α, lies within ±margin.

    p_value: the larger of the two one-sided p-values, at most α exactly where equivalence is shown.
    """

    margin: float
    interval: Interval
    p_value: float
    shown: bool


def flip_test(pair: PairedCounts, rng: np.random.Generator, replicates: int = 10_000) -> Flips | None:
    """The two systems swapped for whole speakers, at random or in every way; None under 5 speakers.

    Under the null the sign of each speaker's difference in errors is a coin. p is the share of swaps whose difference
    is at least as far from 0; with drawn swaps, (1 + number) / (1 + replicates).
    """
    if pair.speakers < MIN_SPEAKERS:
        return None
    differences = (pair.errors - pair.base_errors)[pair.words > 0]
    moved = differences[differences != 0]
    if moved.size <= _EXACT:
        signs = 1.0 - 2.0 * ((np.arange(2**moved.size)[:, None] >> np.arange(moved.size)) & 1)
        return Flips(float(_reached(signs @ moved, moved).mean()), 2**moved.size, True)
    reached, step = 0, max(1, _CHUNK // moved.size)
    for start in range(0, replicates, step):
        signs = 1.0 - 2.0 * rng.integers(2, size=(min(step, replicates - start), moved.size))
        reached += int(_reached(signs @ moved, moved).sum())
    return Flips((1 + reached) / (1 + replicates), replicates, False)


def _reached(sums: FloatArray, moved: FloatArray) -> NDArray[np.bool_]:
    """Errors are whole numbers, so sums are exact and ties count in full."""
    reached: NDArray[np.bool_] = np.abs(sums) >= abs(moved.sum())
    return reached


def probability_of_improvement(pair: PairedCounts, rng: np.random.Generator, replicates: int = 10_000) -> float | None:
    """The share of bootstrap samples of speakers in which the second system makes fewer errors (Bisani & Ney 2004).

    Equal errors count half. None under 10 speakers, too few for a bootstrap.
    """
    if pair.speakers < BOOTSTRAP_SPEAKERS:
        return None
    heard = pair.words > 0
    errors = np.stack([pair.base_errors, pair.errors], axis=1)[heard]
    words = np.stack([pair.base_words, pair.words], axis=1)[heard]
    replicated = bootstrap_rates(errors, words, rng, replicates)
    return float((np.sign(replicated[:, 0] - replicated[:, 1]).mean() + 1) / 2)


def equivalence(pair: PairedCounts, margin: float, alpha: float = ALPHA) -> Equivalence | None:
    """Whether the rates differ by less than `margin`, a fraction declared beforehand; None under 5 speakers.

    Raises ValueError where the margin is not above 0: no data can show that two rates are the same.
    """
    if not margin > 0:
        raise ValueError(f"A margin of equivalence must be above 0; got {margin}.")
    found = change(pair, 1 - 2 * alpha)
    if found is None or found.interval is None or found.error is None:
        return None
    above = reached(margin - found.value, found.error, found.third)
    below = reached(margin + found.value, found.error, -found.third)
    p = float(stdtr(found.interval.speakers - 1, -min(above, below)))
    shown = -margin <= found.interval.low and found.interval.high <= margin
    return Equivalence(margin, found.interval, p, shown)
