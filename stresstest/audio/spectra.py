# SPDX-License-Identifier: Apache-2.0
"""Spectra: band levels of a signal, noise shaped by a table, filters designed from a response curve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio.waveform import FloatArray, Waveform
from stresstest.errors import AudioError

Float64s = NDArray[np.float64]

FIR_SECONDS = 0.064
"""Length of a designed filter: 15.6 Hz between its independent points, enough for the IRS slope at 200 Hz."""

GRID_HZ = 0.5
"""Step of the grid on which a shaped noise's gain is kept."""

BATCH = 64
"""How many blocks of a long signal are transformed at once."""


def third_octave_levels(samples: FloatArray, rate_hz: int) -> tuple[Float64s, Float64s]:
    """Mid-band frequencies in Hz and levels in dBov of the third-octave bands from 25 Hz to half the rate.

    Bands are exact (IEC 61260-1, base 10) and wholly below half the rate. A Welch estimate over Hann windows of
    one second; the samples have shape (frames,).
    """
    from scipy import signal

    frequencies, density = signal.welch(np.asarray(samples, np.float64), rate_hz, nperseg=min(samples.size, rate_hz))
    centers = 1000 * 10 ** (np.arange(-16, 14) / 10)
    centers = centers[centers * 10**0.05 <= rate_hz / 2]
    edges = np.append(centers[0] * 10**-0.05, centers * 10**0.05)
    powers = _band_powers(edges, frequencies, density)
    return centers, 10 * np.log10(np.maximum(powers, 1e-30))


def shaped_noise(
    frames: int,
    rate_hz: int,
    bands_hz: Sequence[float],
    levels_db: Sequence[float],
    rng: np.random.Generator,
    per_hz: bool = False,
) -> Float64s:
    """Gaussian noise of unit expected power, shape (frames,), with the spectrum of a table of adjacent bands.

    `bands_hz` are mid-band frequencies, rising; the edge between two bands is their geometric mean. `levels_db` are
    band levels, or with `per_hz` densities. The density is interpolated in dB over log f and corrected until each
    band's expected level is the table's; outside the table nothing is added. The noise is white noise through a
    filter of one second, so that longer noise from the same generator begins like shorter noise. Raises AudioError.
    """
    response, past = _shaping_spectrum(tuple(map(float, bands_hz)), tuple(map(float, levels_db)), int(rate_hz), per_hz)
    size = 2 * (response.size - 1)
    step, noise, white = size - past, np.empty(frames), rng.standard_normal(past, np.float32)
    for start in range(0, frames, step):
        white = np.concatenate((white[-past:], rng.standard_normal(step, np.float32)))
        made = fft.irfft(fft.rfft(white) * response, size, overwrite_x=True)[past:]
        noise[start : start + step] = made[: frames - start]
    return noise


@lru_cache(maxsize=64)
def _shaping(bands_hz: tuple[float, ...], levels_db: tuple[float, ...], rate_hz: int, per_hz: bool) -> Float64s:
    """Linear-phase taps of one second that give white noise of unit power the spectrum of a table and unit power."""
    gain = _gain(bands_hz, levels_db, rate_hz, per_hz)
    half = rate_hz // 2
    taps = np.roll(fft.irfft(gain, 2 * (gain.size - 1)), half)[: 2 * half + 1]
    taps *= np.hanning(taps.size)
    return _read_only(taps / np.sqrt(np.square(taps).sum()))


@lru_cache(maxsize=64)
def _shaping_spectrum(
    bands_hz: tuple[float, ...], levels_db: tuple[float, ...], rate_hz: int, per_hz: bool
) -> tuple[NDArray[np.complex64], int]:
    """The Fourier transform of those taps for blocks of a fixed, even length, and how many samples taps reach back."""
    taps = _shaping(bands_hz, levels_db, rate_hz, per_hz)
    size = _fast_length(3 * taps.size)
    spectrum = np.asarray(fft.rfft(taps, size), np.complex64)
    spectrum.flags.writeable = False
    return spectrum, taps.size - 1


