# SPDX-License-Identifier: Apache-2.0
"""Two recognizers heard by the same speakers: is one better, how surely, and are they the same for practical ends?

Every function takes `PairedCounts` with the second system as the condition and the first as the reference, so that a
positive difference says that the second makes more errors. Both have the same words. `changes.change` gives the
difference of the two rates with its interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from stresstest.statistics.bootstrap import bootstrap_rates
from stresstest.statistics.changes import PairedCounts, change, residuals
from stresstest.statistics.intervals import BOOTSTRAP_SPEAKERS, MIN_SPEAKERS, Interval

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

    The change of few speakers is skewed: a sample that looks alike and near is then often just lucky. So each limit
    d ± t s is moved outward, where the skewness κ³ of the speakers says so, by κ³ s (1 + 2 t²) / (6 √n), the second
    term of the Cornish–Fisher expansion of t (Johnson 1978; Hall 1992); never inward. Raises ValueError where the
    margin is not above 0: no data can show that two rates are the same.
    """
    if not margin > 0:
        raise ValueError(f"A margin of equivalence must be above 0; got {margin}.")
    found = change(pair, 1 - 2 * alpha)
    if found is None or found.interval is None:
        return None
    speakers, error = found.interval.speakers, standard_error(found.interval)
    t, lean = float(stdtrit(speakers - 1, 1 - alpha)), _lean(pair) * error
    outward = (1 + 2 * t**2) * abs(lean)
    low = found.value - t * error - (outward if lean < 0 else 0.0)
    high = found.value + t * error + (outward if lean > 0 else 0.0)
    reached = min(
        _reach(margin - found.value, error, max(lean, 0.0)), _reach(margin + found.value, error, max(-lean, 0.0))
    )
    interval = Interval(low, high, found.interval.level, "Student's t, moved outward by the skewness", speakers)
    return Equivalence(margin, interval, float(stdtr(speakers - 1, -reached)), -margin <= low and high <= margin)


def _lean(pair: PairedCounts) -> float:
    """κ³ / (6 √n), κ³ the adjusted skewness of what the speakers add to the chance in the change; 0 without spread."""
    found = residuals(pair)
    part = np.zeros(0) if found is None else found[pair.words > 0]
    n = part.size
    if n < 3 or not part.any():
        return 0.0
    spread = float((part**2).mean())
    skewness: float = float((part**3).mean()) / spread**1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    return skewness / (6 * math.sqrt(n))


def _reach(room: float, error: float, lean: float) -> float:
    """The t at which a limit, t · error + lean · (1 + 2 t²), has moved by `room`; never more than without the lean."""
    if lean == 0 or room <= 0:
        return room / error
    inside = max(error**2 - 8 * lean * (lean - room), 0.0)
    return min(room / error, (math.sqrt(inside) - error) / (4 * lean))


def standard_error(interval: Interval) -> float:
    """The standard error behind the interval of one group's change, which is Student's t with speakers - 1."""
    t = float(stdtrit(interval.speakers - 1, (1 + interval.level) / 2))
    return (interval.high - interval.low) / 2 / t
