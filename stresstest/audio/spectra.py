# SPDX-License-Identifier: Apache-2.0
"""Spectra: band levels of a signal, noise shaped by a table, filters designed from a response curve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from stresstest.audio.waveform import FloatArray, Waveform
from stresstest.errors import AudioError

Float64s = NDArray[np.float64]

FIR_SECONDS = 0.064
"""Length of a designed filter: 15.6 Hz between its independent points, enough for the IRS slope at 200 Hz."""


def fir_from_curve(points: Sequence[Sequence[float]], rate_hz: int) -> Float64s:
    """Linear-phase FIR taps, odd in number, whose magnitude follows `points`, (Hz, dB) pairs of rising frequency.

    Between points the response is interpolated in dB over log f; beyond the first and the last it is held.
    Points above half the rate shape the response up to there. Raises AudioError for points that are no curve.
    """
    return _fir(tuple((float(f), float(db)) for f, db in points), int(rate_hz))


@lru_cache(maxsize=64)
def _fir(points: tuple[tuple[float, float], ...], rate_hz: int) -> Float64s:
    curve = np.array(points)
    if not len(curve) or not np.isfinite(curve).all() or curve[0, 0] <= 0 or (np.diff(curve[:, 0]) <= 0).any():
        raise AudioError(f"A response needs (Hz, dB) points of rising frequency above 0 Hz; got {points}.")
    grid = np.linspace(0, rate_hz / 2, 8193)
    gain_db = np.interp(np.log(np.maximum(grid, 1e-3)), np.log(curve[:, 0]), curve[:, 1])
    taps = signal.firwin2(2 * round(FIR_SECONDS * rate_hz / 2) + 1, grid, 10 ** (gain_db / 20), nfreqs=16385, fs=rate_hz)
    return _read_only(taps)


def filtered(wave: Waveform, taps: FloatArray) -> Waveform:
    """`wave` through symmetric FIR `taps` (odd in number) with no delay and no change of length."""
    if taps.ndim != 1 or taps.size % 2 == 0:
        raise AudioError(f"A filter without delay needs an odd number of taps in one row; got an array of shape {taps.shape}.")
    return wave.with_samples(signal.oaconvolve(wave.samples, taps, mode="full")[taps.size // 2 :][: wave.samples.size])


def _read_only(values: Float64s) -> Float64s:
    values.flags.writeable = False
    return values
