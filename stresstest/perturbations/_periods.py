# SPDX-License-Identifier: Apache-2.0
"""Period by period: shimmer and jitter of a voice whose F0 is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

UNVOICED_HZ = 500.0
"""The rate at which WORLD goes on counting periods where there is no F0."""
GAIN_TURNS, SHIFT_TURNS = (0.6, 0.7), (0.4, 0.8)
"""Where between two pulses, in periods, a gain or a displacement passes from one to the next: around a pulse, where
most of the sound is, it is constant."""
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

    def irregular(self, rng: np.random.Generator, turns: tuple[float, float]) -> Float64s:
        """A standard normal number for each pulse, held around it, shape (frames,); 0 where unvoiced."""
        draws = rng.standard_normal(int(self.count[-1]) + 2)
        number = self.count.astype(int)
        passed = np.clip((self.count - number - turns[0]) / (turns[1] - turns[0]), 0, 1)
        return np.asarray(self.depth * (draws[number] + passed * (draws[number + 1] - draws[number])))


def shimmering(samples: Float64s, periods: Periods, percent: float, rng: np.random.Generator) -> Float64s:
    """Periods of unequal amplitude: neighbors differ by `percent` of the mean on average (local shimmer)."""
    return np.asarray(samples * (1 + percent / 100 * np.sqrt(np.pi) / 2 * periods.irregular(rng, GAIN_TURNS)))


def jittering(samples: Float64s, periods: Periods, percent: float, rng: np.random.Generator) -> Float64s:
    """Periods of unequal length: neighbors differ by `percent` of the mean on average (local jitter).

    Each pulse is displaced by itself, so that time does not drift.
    """
    from scipy.ndimage import map_coordinates

    displacement = percent / 100 / np.sqrt(12 / np.pi) * periods.irregular(rng, SHIFT_TURNS) * periods.length
    moved = map_coordinates(samples, [np.arange(samples.size) + displacement], order=3, mode="nearest")
    return np.asarray(moved, np.float64)


def _moving_mean(values: Float64s, width: int) -> Float64s:
    """The mean over `width`, odd, samples around each, with nothing beyond the ends."""
    padded = np.cumsum(np.pad(values, (width // 2 + 1, width // 2)))
    return np.asarray((padded[width:] - padded[:-width]) / width)
