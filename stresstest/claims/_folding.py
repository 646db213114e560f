# SPDX-License-Identifier: Apache-2.0
"""The average cycle of something periodic that is hidden in noise, and its period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

SEARCH = 0.02
"""The period is looked for this far, relative, around the guess."""
CANDIDATES = 81
COARSE_BINS = 100
SEGMENTS = 10


def binned_power(samples: Float64s, rate_hz: int, bins_hz: int) -> Float64s:
    """The mean square of consecutive pieces of samples, `bins_hz` of them a second; it divides the rate."""
    size = rate_hz // bins_hz
    power: Float64s = np.square(samples[: samples.size // size * size]).reshape(-1, size).mean(axis=1)
    return power


def folded(power: Float64s, period: float, bins: int, start: int = 0) -> Float64s:
    """The average cycle, shape (bins,): each place of `power`, counted from `start`, where it lies in the cycle."""
    places = ((np.arange(power.size) + start + 0.5) / period % 1 * bins).astype(np.intp)
    counts = np.bincount(places, minlength=bins)
    return np.bincount(places, power, minlength=bins) / np.maximum(counts, 1)


def period_of(power: Float64s, guess: float) -> float:
    """The period near `guess`, in places of `power`.

    First that at which the average cycle has the greatest contrast, then corrected until the cycles of one part of
    `power` after the other no longer wander.
    """
    size = max(int(guess) // COARSE_BINS, 1)
    coarse = power[: power.size // size * size].reshape(-1, size).mean(axis=1)
    candidates = guess * np.linspace(1 - SEARCH, 1 + SEARCH, CANDIDATES)
    contrast = [folded(coarse, candidate / size, COARSE_BINS).var() for candidate in candidates]
    period = float(candidates[int(np.argmax(contrast))])
    for _ in range(4):
        period *= 1 + _wander(power, period)
    return period


def _wander(power: Float64s, period: float) -> float:
    """How much later, in places a place, a cycle of this period comes in each part of `power`."""
    bins = max(round(period), COARSE_BINS)
    starts = np.linspace(0, power.size, SEGMENTS, endpoint=False).astype(int)
    parts = [power[start : start + power.size // SEGMENTS] for start in starts]
    cycles = np.fft.rfft([folded(x, period, bins, int(start)) for x, start in zip(parts, starts, strict=True)])
    others = cycles.sum(axis=0) - cycles  # a part beside itself would match its own noise
    lags = np.fft.irfft(cycles * np.conj(others), bins).argmax(axis=1)
    lags = np.where(lags > bins // 2, lags - bins, lags)
    return float(np.polyfit(starts, lags * period / bins, 1)[0])


def average_cycle(power: Float64s, period: float) -> Float64s:
    """The average cycle, one place a bin, from where a twentieth of it is quietest."""
    bins = round(period)
    cycle = folded(power, period, bins)
    width = max(bins // 20, 1)
    quiet = np.convolve(np.concatenate((cycle, cycle[:width])), np.ones(width), "valid")[:bins]
    return np.roll(cycle, -int(quiet.argmin()) - width // 2)
