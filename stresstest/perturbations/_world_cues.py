# SPDX-License-Identifier: Apache-2.0
"""What can be changed between WORLD's analysis and its synthesis. Arrays have a row a frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]

TILT_FROM_HZ = 1000.0
NEUTRAL_F1_HZ, NEUTRAL_F2_HZ = 500.0, 1500.0
"""The first two formants of the neutral vowel of a 17 cm vocal tract, toward or from which formants are moved."""
F1_ZONE_HZ, F2_ZONE_HZ, F1_ENDS_HZ, HELD_FROM_HZ = (250.0, 900.0), (1000.0, 2300.0), 1300.0, 3000.0
SPECTRAL_FLOOR = 1e-10
"""Of the largest power of the envelope, 100 dB: digital silence does not drag a smoothed envelope down."""


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
    return np.asarray(f0_hz * (1 + percent / 100 * np.sin(2 * np.pi * tremor_hz * time + phase)))


def tilted(envelope: Float64s, bins_hz: Float64s, db_per_octave: float) -> Float64s:
    """The power envelope with a slope above 1 kHz and nothing changed below."""
    octaves = np.log2(np.maximum(bins_hz, TILT_FROM_HZ) / TILT_FROM_HZ)
    return np.asarray(envelope * 10 ** (db_per_octave * octaves / 10))


def moved_formants(hz: Float64s, f1_factor: float, space_factor: float) -> Float64s:
    """Where frequencies of the envelope go, rising.

    First distances from 500 Hz (250 to 900 Hz) and from 1500 Hz (1000 to 2300 Hz) are multiplied by `space_factor`,
    and what lies between them follows; a factor above 1 undoes its inverse. Then all up to 900 Hz is multiplied by
    `f1_factor`, and what is from there to 1300 Hz follows.
    """
    contraction = min(space_factor, 1 / space_factor)
    centers = np.array([NEUTRAL_F1_HZ] * 2 + [NEUTRAL_F2_HZ] * 2)
    zones = np.array([*F1_ZONE_HZ, *F2_ZONE_HZ])
    wide = np.array([0, *zones, HELD_FROM_HZ])
    narrow = np.array([0, *(centers + contraction * (zones - centers)), HELD_FROM_HZ])
    spaced = np.interp(hz, wide, narrow) if space_factor < 1 else np.interp(hz, narrow, wide)
    raised = np.interp(spaced, [0, F1_ZONE_HZ[1], F1_ENDS_HZ], [0, F1_ZONE_HZ[1] * f1_factor, F1_ENDS_HZ])
    return np.where(spaced < F1_ENDS_HZ, raised, np.where(hz < HELD_FROM_HZ, spaced, hz))


def warped(envelope: Float64s, bins_hz: Float64s, f1_factor: float, space_factor: float) -> Float64s:
    """The envelope with its formants moved by `moved_formants`, interpolated in dB."""
    position = np.interp(bins_hz, moved_formants(bins_hz, f1_factor, space_factor), bins_hz) / bins_hz[1]
    low = np.minimum(position.astype(int), bins_hz.size - 2)
    heights = np.log(envelope)
    return np.asarray(np.exp(heights[:, low] + (heights[:, low + 1] - heights[:, low]) * (position - low)))


def smoothed(envelope: Float64s, frame_s: float, cutoff_hz: float) -> Float64s:
    """The log envelope low-passed along time by a Gaussian that is 3 dB down at `cutoff_hz`, without delay."""
    from scipy.ndimage import gaussian_filter1d

    sigma = np.sqrt(np.log(2)) / (2 * np.pi * cutoff_hz * frame_s)
    heights = np.log(np.maximum(envelope, SPECTRAL_FLOOR * envelope.max()))
    return np.asarray(np.exp(gaussian_filter1d(heights, sigma, axis=0, mode="nearest")))


def breathier(aperiodicity: Float64s, noise_share: Float64s, db: float) -> Float64s:
    """The aperiodic share of amplitude (frames, bins) with noise added, so that all noise is `db` stronger.

    noise_share: of power, what the synthesized voice already has, (frames,); the added noise has the spectral
    envelope of the voice, and the power of both together stays.
    """
    added = noise_share[:, None] * (10 ** (db / 10) - 1)
    return np.asarray(np.sqrt((np.square(aperiodicity) + added) / (1 + added)))
