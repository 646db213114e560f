# SPDX-License-Identifier: Apache-2.0
"""Levels in dBov: 0 dBov is an RMS of 1.0, full scale. ITU-T P.56 active speech level, IEC 61672 A-weighting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio.waveform import FloatArray, Waveform
from stresstest.errors import AudioError

SMOOTHING_S = 0.03
HANGOVER_S = 0.2
MARGIN_DB = 15.9
THRESHOLDS = 2.0 ** np.arange(-15, 0)
"""Constants of ITU-T P.56 method B: time constant of the envelope, hangover, margin, thresholds re full scale."""

CHUNK = 2**20
"""Samples that are measured at once."""


@dataclass(frozen=True, slots=True)
class ActiveLevel:
    """Active speech level in dBov and activity factor, the share of time that is active, above 0 and at most 1."""

    dbov: float
    activity: float


def rms_dbov(samples: FloatArray) -> float:
    """RMS level in dBov of samples of shape (frames,); raises AudioError for silence, which has no level."""
    power = _mean_square(samples)
    if not power > 0:
        raise AudioError("The signal is silent throughout, so it has no level in dB; give a signal that sounds.")
    return float(10 * np.log10(power))


def _mean_square(samples: FloatArray) -> float:
    """The mean square, by pairwise summation: a dot product would depend on the number of BLAS threads."""
    sums = [float(np.square(samples[k : k + CHUNK], dtype=np.float64).sum()) for k in range(0, samples.size, CHUNK)]
    return math.fsum(sums) / samples.size


def active_speech_level(wave: Waveform) -> ActiveLevel:
    """Active speech level by ITU-T P.56 method B, with the crossing of the margin interpolated linearly.

    The thresholds are fixed and 6 dB apart, so a gain other than a power of two moves the level by itself only
    nearly: 0.006 dB off in the median of 510 real utterances, 0.9 dB in the worst. Measure after scaling.

    Raises AudioError where no threshold lies 15.9 dB under the level of what exceeds it: silence, clicks, or
    speech below about -74 dBov.
    """
    samples = wave.samples
    counts = _active_counts(samples, wave.rate_hz)
    heard = int((counts > 0).sum())
    above_db = 10 * np.log10(max(_mean_square(samples) * samples.size, 1e-300) / counts[:heard])
    excess_db = above_db - 20 * np.log10(THRESHOLDS[:heard]) - MARGIN_DB
    crossing = int(np.argmax(excess_db <= 0)) if heard else 0
    if crossing == 0:
        raise AudioError(
            f"No active speech in {wave.seconds:.2f} s of audio: its peak is {np.abs(samples).max():.2g} of full "
            "scale, and ITU-T P.56 finds no level from which it stands out. Give speech louder than -70 dBov."
        )
    low, high = excess_db[crossing - 1], excess_db[crossing]
    part = low / (low - high)
    level = float(above_db[crossing - 1] + part * (above_db[crossing] - above_db[crossing - 1]))
    return ActiveLevel(level, float(10 ** ((rms_dbov(samples) - level) / 10)))


def _active_counts(samples: FloatArray, rate_hz: int) -> NDArray[np.int64]:
    """For each threshold the number of samples whose envelope reaches it, or did within the hangover before.

    In chunks whose memory does not grow with the length; what one chunk leaves to the next makes them exact.
    """
    block, width = _decay(rate_hz)[0].size, round(HANGOVER_S * rate_hz) + 1
    chunk = block * max(CHUNK // block, 1)
    last, before, counts = [0.0, 0.0], np.empty(0), np.zeros(THRESHOLDS.size, np.int64)
    for start in range(0, samples.size, chunk):
        envelope = np.abs(samples[start : start + chunk].astype(np.float64))
        for stage in range(2):
            envelope = _smoothed(envelope, rate_hz, last[stage])
            last[stage] = float(envelope[-1])
        joined = np.concatenate((before, envelope))
        held = _held(joined, width)[before.size :]
        counts += [np.count_nonzero(held >= threshold) for threshold in THRESHOLDS]
        before = joined[-(width - 1) :]
    return counts


def _smoothed(values: NDArray[np.float64], rate_hz: int, last: float = 0.0) -> NDArray[np.float64]:
    """y[n] = g · y[n-1] + (1 - g) · values[n] after y = `last`, with g = exp(-1 / (rate · SMOOTHING_S)).

    Running sums over blocks; the values are at least 0, so that nothing cancels and all is exact to rounding.
    scipy.signal does it too, but takes most of a second to import, in every worker.
    """
    decay, g = _decay(rate_hz)
    smooth = np.pad(values, (0, -values.size % decay.size)).reshape(-1, decay.size)
    smooth /= decay
    np.cumsum(smooth, axis=1, out=smooth)
    smooth *= (1 - g) * decay
    smooth[0] += (last * g) * decay
    for before, row in pairwise(smooth):
        row += (before[-1] * g) * decay
    return smooth.ravel()[: values.size]


@lru_cache(maxsize=8)
def _decay(rate_hz: int) -> tuple[NDArray[np.float64], float]:
    """1, g, g² … over five time constants, and g."""
    g = math.exp(-1 / (rate_hz * SMOOTHING_S))
    return np.power(g, np.arange(math.ceil(5 * SMOOTHING_S * rate_hz), dtype=np.float64)), g


def _held(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """At each place the largest of the last `width` values."""
    held, span = values.copy(), 1
    while span < width:
        step = min(span, width - span)
        held[step:] = np.maximum(held[step:], held[:-step])
        span += step
    return held


def a_weighting_db(freq_hz: FloatArray | float) -> NDArray[np.float64]:
    """A-weighting in dB at frequencies in Hz (IEC 61672-1:2013, annex E, analytic), 0 dB at 1 kHz; -inf at 0 Hz."""
    with np.errstate(divide="ignore"):
        return np.asarray(20 * np.log10(_a_gain(np.asarray(freq_hz, np.float64))))


def _a_gain(freq_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    def poles(f2: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = 20.598997**2, 12194.217**2
        return f2**2 * high / ((f2 + low) * (f2 + high) * np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2)))

    return poles(freq_hz**2) / poles(np.array(1e6))


def a_weighted(samples: FloatArray, rate_hz: int) -> NDArray[np.float64]:
    """Samples of shape (frames,) with the analytic A-weighting applied in the frequency domain, at zero phase."""
    size = fft.next_fast_len(samples.size + rate_hz // 10, real=True)
    spectrum = fft.rfft(np.asarray(samples, np.float64), size)
    spectrum *= _a_gain(np.arange(spectrum.size) * (rate_hz / size))
    weighted: NDArray[np.float64] = fft.irfft(spectrum, size)[: samples.size]
    return weighted


def speech_level_dbov(wave: Waveform, weighting: str | None = None) -> float:
    """Active speech level in dBov, A-weighted where `weighting` is "A"; raises AudioError for any other weighting."""
    if weighting not in (None, "A"):
        raise AudioError(f"The weighting of a level is A or none; got {weighting!r}.")
    if weighting == "A":
        wave = wave.with_samples(a_weighted(wave.samples, wave.rate_hz))
    return active_speech_level(wave).dbov
