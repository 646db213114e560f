# SPDX-License-Identifier: Apache-2.0
"""What an effect does to steady sines, and how late its output is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio import Waveform
from stresstest.perturbations import Effect
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

SETTLE_S = 0.5
AMPLITUDE = 0.01
"""Of one sine: loud enough for float32, soft enough for thirty of them below full scale."""


def gains_db(effect: Effect, rate_hz: int, frequencies_hz: Sequence[float]) -> Float64s:
    """The gain of a linear effect in dB at each frequency, rounded to whole Hz and below half the rate.

    Sines of all the frequencies at once, whole periods of each in the second that is measured, so that the Fourier
    sum at one frequency holds nothing of the others.
    """
    hz = np.rint(np.asarray(frequencies_hz, np.float64)).astype(int)
    if np.unique(hz).size < hz.size or hz.min() < 1 or hz.max() >= rate_hz / 2:
        raise ValueError(f"different frequencies of whole Hz from 1 to below {rate_hz / 2:g}; got {hz.tolist()}")
    settle = round(SETTLE_S * rate_hz)
    time = np.arange(rate_hz + 2 * settle) / rate_hz
    phases = rng_for(0, "claims", "sines").uniform(0, 2 * np.pi, hz.size)
    total = np.zeros(time.size)
    for frequency, phase in zip(hz, phases, strict=True):
        total += AMPLITUDE * np.sin(2 * np.pi * frequency * time + phase)
    wave = Waveform(total.astype(np.float32), rate_hz)
    changed = effect.apply(wave, rng_for(0, "claims", "sines applied"))
    before, after = (np.abs(fft.rfft(w.samples[settle:-settle].astype(np.float64))[hz]) for w in (wave, changed))
    return np.asarray(20 * np.log10(np.maximum(after, 1e-12) / before))


def lag_samples(effect: Effect, rate_hz: int, seconds: float = 2.0, wave: Waveform | None = None) -> float:
    """How many samples the output is behind the input, by cross-correlation; of noise unless `wave` is given.

    The peak is interpolated by a parabola; only the magnitude counts, so that a change of polarity is no delay.
    """
    if wave is None:
        noise = 0.05 * rng_for(0, "claims", "lag").standard_normal(round(seconds * rate_hz))
        wave = Waveform(noise.astype(np.float32), rate_hz)
    changed = effect.apply(wave, rng_for(0, "claims", "lag applied")).samples
    size = fft.next_fast_len(wave.samples.size + changed.size, real=True)
    spectra = [fft.rfft(samples.astype(np.float64), size) for samples in (changed, wave.samples)]
    correlation = np.abs(fft.irfft(spectra[0] * np.conj(spectra[1]), size))
    peak = int(correlation.argmax())
    left, top, right = correlation[[peak - 1, peak, (peak + 1) % size]]
    bend = left - 2 * top + right
    offset = 0.5 * (left - right) / bend if bend else 0.0
    return float((peak if peak <= size // 2 else peak - size) + offset)
