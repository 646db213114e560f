# SPDX-License-Identifier: Apache-2.0
"""Period by period: shimmer and jitter of a voice whose F0 is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

UNVOICED_HZ = 500.0
"""The rate at which WORLD goes on counting periods where there is no F0."""
LEAD, EDGE = 0.3, 0.1
"""A gain belongs to a period from LEAD of it before its pulse, and passes into the next within EDGE of it."""
ONSET_S = 0.005
"""Irregularity grows from nothing within this time after voicing sets in."""


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """The periods of a synthesized voice, all of shape (frames,).

    count: periods since the start, whole where WORLD puts a pulse. length: of a period, in samples. depth: 0 where
    unvoiced, 1 inside voiced stretches.
    """

    count: Float64s
    length: Float64s
    depth: Float64s

    @classmethod
    def of(cls, f0_hz: Float64s, frame_s: float, frames: int, rate_hz: int) -> Periods:
        """From the F0 of analysis frames `frame_s` apart, 0 where unvoiced; linear between them, as in WORLD."""
        position = np.arange(frames) / (frame_s * rate_hz)
        grid = np.arange(f0_hz.size)
        voiced = np.interp(position, grid, (f0_hz > 0).astype(float)) > 0.5
        pitch = np.where(voiced, np.maximum(np.interp(position, grid, f0_hz), 1.0), UNVOICED_HZ)
        width = 2 * round(ONSET_S * rate_hz) + 1
        share = _moving_mean(voiced.astype(float), width)
        return cls(np.cumsum(pitch) / rate_hz, rate_hz / pitch, np.maximum(2 * share - 1, 0) * voiced)

    def draws(self, rng: np.random.Generator) -> Float64s:
        """A standard normal number for each period."""
        return rng.standard_normal(int(self.count[-1]) + 3)


def shimmering(samples: Float64s, periods: Periods, percent: float, rng: np.random.Generator) -> Float64s:
    """Periods of unequal amplitude: neighbors differ by `percent` of the mean on average (local shimmer)."""
    deviation = percent / 100 * np.sqrt(np.pi) / 2 * periods.draws(rng)
    shifted = periods.count + LEAD
    number = shifted.astype(int)
    passed = np.clip((shifted - number - 1 + EDGE) / EDGE, 0, 1)
    change = deviation[number] + passed * (deviation[number + 1] - deviation[number])
    return np.asarray(samples * (1 + periods.depth * change))


def jittering(samples: Float64s, periods: Periods, percent: float, rng: np.random.Generator) -> Float64s:
    """Periods of unequal length: neighbors differ by `percent` of the mean on average (local jitter).

    Each pulse is displaced by itself, so that time does not drift.
    """
    from scipy.ndimage import map_coordinates

    pulses = percent / 100 / np.sqrt(12 / np.pi) * periods.draws(rng)
    displacement = np.interp(periods.count, np.arange(pulses.size), pulses) * periods.length * periods.depth
    moved = map_coordinates(samples, [np.arange(samples.size) + displacement], order=3, mode="nearest")
    return np.asarray(moved, np.float64)


def _moving_mean(values: Float64s, width: int) -> Float64s:
    """The mean over `width`, odd, samples around each, with nothing beyond the ends."""
    padded = np.cumsum(np.pad(values, (width // 2 + 1, width // 2)))
    return np.asarray((padded[width:] - padded[:-width]) / width)
