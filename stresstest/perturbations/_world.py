# SPDX-License-Identifier: Apache-2.0
"""Speech into the parameters of the vocoder WORLD and back (Morise, Yokomori and Ozawa 2016), by pyworld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError

Float64s = NDArray[np.float64]

FRAME_S = 0.005
FLOOR_HZ, CEILING_HZ, LOWEST_HZ = 71.0, 600.0, 50.0
QUARTILES = 0.75, 1.5
"""Where F0 is looked for: first in the whole range, then from 0.75 of the lower quartile of what was found to 1.5 of
the upper one (De Looze and Hirst 2008), which prevents octave errors. DIO with StoneMask, twenty times faster than
Harvest."""

LEAST_RATE_HZ = 16000
"""WORLD's aperiodicity looks at 4 to 7.9 kHz to tell voiced from unvoiced, so lower rates are analyzed at this one."""

CORRELATED_S = 0.03
MOST_NOISE = 0.5
"""The stretch of a voice that is compared with itself a period later, and the largest share of noise found so."""

PIECE_S = 20.0
"""Longer speech goes through in pieces, so that memory does not grow with its length: WORLD takes 2 MB a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """WORLD's parameters, a row a frame of FRAME_S: F0 in Hz (frames,), 0 where unvoiced; the power envelope
    (frames, bins) and the aperiodic share of amplitude (frames, bins) on an even grid up to half the rate."""

    f0_hz: Float64s
    envelope: Float64s
    aperiodicity: Float64s
    rate_hz: int

    @property
    def bins_hz(self) -> Float64s:
        """The frequencies of the bins."""
        return np.linspace(0, self.rate_hz / 2, self.envelope.shape[1])


def analyzed(wave: Waveform) -> Voice:
    """The parameters of a signal, read-only. The last few are kept: a study asks for several voices in a row.

    Raises MissingExtraError without pyworld.
    """
    return _analyzed(wave.samples.tobytes(), wave.rate_hz)


@lru_cache(maxsize=4)
def _analyzed(content: bytes, rate_hz: int) -> Voice:
    try:
        import pyworld
    except ImportError as error:
        raise MissingExtraError("The kind 'world' of a voice", "pyworld-prebuilt", "voice") from error
    samples = np.frombuffer(content, np.float32).astype(np.float64)
    if rate_hz < LEAST_RATE_HZ:
        samples = _resampled(samples, rate_hz, LEAST_RATE_HZ)
    rate = max(rate_hz, LEAST_RATE_HZ)
    size = pyworld.get_cheaptrick_fft_size(rate, FLOOR_HZ)
    coarse, times = _coarse_f0(samples, rate)
    f0_hz = pyworld.stonemask(samples, coarse, times, rate)
    envelope = pyworld.cheaptrick(samples, f0_hz, times, rate, f0_floor=FLOOR_HZ, fft_size=size)
    aperiodicity = pyworld.d4c(samples, f0_hz, times, rate, fft_size=size)
    for values in (f0_hz, envelope, aperiodicity):
        values.flags.writeable = False
    return Voice(f0_hz, envelope, aperiodicity, rate)


def _coarse_f0(samples: Float64s, rate_hz: int) -> tuple[Float64s, Float64s]:
    """F0 and the times of the frames."""
    import pyworld

    def found(low_hz: float, high_hz: float) -> tuple[Float64s, Float64s]:
        f0, times = pyworld.dio(samples, rate_hz, f0_floor=low_hz, f0_ceil=high_hz, frame_period=FRAME_S * 1000)
        return f0, times

    f0_hz, times = found(FLOOR_HZ, CEILING_HZ)
    if not (f0_hz > 0).any():
        return f0_hz, times
    low_hz, high_hz = QUARTILES * np.quantile(f0_hz[f0_hz > 0], (0.25, 0.75))
    return found(max(low_hz, LOWEST_HZ), high_hz)


def synthesized(voice: Voice, rate_factor: float) -> Float64s:
    """Samples at the voice's rate, `rate_factor` times faster; the same bytes at every call."""
    import pyworld

    f0_hz, envelope, aperiodicity = (np.array(x, order="C") for x in (voice.f0_hz, voice.envelope, voice.aperiodicity))
    period_ms = FRAME_S * 1000 / rate_factor
    return np.asarray(pyworld.synthesize(f0_hz, envelope, aperiodicity, voice.rate_hz, period_ms), np.float64)


def noise_share(wave: Waveform) -> Float64s:
    """The share of power in each frame of the unchanged synthesis that is not periodic, 0 where unvoiced, (frames,)."""
    return _noise_share(wave.samples.tobytes(), wave.rate_hz)


@lru_cache(maxsize=4)
def _noise_share(content: bytes, rate_hz: int) -> Float64s:
    """One less the correlation with the next period, which is what is periodic of the power (Boersma 1993)."""
    voice = _analyzed(content, rate_hz)
    width = round(CORRELATED_S * voice.rate_hz)
    voiced = np.flatnonzero(voice.f0_hz > 0)
    lags = np.rint(voice.rate_hz / np.maximum(voice.f0_hz[voiced], LOWEST_HZ)).astype(int)
    longest = round(voice.rate_hz / LOWEST_HZ)
    padded = np.pad(synthesized(voice, 1.0), (width, width + longest))
    starts = np.rint(voiced * FRAME_S * voice.rate_hz).astype(int) + width - (width + lags) // 2
    within = np.arange(width)
    here, later = padded[starts[:, None] + within], padded[(starts + lags)[:, None] + within]
    energy = np.sqrt(np.square(here).sum(axis=1) * np.square(later).sum(axis=1))
    share = np.zeros(voice.f0_hz.size)
    share[voiced] = np.clip(1 - (here * later).sum(axis=1) / np.maximum(energy, 1e-30), 0, MOST_NOISE)
    return share


def at_rate(samples: Float64s, from_hz: int, to_hz: int, frames: int) -> Float64s:
    """`samples` at another rate, cut or padded with zeros to `frames`."""
    if from_hz != to_hz:
        samples = _resampled(samples, from_hz, to_hz)
    return np.pad(samples[:frames], (0, max(frames - samples.size, 0)))


def pieces(wave: Waveform) -> Iterator[Waveform]:
    """The signal in pieces of at most PIECE_S, cut where it is quietest in the second half of a piece."""
    left, most = wave.samples, round(PIECE_S * wave.rate_hz)
    while left.size > most:
        step = round(0.01 * wave.rate_hz)
        later = left[most // 2 : most // 2 + most // 2 // step * step].reshape(-1, step)
        cut = most // 2 + int(np.square(later).sum(axis=1).argmin()) * step + step // 2
        yield wave.with_samples(left[:cut])
        left = left[cut:]
    yield wave.with_samples(left)


def _resampled(samples: Float64s, from_hz: int, to_hz: int) -> Float64s:
    import soxr

    return np.asarray(soxr.resample(samples, from_hz, to_hz, quality="HQ"), np.float64)