def _gain(bands_hz: tuple[float, ...], levels_db: tuple[float, ...], rate_hz: int, per_hz: bool) -> Float64s:
    """Amplitude gain at 0, GRID_HZ, 2 GRID_HZ … up to half the rate."""
    centers, levels = np.array(bands_hz), np.array(levels_db)
    edges = band_edges(centers)
    if edges[0] >= rate_hz / 2:
        raise AudioError(f"A spectrum that starts at {edges[0]:.0f} Hz has nothing below half of {rate_hz} Hz.")
    widths_db = 10 * np.log10(np.diff(edges))
    target = levels + widths_db if per_hz else levels
    density = target - widths_db
    grid = np.arange(rate_hz / 2 / GRID_HZ + 1) * GRID_HZ
    inside = (grid > edges[0]) & (grid < edges[-1])
    whole = edges[1:] <= rate_hz / 2
    position = np.log(np.maximum(grid, GRID_HZ))
    for _ in range(20):
        power = np.where(inside, 10 ** (np.interp(position, np.log(centers), density) / 10), 0.0)
        error = target - 10 * np.log10(np.maximum(_band_powers(edges, grid, power), 1e-30))
        density[whole] += error[whole]
    return _read_only(np.sqrt(power / power.max()))


def band_edges(centers_hz: Float64s) -> Float64s:
    """The edges of adjacent bands, one more than there are bands; raises AudioError unless the bands rise."""
    if centers_hz.size < 2 or centers_hz[0] <= 0 or (np.diff(centers_hz) <= 0).any():
        raise AudioError(
            f"A spectrum needs at least two bands of rising frequency above 0 Hz; got {centers_hz.tolist()}."
        )
    inner = np.sqrt(centers_hz[1:] * centers_hz[:-1])
    return np.concatenate(([centers_hz[0] ** 2 / inner[0]], inner, [centers_hz[-1] ** 2 / inner[-1]]))


def _band_powers(edges: Float64s, frequencies: Float64s, density: Float64s) -> Float64s:
    """The power between each two edges, from a density on an even grid (bins taken as flat, split at an edge)."""
    step = frequencies[1] - frequencies[0]
    total = np.append(0.0, np.cumsum(density) * step)
    powers: Float64s = np.diff(np.interp(edges, np.append(frequencies - step / 2, frequencies[-1] + step / 2), total))
    return powers


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
    size = 2 * round(FIR_SECONDS * rate_hz / 2) + 1
    bins = np.maximum(np.arange(16385) * (rate_hz / 32768), 1e-3)
    gain = 10 ** (np.interp(np.log(bins), np.log(curve[:, 0]), curve[:, 1]) / 20)
    taps = np.roll(fft.irfft(gain), size // 2)[:size]
    return _read_only(taps * np.hamming(size))


def filtered(wave: Waveform, taps: FloatArray) -> Waveform:
    """`wave` through symmetric FIR `taps` (odd in number) with no delay and no change of length."""
    if taps.ndim != 1 or taps.size % 2 == 0:
        raise AudioError(f"A filter without delay needs an odd number of taps in a row; got an array of {taps.shape}.")
    return convolved(wave, taps, taps.size // 2)


def convolved(wave: Waveform, response: FloatArray, delay: int) -> Waveform:
    """`wave` convolved with `response`, shape (taps,), moved back by `delay` samples, its length unchanged.

    In single precision, 130 dB under the peak, and in blocks whose memory does not grow with the length.
    """
    past, frames = response.size - 1, wave.samples.size
    size = _block(response.size, frames)
    step, spectrum = size - past, fft.rfft(np.asarray(response, np.float32), size)
    rows = -(-frames // step)
    padded = np.zeros(past + rows * step, np.float32)
    begin, sounding = max(past - delay, 0), wave.samples[max(delay - past, 0) :][: padded.size - max(past - delay, 0)]
    padded[begin : begin + sounding.size] = sounding
    blocks, result = np.lib.stride_tricks.sliding_window_view(padded, size)[::step], np.empty(rows * step, np.float32)
    for row in range(0, rows, BATCH):
        made = fft.irfft(fft.rfft(blocks[row : row + BATCH]) * spectrum, size, overwrite_x=True)[:, past:]
        result[row * step : row * step + made.size] = made.ravel()
    return wave.with_samples(result[:frames])


def _block(taps: int, frames: int) -> int:
    """The length of a Fourier transform that filters long signals by blocks, or a short one at once."""
    return min(_fast_length(4 * taps), int(fft.next_fast_len(taps - 1 + frames, real=True)))


def _fast_length(least: int) -> int:
    """The next power of two, or three quarters of it: the lengths that scipy transforms fastest in single precision."""
    power = 1 << max(least - 1, 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= least else power


def _read_only(values: Float64s) -> Float64s:
    values.flags.writeable = False
    return values
