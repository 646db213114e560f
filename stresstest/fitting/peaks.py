# SPDX-License-Identifier: Apache-2.0
"""Where an averaged spectrum rises out of its surroundings: the places to look for lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import Bands, Floats, averaged

WINDOWS_S = (2.0, 0.5, 0.125)
"""Long windows find faint steady lines, short ones those that drift or sound in short pulses."""
OVER_DB = (7.0, 7.0, 8.0)
"""Least level over the surroundings, for each window."""
FROM_HZ = (30.0, 80.0, 250.0)
"""For each window, where its resolution begins to suffice."""
INAUDIBLE_DB = 60.0
"""Peaks so far under the level of the whole are of no account."""
MOST_PEAKS = 80


@dataclass(frozen=True, slots=True)
class Peak:
    """A local maximum of an averaged spectrum: its level, how far it rises, and whether it is as narrow as can be."""

    hz: float
    level_dbov: float
    over_db: float
    sharp: bool


def find_peaks(bands: Bands, clean: NDArray[np.bool_], number: int) -> list[Peak]:
    """Local maxima of the averaged spectrum over the median around them, highest first."""
    window_s = WINDOWS_S[number]
    hz, power, _, count = averaged(bands.samples, bands.rate_hz, window_s, clean)
    if count < 4:
        return []
    db = 10 * np.log10(np.maximum(power, 1e-30))
    over = db - _surroundings(db, hz, window_s)
    least = OVER_DB[number] + 20 / np.sqrt(count)
    heard = db > 10 * np.log10(np.square(bands.samples).mean()) - INAUDIBLE_DB
    top = np.flatnonzero((over[1:-1] > least) & heard[1:-1] & (db[1:-1] >= db[:-2]) & (db[1:-1] > db[2:])) + 1
    top = top[(hz[top] >= FROM_HZ[number]) & (hz[top] <= 0.47 * bands.rate_hz)]
    peaks = [Peak(_between(hz, db, i), float(db[i]), float(over[i]), _sharp(db, i)) for i in map(int, top)]
    return sorted(peaks, key=lambda c: -c.over_db)[:MOST_PEAKS]


def _sharp(db: Floats, i: int) -> bool:
    """Whether a peak falls by 10 dB within four bins on both sides; the window's own falls by 90."""
    return bool(db[max(i - 4, 0) : i].min() < db[i] - 10 and db[i + 1 : i + 5].min(initial=0.0) < db[i] - 10)


def _between(hz: Floats, db: Floats, i: int) -> float:
    """The frequency of a peak by a parabola through three bins."""
    left, middle, right = db[i - 1 : i + 2]
    return float(hz[i] + 0.5 * (left - right) / (left - 2 * middle + right) * (hz[1] - hz[0]))


def _surroundings(db: Floats, hz: Floats, window_s: float) -> Floats:
    """The running median, over 10 % of the frequency or 31 bins, octave by octave."""
    from scipy.ndimage import median_filter

    around = db.copy()
    low = 0.0
    for high in (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0, np.inf):
        width = max(31, int(0.1 * max(low, 62.5) * window_s) | 1)
        first, last = np.searchsorted(hz, (low, high))
        left, right = max(0, first - width), min(hz.size, last + width)
        if last > first:
            around[first:last] = median_filter(db[left:right], width, mode="nearest")[first - left : last - left]
        low = high
    return around
