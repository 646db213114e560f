# SPDX-License-Identifier: Apache-2.0
"""What an accent costs in decibels: the SNR at which each group reaches an error rate, and how far they lie apart.

Chance comes from leaving out one speaker at a time and fitting again (the jackknife; Efron & Stein 1981: its variance
is, on average, not too small), with Student's t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from stresstest.statistics.changes import PairedCounts, change
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval
from stresstest.statistics.linearized import rates
from stresstest.statistics.psychometric import QUIET_DB, Curve, curve_of, falling, fit_curves, predicted, thresholds
from stresstest.statistics.speakers import SpeakerCounts

FloatArray = NDArray[np.float64]

MIN_SNRS = 3
"""With fewer SNRs there is a line, not a curve."""

METHOD = "psychometric fit, jackknife over speakers, Student's t"
MATERIAL = 0.02
"""A curve that misses every rate by less than two points of WER fits, whatever the p-value."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The curve of one group. residual: the largest distance of a measured rate from it, signed.

    fit_p: the chance of one so large where the curve is right (Student's t on the jackknife, Bonferroni over the
    points).
    """

    group: str
    speakers: int
    curve: Curve
    residual: float
    fit_p: float
    lowest: float
    highest: float
    parameters: FloatArray
    without: FloatArray
    """Parameters of the fits that leave out one speaker each, (speakers, 4)."""

    @property
    def fits(self) -> bool:
        """Whether the measured rates agree with the curve."""
        return self.fit_p >= 1 - LEVEL or abs(self.residual) < MATERIAL


@dataclass(frozen=True, slots=True)
class Threshold:
    """The SNR in dB at which a group has the error rate `target`."""

    group: str
    target: float
    value_db: float
    variance: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Shift:
    """How many dB more a group needs than the others on average; p_value two-sided."""

    value_db: float
    interval: Interval
    p_value: float


def fit_group(table: SpeakerCounts, snrs: Sequence[float]) -> Fit | str:
    """The curve of the speakers of one group, or the sentence why there is none.

    table: a column an SNR. snrs: dB, ascending; QUIET_DB last for the same condition without noise.
    """
    heard = table.rows([bool(row.all()) for row in table.words > 0])
    refusal = _refusal(heard, snrs)
    if refusal:
        return refusal
    points = np.array(snrs, np.float64)
    errors, words = heard.errors.sum(axis=0), heard.words.sum(axis=0)
    rate = rates(errors, words)
    smooth = falling(rate, words)
    weight = words / (np.clip(smooth, 0.02, 0.98) * (1 - np.clip(smooth, 0.02, 0.98)))
    parameters = fit_curves(points, rate[None], weight[None])
    left = rates(errors - heard.errors, words - heard.words)
    without = fit_curves(points, left, np.broadcast_to(weight, left.shape), parameters[0])
    residual, p = _worst_residual(rate - predicted(parameters, points)[0], left - predicted(without, points))
    noisy = smooth[points < QUIET_DB]
    name, n = heard.names[0], len(heard.speakers)
    return Fit(
        name, n, curve_of(parameters[0]), residual, p, float(noisy.min()), float(noisy.max()), parameters[0], without
    )


def threshold(fit: Fit, target: float, snrs: Sequence[float], level: float = LEVEL) -> Threshold | str:
    """Where the curve passes `target`, or the sentence why that is not known. Nothing is extrapolated."""
    here, there = float(thresholds(fit.parameters[None], target)[0]), thresholds(fit.without, target)
    low, high = min(snrs), max(s for s in snrs if s < QUIET_DB)
    span = f"between {low:g} and {high:g} dB"
    if not fit.lowest < target < fit.highest or not low <= here <= high:
        return (
            f"Its WER does not pass {100 * target:g} % {span}: it goes from {100 * fit.highest:.1f} % to "
            f"{100 * fit.lowest:.1f} %. Add SNRs."
        )
    if np.isnan(there).any():
        return f"Whether its WER passes {100 * target:g} % {span} hangs on one speaker."
    variance = jackknife_variance(there)
    reach = float(stdtrit(fit.speakers - 1, (1 + level) / 2)) * math.sqrt(variance)
    return Threshold(
        fit.group, target, here, variance, Interval(here - reach, here + reach, level, METHOD, fit.speakers)
    )


def shift(group: Threshold, others: Sequence[Threshold], level: float = LEVEL) -> Shift:
    """The threshold of a group less the mean threshold of the others, with Welch–Satterthwaite degrees of freedom."""
    value = group.value_db - sum(o.value_db for o in others) / len(others)
    parts = [(group.variance, group.interval.speakers)]
    parts += [(o.variance / len(others) ** 2, o.interval.speakers) for o in others]
    variance = sum(v for v, _ in parts)
    df = variance**2 / sum(v**2 / (n - 1) for v, n in parts)
    error = math.sqrt(variance)
    reach = float(stdtrit(df, (1 + level) / 2)) * error
    interval = Interval(value - reach, value + reach, level, METHOD + " after Welch", sum(n for _, n in parts))
    return Shift(value, interval, float(2 * stdtr(df, -abs(value) / error)))


def jackknife_variance(values: FloatArray) -> float:
    """(n - 1) / n · Σ (θ_i - mean θ)² of values that leave out one speaker each; never 0, so that t is defined."""
    n = len(values)
    return max(float((n - 1) / n * np.square(values - values.mean()).sum()), 1e-8)


def _refusal(heard: SpeakerCounts, snrs: Sequence[float]) -> str | None:
    noisy = [c for c, s in enumerate(snrs) if s < QUIET_DB]
    if len(noisy) < MIN_SNRS:
        return f"A curve needs at least {MIN_SNRS} SNRs; there are {len(noisy)}."
    if len(heard.speakers) < MIN_SPEAKERS:
        return (
            f"{len(heard.speakers)} of its speakers have words at every SNR; nothing is inferred from fewer than "
            f"{MIN_SPEAKERS}."
        )
    level = 1 - 2 * (1 - LEVEL) / 5 / (len(noisy) - 1)
    for quieter, louder in zip(noisy[1:], noisy, strict=False):
        rise = change(PairedCounts(*_column(heard, quieter), *_column(heard, louder)), level)
        if rise is not None and rise.interval is not None and rise.interval.low > 0:
            return (
                f"Its WER rises by {100 * rise.value:.1f} points from {snrs[louder]:g} to {snrs[quieter]:g} dB, where "
                "there is less noise, by more than chance explains; no psychometric curve does that."
            )
    return None


def _column(table: SpeakerCounts, c: int) -> tuple[FloatArray, FloatArray]:
    return table.errors[:, c], table.words[:, c]


def _worst_residual(residuals: FloatArray, without: FloatArray) -> tuple[float, float]:
    """The residual that is largest by its standard error, and its p times the number of points."""
    n = len(without)
    spread = np.sqrt([jackknife_variance(column) for column in without.T])
    worst = int(np.abs(residuals / spread).argmax())
    p = 2 * float(stdtr(n - 1, -abs(residuals[worst]) / spread[worst]))
    return float(residuals[worst]), min(1.0, p * residuals.size)
