# SPDX-License-Identifier: Apache-2.0
"""When pulses begin and end, read from an envelope by its crossings of a fifth, a half and four fifths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

SHORTEST_WINDOW_S = 0.0007
LOWER, UPPER = 0.2, 0.8
PART_OF_EDGE = 1 - 2 * float(np.arccos(1 - 2 * LOWER)) / np.pi
"""What lies between the crossings of LOWER and UPPER of a raised-cosine edge, as a part of it: 0.41."""


@dataclass(frozen=True, slots=True)
class PulseTiming:
    """A pulse as measured: onset and duration with its edges, length of an edge, all in s, and plateau level in dB.

    The edges are taken for raised cosines: an edge is the time from LOWER to UPPER, over PART_OF_EDGE.
    """

    onset_s: float
    duration_s: float
    edge_s: float
    level_db: float

    @property
    def plateau_s(self) -> tuple[float, float]:
        """Where the pulse has its full level: from the end of its first edge to the start of its last."""
        return self.onset_s + self.edge_s, self.onset_s + self.duration_s - self.edge_s


def rectified(samples: Float64s, rate_hz: int, period_s: float) -> Float64s:
    """The amplitude envelope of a periodic sound: its magnitude, averaged over whole periods of at least 0.7 ms.

    The mean of the magnitude and not of the power: the middle of an edge then stays where it is.
    """
    return moving_mean(np.abs(samples), np.ceil(SHORTEST_WINDOW_S / period_s) * period_s * rate_hz)


def moving_mean(values: Float64s, width: float) -> Float64s:
    """The mean over a centered window of `width` samples, which need not be whole; shorter at the two ends."""
    n = np.arange(values.size, dtype=np.float64)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    low, high = np.maximum(n + 0.5 - width / 2, 0), np.minimum(n + 0.5 + width / 2, values.size)
    places = np.arange(sums.size, dtype=np.float64)
    means: Float64s = (np.interp(high, places, sums) - np.interp(low, places, sums)) / (high - low)
    return means


def pulse_timings(envelope: Float64s, rate_hz: float, floor: float = 0.1) -> list[PulseTiming]:
    """The pulses that lie whole inside an amplitude envelope, see `whole_runs`."""
    return [pulse_timing(envelope, start, stop, rate_hz) for start, stop in whole_runs(envelope, floor)]


def whole_runs(envelope: Float64s, floor: float = 0.1) -> list[tuple[int, int]]:
    """Where an envelope lies above `floor` of its largest value, and somewhere by half more: no ripple of an edge.

    A run cut off by the start or the end of the envelope is left out.
    """
    above = envelope > floor * envelope.max()
    changes = np.flatnonzero(np.diff(above)) + 1
    inner = changes[1:] if above[0] else changes
    runs = [(int(a), int(b)) for a, b in zip(inner[::2], inner[1::2], strict=False)]
    return [(a, b) for a, b in runs if envelope[a:b].max() > 1.5 * floor * envelope.max()]


def pulse_timing(envelope: Float64s, start: int, stop: int, rate_hz: float) -> PulseTiming:
    """The pulse that an amplitude envelope holds from `start` to `stop`; its level is that of its middle fifth."""
    outer = 2 * (stop - start) // 5
    level = float(np.sqrt(np.square(envelope[start + outer : stop - outer + 1]).mean()))
    middle = (start + stop) // 2
    rising = [middle - _distance(envelope[middle::-1], part * level) for part in (LOWER, 0.5, UPPER)]
    falling = [middle + _distance(envelope[middle:], part * level) for part in (LOWER, 0.5, UPPER)]
    edge = ((rising[2] - rising[0]) + (falling[0] - falling[2])) / 2 / PART_OF_EDGE
    onset, end = rising[1] - edge / 2, falling[1] + edge / 2
    return PulseTiming(onset / rate_hz, (end - onset) / rate_hz, edge / rate_hz, 20 * float(np.log10(level)))


def _distance(outward: Float64s, threshold: float) -> float:
    """How many samples outward an envelope falls through a threshold, between samples by a straight line."""
    below = np.flatnonzero(outward < threshold)
    if not below.size or below[0] == 0:
        return float("nan")
    n = int(below[0])
    return n - 1 + float((outward[n - 1] - threshold) / (outward[n - 1] - outward[n]))
