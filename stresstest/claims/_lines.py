# SPDX-License-Identifier: Apache-2.0
"""Spectral lines of tones: their frequencies and levels, from the peaks of a windowed spectrum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

PADDING = 8
WINDOW = (0.35875, 0.48829, 0.14128, 0.01168)
"""Blackman-Harris, four terms: side lobes 92 dB under a line."""


def lines(samples: Float64s, rate_hz: int, floor_db: float = -60.0) -> tuple[Float64s, Float64s]:
    """Frequencies in Hz, rising, and levels in dB re a sine of amplitude 1, of the lines down to `floor_db` under the
    strongest.

    Lines must lie at least eight bins, 8 / (duration in s) Hz, apart.
    """
    n = np.arange(samples.size)
    window = sum((-1) ** k * a * np.cos(2 * np.pi * k * n / samples.size) for k, a in enumerate(WINDOW))
    spectrum = np.abs(np.fft.rfft(samples * window, PADDING * samples.size)) * 2 / (WINDOW[0] * samples.size)
    db = 20 * np.log10(np.maximum(spectrum, 1e-12))
    inner = db[1:-1]
    peaks = 1 + np.flatnonzero((inner > db[:-2]) & (inner >= db[2:]) & (inner > db.max() + floor_db))
    left, middle, right = db[peaks - 1], db[peaks], db[peaks + 1]
    offset = (left - right) / (2 * (left - 2 * middle + right))
    return (peaks + offset) * rate_hz / (PADDING * samples.size), middle - (left - right) * offset / 4


def nearest_lines(frames: Sequence[Float64s], rate_hz: int, near_hz: Sequence[float]) -> tuple[Float64s, Float64s]:
    """The line nearest to each of `near_hz` in each frame of samples: frequencies and levels, shape (frames, near)."""
    found = [lines(frame, rate_hz) for frame in frames]
    places = [np.abs(hz[:, None] - np.asarray(near_hz)).argmin(axis=0) for hz, _ in found]
    return (
        np.array([hz[place] for (hz, _), place in zip(found, places, strict=True)]),
        np.array([db[place] for (_, db), place in zip(found, places, strict=True)]),
    )
