# SPDX-License-Identifier: Apache-2.0
"""What can be changed between WORLD's analysis and its synthesis. Arrays have a row a frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

TILT_FROM_HZ = 1000.0
NEUTRAL_F1_HZ, NEUTRAL_F2_HZ = 500.0, 1500.0
"""The first two formants of the neutral vowel of a 17 cm vocal tract, toward or from which formants are moved."""
F1_ZONE_HZ, F2_ZONE_HZ, HELD_FROM_HZ = (250.0, 800.0), (1100.0, 2200.0), 3000.0
SPECTRAL_FLOOR = 1e-7
"""Of the largest power of the envelope, 70 dB: what is less does not drag a smoothed envelope down."""


def ranged(f0_hz: Float64s, factor: float, shift_st: float) -> Float64s:
    """F0 `shift_st` higher, its distance in semitones from the geometric mean of the voiced frames times `factor`."""
    voiced = f0_hz > 0
    if not voiced.any():
        return f0_hz
    heights = np.log(f0_hz[voiced])
    moved = f0_hz.copy()
    moved[voiced] = np.exp(heights.mean() + factor * (heights - heights.mean()) + shift_st / 12 * np.log(2))
    return moved


def trembling(f0_hz: Float64s, frame_s: float, tremor_hz: float, percent: float, phase: float) -> Float64s:
    """F0 that swings by ± `percent` at `tremor_hz`."""
    time = np.arange(f0_hz.size) * frame_s
    return f0_hz * (1 + percent / 100 * np.sin(2 * np.pi * tremor_hz * time + phase))


def tilted(envelope: Float64s, bins_hz: Float64s, db_per_octave: float) -> Float64s:
    """The power envelope with a slope above 1 kHz and nothing changed below."""
    octaves = np.log2(np.maximum(bins_hz, TILT_FROM_HZ) / TILT_FROM_HZ)
    return np.asarray(envelope * 10 ** (db_per_octave * octaves / 10))


def formant_map(f1_factor: float, space_factor: float, nyquist_hz: float) -> tuple[Float64s, Float64s]:
    """Frequencies of an envelope before and after formants are moved; between them the map is linear.

    Distances from 500 Hz (up to 800 Hz) and from 1500 Hz (1.1 to 2.2 kHz) are multiplied by `space_factor`, and what
    then lies in the zone of F1 by `f1_factor`; from 3 kHz up nothing moves.
    """
    f1_zone, f2_zone = np.array(F1_ZONE_HZ), np.array(F2_ZONE_HZ)
    f1_moved = f1_factor * (NEUTRAL_F1_HZ + space_factor * (f1_zone - NEUTRAL_F1_HZ))
    f2_moved = NEUTRAL_F2_HZ + space_factor * (f2_zone - NEUTRAL_F2_HZ)
    ends = HELD_FROM_HZ, max(nyquist_hz, HELD_FROM_HZ + 1)
    return np.array([0, *f1_zone, *f2_zone, *ends]), np.array([0, *f1_moved, *f2_moved, *ends])


def warped(envelope: Float64s, bins_hz: Float64s, f1_factor: float, space_factor: float) -> Float64s:
    """The envelope with its formants moved by `formant_map`, interpolated in dB."""
    before, after = formant_map(f1_factor, space_factor, float(bins_hz[-1]))
    position = np.interp(bins_hz, after, before) / bins_hz[1]
    low = np.minimum(position.astype(int), bins_hz.size - 2)
    heights = np.log(envelope)
    return np.asarray(np.exp(heights[:, low] + (heights[:, low + 1] - heights[:, low]) * (position - low)))


def smoothed(envelope: Float64s, frame_s: float, cutoff_hz: float) -> Float64s:
    """The log envelope low-passed along time by a Gaussian that is 3 dB down at `cutoff_hz`, without delay."""
    from scipy.ndimage import gaussian_filter1d

    sigma = np.sqrt(np.log(2)) / (2 * np.pi * cutoff_hz * frame_s)
    heights = np.log(np.maximum(envelope, SPECTRAL_FLOOR * envelope.max()))
    return np.asarray(np.exp(gaussian_filter1d(heights, sigma, axis=0, mode="nearest")))


def breathier(aperiodicity: Float64s, db: float) -> Float64s:
    """The ratio of noise to periodic power `db` higher at every frequency; their sum stays."""
    share = np.clip(np.square(aperiodicity), 1e-12, 1 - 1e-12)
    ratio = share / (1 - share) * 10 ** (db / 10)
    return np.asarray(np.where(aperiodicity > 1 - 1e-6, aperiodicity, np.sqrt(ratio / (1 + ratio))))
