# SPDX-License-Identifier: Apache-2.0
"""Bands of a recording: their envelopes, the sound near one frequency, and spectra of chosen moments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio import Waveform
from stresstest.fitting.speech import HOP_S

Floats = NDArray[np.float64]
STEPS_HZ = round(1 / HOP_S)
CENTERS_HZ = 1000 * 10 ** (np.arange(-15, 14) / 10)
"""Mid-band frequencies of the third octaves from 31.5 Hz to 20 kHz (IEC 61260-1, base 10)."""
HALF = 10**0.05
"""From the middle of a third octave to its edge."""


class Bands:
    """A recording in the frequency domain, transformed once.

    `centers_hz` are those third octaves that lie below 0.475 of the rate. `steps` counts the steps of HOP_S.
    """

    def __init__(self, wave: Waveform) -> None:
        self.rate_hz = wave.rate_hz
        self.frames = wave.samples.size
        self.steps = int(np.ceil(wave.seconds / HOP_S - 1e-9))
        self.samples = wave.samples.astype(np.float64) - wave.samples.mean(dtype=np.float64)
        self.centers_hz = CENTERS_HZ[0.475 * wave.rate_hz >= CENTERS_HZ * HALF]
        self._seconds = int(fft.next_fast_len(int(np.ceil(wave.seconds)) + 1))

    @cached_property
    def _spectrum(self) -> NDArray[np.complex128]:
        """Bins of 1 / _seconds Hz, so that any whole number of Hz is a whole number of bins."""
        spectrum: NDArray[np.complex128] = fft.rfft(self.samples, self._seconds * self.rate_hz)
        return spectrum

    def near(self, center_hz: float, half_hz: float, rate_hz: int) -> NDArray[np.complex128]:
        """The sound within `half_hz` of `center_hz` moved to 0 Hz, at `rate_hz` from the start of the recording.

        A sinusoid of amplitude a there has the magnitude a. The edges of the band are tapered by a quarter of it.
        """
        middle, half = round(center_hz * self._seconds), round(half_hz * self._seconds)
        offsets = np.arange(-half, half + 1)
        bins = middle + offsets
        inside = (bins > 0) & (bins < self._spectrum.size)
        taper = np.clip((half - np.abs(offsets)) / max(0.25 * half, 1), 0, 1)
        size = self._seconds * rate_hz
        moved = np.zeros(size, np.complex128)
        moved[offsets[inside] % size] = self._spectrum[bins[inside]] * np.sin(0.5 * np.pi * taper[inside])
        shifted = fft.ifft(moved) * (2 * size / (self._seconds * self.rate_hz))
        turn = np.exp(2j * np.pi * (middle / self._seconds - center_hz) / rate_hz * np.arange(size))
        return np.asarray((shifted * turn)[: int(self.frames * rate_hz / self.rate_hz)], np.complex128)

    def power(self, low_hz: float, high_hz: float, without: Sequence[tuple[float, float]] = ()) -> Floats:
        """Mean square from `low_hz` to `high_hz` at every step, in units of full scale, shape (steps,).

        The ranges `without`, in Hz, are left out, and the rest scaled up to the width of the band.
        """
        first, last = (min(round(f * self._seconds), self._spectrum.size) for f in (low_hz, high_hz))
        part = self._spectrum[first:last].copy()
        kept = np.ones(part.size, bool)
        for low, high in without:
            kept[max(0, round(low * self._seconds) - first) : max(0, round(high * self._seconds) - first + 1)] = False
        part[~kept] = 0
        width_hz = int(np.ceil((last - first) / self._seconds * 1.02))
        per_step = max(1, int(np.ceil(width_hz / STEPS_HZ)))
        size = self._seconds * STEPS_HZ * per_step
        sound = fft.ifft(part, size) * (2 * size / (self._seconds * self.rate_hz))
        square = 0.5 * np.square(np.abs(sound)).reshape(-1, per_step).mean(axis=1)[: self.steps]
        share = kept.mean() if part.size else 0.0
        return np.asarray(square / share) if share > 0 else np.zeros(self.steps)

    def third_octaves(self, without: Sequence[tuple[float, float]] = ()) -> Floats:
        """The mean square of each third octave at every step, shape (bands, steps)."""
        return np.array([self.power(f / HALF, f * HALF, without) for f in self.centers_hz])


def averaged(
    samples: Floats, rate_hz: int, window_s: float, wanted: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, int]:
    """Frequencies, mean power and relative spread of the power over windows of `window_s`, and how many windows.

    The power is such that a sinusoid of amplitude a in the middle of a bin gives a²/2. Only windows of which at least
    nine tenths lie in `wanted` steps count; half overlapping.
    """
    size = round(window_s * rate_hz)
    window = _blackman_harris(size)
    total, squares, count = np.zeros(size // 2 + 1), np.zeros(size // 2 + 1), 0
    for start in range(0, samples.size - size + 1, max(1, size // 2)):
        first, last = (round(at / rate_hz * STEPS_HZ) for at in (start, start + size))
        if wanted[first : max(last, first + 1)].mean() >= 0.9:
            power = 2 * np.square(np.abs(fft.rfft(samples[start : start + size] * window)))
            total += power
            squares += np.square(power)
            count += 1
    mean = np.asarray(total / max(count, 1), np.float64)
    spread = np.sqrt(np.maximum(squares / max(count, 1) - mean**2, 0)) / np.maximum(mean, 1e-30)
    hz = np.asarray(np.arange(size // 2 + 1) * (rate_hz / size), np.float64)
    return hz, mean, np.asarray(spread, np.float64), count


def _blackman_harris(size: int) -> Floats:
    """The four-term window (Harris 1978), whose side lobes lie 92 dB down, with unit sum."""
    turns = 2 * np.pi * np.arange(size) / size
    window = 0.35875 - 0.48829 * np.cos(turns) + 0.14128 * np.cos(2 * turns) - 0.01168 * np.cos(3 * turns)
    return np.asarray(window / window.sum())
