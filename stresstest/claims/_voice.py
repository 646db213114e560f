# SPDX-License-Identifier: Apache-2.0
"""Synthetic vowels of known pitch and formants, and means of their own to measure what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.perturbations import Effect
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

RATE_HZ = 16000
OPEN, CLOSE = (700.0, 1200.0, 2600.0, 3500.0), (300.0, 2100.0, 2800.0, 3500.0)
"""Formants of a vowel like that of "father" and of one like that of "see", in Hz."""
WIDTHS_HZ = (80.0, 90.0, 120.0, 150.0)
F0_HZ, GLIDE_ST, GLIDE_HZ = 120.0, 2.0, 1.0
EDGE_S = 0.25
"""What is left out at both ends of a measurement."""


@lru_cache(maxsize=16)
def vowel(
    formants_hz: tuple[float, ...] = OPEN,
    seconds: float = 3.0,
    glide_st: float = GLIDE_ST,
    noise_db: float = -40.0,
    swing_db: float = 0.0,
    swing_hz: float = 0.0,
    f0_hz: float = F0_HZ,
    widths_hz: tuple[float, ...] = WIDTHS_HZ,
) -> Waveform:
    """A vowel at F0_HZ whose pitch glides by ± `glide_st` at 1 Hz, and whose level swings by ± `swing_db`.

    Harmonics fall 6 dB an octave before the formants; `noise_db` is white noise through the same formants, against
    the harmonics. RMS -26 dBov.
    """
    from scipy import signal

    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    f0 = f0_hz * 2 ** (glide_st / 12 * np.sin(2 * np.pi * GLIDE_HZ * time))
    phase = 2 * np.pi * np.cumsum(f0) / RATE_HZ
    highest = int(0.45 * RATE_HZ / f0.max())
    one = np.exp(1j * phase)
    turn, voiced = one.copy(), np.zeros(time.size)
    for k in range(1, highest + 1):
        voiced += turn.imag / k
        turn *= one
    noise = rng_for(0, "claims", "vowel").standard_normal(time.size)
    samples = voiced / voiced.std() + noise * 10 ** (noise_db / 20)
    for center, width in zip(formants_hz, widths_hz, strict=True):
        radius = np.exp(-np.pi * width / RATE_HZ)
        samples = signal.lfilter([1.0], [1, -2 * radius * np.cos(2 * np.pi * center / RATE_HZ), radius**2], samples)
    samples *= 10 ** (swing_db / 20 * np.sin(2 * np.pi * swing_hz * time))
    return Waveform((samples * 0.05 / samples.std()).astype(np.float32), RATE_HZ)


@lru_cache(maxsize=64)
def through(effect: Effect, wave: Waveform) -> Float64s:
    """What the effect makes of a vowel; kept, because many cues are measured against the same."""
    return effect.apply(wave, rng_for(0, "claims", "voice")).samples.astype(np.float64)


def inside(samples: Float64s) -> Float64s:
    """Without EDGE_S at both ends."""
    edge = round(EDGE_S * RATE_HZ)
    return samples[edge:-edge]


def pitch_track(samples: Float64s, step_s: float = 0.01, window_s: float = 0.04) -> Float64s:
    """F0 in Hz every `step_s`, by the first high peak of the normalized autocorrelation; the part `inside` only.

    What is above about 1 kHz is averaged out first: it tells little of the pitch of a rough voice.
    """
    low, high = round(RATE_HZ / 400), round(RATE_HZ / 60)
    window, step = round(window_s * RATE_HZ), round(step_s * RATE_HZ)
    part = inside(np.convolve(samples, np.hanning(round(RATE_HZ / 1000)), "same"))
    starts = np.arange(0, part.size - window - high, step)
    frames = part[starts[:, None] + np.arange(window + high)]
    size = 1 << int(np.ceil(np.log2(2 * window + high)))
    cross = np.fft.irfft(np.conj(np.fft.rfft(frames[:, :window], size)) * np.fft.rfft(frames, size))[:, : high + 1]
    power = np.cumsum(np.pad(np.square(frames), ((0, 0), (1, 0))), axis=1)
    later = power[:, window : window + high + 1] - power[:, : high + 1]
    likeness = cross / np.sqrt(later[:, :1] * later)
    return np.array([RATE_HZ / _first_peak(row, low, high) for row in likeness])


def _first_peak(likeness: Float64s, low: int, high: int) -> float:
    """The shortest lag whose peak comes within 10 % of the highest, refined by a parabola."""
    lags = np.arange(low, high)
    peaks = lags[(likeness[lags] >= likeness[lags - 1]) & (likeness[lags] > likeness[lags + 1])]
    if not peaks.size:
        return float("nan")
    lag = int(peaks[np.argmax(likeness[peaks] >= 0.9 * likeness[peaks].max())])
    before, at, after = likeness[lag - 1 : lag + 2]
    return float(lag + (before - after) / (2 * (before - 2 * at + after)))


def semitones(ratio: float) -> float:
    """A ratio of frequencies in semitones."""
    return float(12 * np.log2(ratio))


def glide_of(pitch_hz: Float64s, time_s: Float64s, near_hz: float) -> tuple[float, float, float]:
    """Geometric mean in Hz, swing in semitones and frequency in Hz of a pitch that glides at about `near_hz`.

    The least-squares sine; frequencies within a fifth of `near_hz` are tried.
    """
    heights = 12 * np.log2(pitch_hz)
    fits = [_sine_fit(heights, time_s, hz) for hz in near_hz * np.linspace(0.8, 1.2, 161)]
    best = min(fits, key=lambda fit: fit[0])
    return float(2 ** (best[1] / 12)), best[2], best[3]


def _sine_fit(values: Float64s, time: Float64s, hz: float) -> tuple[float, float, float, float]:
    """Squared error, mean, amplitude and frequency of the best sine at `hz`."""
    columns = np.stack((np.ones(time.size), np.sin(2 * np.pi * hz * time), np.cos(2 * np.pi * hz * time)), axis=1)
    solution, *_ = np.linalg.lstsq(columns, values, rcond=None)
    error = float(np.square(values - columns @ solution).sum())
    return error, float(solution[0]), float(np.hypot(*solution[1:])), hz


def formants_of(samples: Float64s, count: int = 2) -> Sequence[float]:
    """The lowest resonances in Hz, by linear prediction of the whole at 8 kHz after a rise of 6 dB an octave."""
    from scipy import linalg, signal

    narrow = signal.resample_poly(inside(samples), 1, 2)
    rising = narrow[1:] - 0.95 * narrow[:-1]
    correlation = signal.correlate(rising, rising, method="fft")[rising.size - 1 :][:11]
    predictor = np.append(1, -linalg.solve_toeplitz(correlation[:-1], correlation[1:]))
    roots = [r for r in np.roots(predictor) if r.imag > 0 and abs(r) > 0.8]
    return sorted(float(np.angle(r)) * 8000 / 2 / np.pi for r in roots)[:count]


def band_db(samples: Float64s, center_hz: float) -> float:
    """The level of a sixth of an octave around a frequency in dB."""
    part = inside(samples)
    power = np.square(np.abs(np.fft.rfft(part * np.hanning(part.size))))
    frequencies = np.fft.rfftfreq(part.size, 1 / RATE_HZ)
    band = np.abs(np.log2(np.maximum(frequencies, 1) / center_hz)) < 1 / 12
    return float(10 * np.log10(power[band].sum()))


def harmonicity_db(samples: Float64s) -> float:
    """Harmonics-to-noise ratio in dB of a voice of steady pitch: how like it is to itself a period later."""
    part = inside(samples)
    lag = RATE_HZ / float(np.median(pitch_track(samples)))
    spectrum = np.square(np.abs(np.fft.rfft(part, 2 * part.size)))
    angle = 2 * np.pi * np.arange(spectrum.size) / (2 * part.size)
    lags = lag + np.linspace(-1, 1, 41)
    whole = spectrum.sum()
    likeness = max(float((spectrum * np.cos(angle * x)).sum() / whole * part.size / (part.size - x)) for x in lags)
    return float(10 * np.log10(likeness / (1 - likeness)))


def cycles_of(samples: Float64s) -> tuple[Float64s, Float64s]:
    """Times in s and heights of the highest peak in each period, refined by a parabola, of a steady voice."""
    part = inside(samples)
    period = RATE_HZ / float(np.median(pitch_track(samples)))
    at, places, heights = int(np.argmax(part[: round(period)])), [], []
    while at + round(0.25 * period) + 2 < part.size:
        first = max(at - round(0.25 * period), 1)
        at = first + int(np.argmax(part[first : at + round(0.25 * period)]))
        before, top, after = part[at - 1 : at + 2]
        shift = (before - after) / (2 * (before - 2 * top + after))
        places.append((at + shift) / RATE_HZ)
        heights.append(top - (before - after) * shift / 4)
        at += round(period)
    return np.array(places), np.array(heights)


def swing_of(samples: Float64s, hz: float) -> float:
    """By how many dB up and down the level of a steady voice swings at a frequency; an RMS detector of 17 ms."""
    window = np.hanning(round(2 * RATE_HZ / F0_HZ))
    power = np.convolve(np.square(samples), window / window.sum(), "same")
    levels = 10 * np.log10(inside(power))
    whole = int(int(levels.size * hz / RATE_HZ) * RATE_HZ / hz)
    return float(2 * np.abs((levels[:whole] * np.exp(-2j * np.pi * hz * np.arange(whole) / RATE_HZ)).mean()))


def local_percent(values: Float64s) -> float:
    """Mean difference of neighbors in percent of the mean: local jitter of periods, local shimmer of heights."""
    return float(100 * np.abs(np.diff(values)).mean() / values.mean())
