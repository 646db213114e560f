# SPDX-License-Identifier: Apache-2.0
"""Reverberation time and direct-to-reverberant ratio of an impulse response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIRECT_S = 0.0025
"""What lies within this time of the direct sound is part of it."""

MIDDLE_HZ = (500.0, 1000.0)
"""The octaves whose mean is the one number for a room's reverberation time."""


def decay_time_s(samples: NDArray[np.float64], rate_hz: int, top_db: float = -5, bottom_db: float = -35) -> float:
    """Reverberation time by Schroeder's backward integration and a line through its decay (ISO 3382-1, T30)."""
    left = np.cumsum(np.square(samples)[::-1])[::-1]
    left = left[left > 0]
    decay_db = 10 * np.log10(left / left[0])
    span = np.flatnonzero((decay_db < top_db) & (decay_db > bottom_db))
    if span.size < 2:
        return float("nan")
    seconds = span / rate_hz
    off = seconds - seconds.mean()
    return float(-60 * np.square(off).sum() / (off * decay_db[span]).sum())


def middle_decay_time_s(samples: NDArray[np.float64], rate_hz: int) -> float:
    """Mean reverberation time of the octave bands at 500 Hz and 1 kHz, by Butterworth filters."""
    from scipy import signal

    times = []
    for center in MIDDLE_HZ:
        edges = [center / np.sqrt(2), center * np.sqrt(2)]
        sections = signal.butter(4, edges, "bandpass", fs=rate_hz, output="sos")
        times.append(decay_time_s(signal.sosfilt(sections, samples), rate_hz))
    return float(np.mean(times))


def direct_to_reverberant_db(
    samples: NDArray[np.float64], rate_hz: int, direct: int, window_s: float = DIRECT_S
) -> float:
    """Energy up to `window_s` after the direct sound over the energy of all that follows, in dB."""
    end = direct + round(window_s * rate_hz)
    return float(10 * np.log10(np.square(samples[:end]).sum() / np.square(samples[end:]).sum()))
