# SPDX-License-Identifier: Apache-2.0
"""The band levels of a long rendering beside those of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from stresstest.claims.base import Claim

TOLERANCE_DB = 1.0
FLOOR_DB = -60.0
"""Bands weaker than this against all bands together count as this weak."""

RATES_HZ = (16000, 48000)
SHORTEST_S, LONGEST_S = 10.0, 60.0
ENOUGH = 600.0
"""Bandwidth times duration that is asked for: a band level is then known to 0.2 dB."""

Float64s = NDArray[np.float64]


def rendering_of(bands_hz: Sequence[float]) -> tuple[int, int]:
    """Frames and sample rate with which the levels of these bands can be measured."""
    edges = band_edges_hz(bands_hz)
    rate_hz = RATES_HZ[0] if edges[-1] <= RATES_HZ[0] / 2 else RATES_HZ[1]
    seconds = min(max(ENOUGH / float(np.diff(edges).min()), SHORTEST_S), LONGEST_S)
    return round(seconds * rate_hz), rate_hz


def band_edges_hz(bands_hz: Sequence[float]) -> Float64s:
    """One edge more than there are bands: the geometric means of neighbors, and the outer ones mirrored."""
    octaves = np.log2(np.asarray(bands_hz, np.float64))
    middle = (octaves[1:] + octaves[:-1]) / 2
    edges: Float64s = 2 ** np.concatenate(([2 * octaves[0] - middle[0]], middle, [2 * octaves[-1] - middle[-1]]))
    return edges


def band_claims(
    samples: Float64s,
    rate_hz: int,
    bands_hz: Sequence[float],
    levels_db: Sequence[float],
    per_hz: bool = False,
    keys: tuple[str, ...] = ("bands_hz", "levels_db"),
) -> Iterator[Claim]:
    """A claim for each band below half the rate: its level re all bands together, within 1 dB.

    With `per_hz` the table holds densities, and each band's level is that times its width.
    """
    edges = band_edges_hz(bands_hz)
    claimed = np.asarray(levels_db, np.float64) + (10 * np.log10(np.diff(edges)) if per_hz else 0)
    heard = edges[1:] <= rate_hz / 2
    measured = band_levels_db(samples, rate_hz, edges)
    pairs = zip(np.asarray(bands_hz)[heard], _shape(claimed[heard]), _shape(measured[heard]), strict=True)
    for band_hz, table_db, found_db in pairs:
        what = f"level of the band at {band_hz:g} Hz re all bands"
        yield Claim(keys, what, float(table_db), float(found_db), TOLERANCE_DB, "dB")


def band_levels_db(samples: Float64s, rate_hz: int, edges_hz: Float64s) -> Float64s:
    """The levels between the edges, by Welch's method with windows of one second, a bin split at an edge."""
    from scipy import signal

    frequencies, density = signal.welch(samples, rate_hz, nperseg=min(rate_hz, samples.size))
    step = frequencies[1]
    low, high = edges_hz[:-1, None], edges_hz[1:, None]
    widths = np.clip(np.minimum(frequencies + step / 2, high) - np.maximum(frequencies - step / 2, low), 0, None)
    levels: Float64s = 10 * np.log10(np.maximum(widths @ density, 1e-30))
    return levels


def _shape(levels_db: Float64s) -> Float64s:
    total_db = 10 * np.log10(np.sum(10 ** (levels_db / 10)))
    shape: Float64s = np.maximum(levels_db - total_db, FLOOR_DB)
    return shape
