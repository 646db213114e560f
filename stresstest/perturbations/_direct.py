# SPDX-License-Identifier: Apache-2.0
"""Where the direct sound of a recorded impulse response is, and channels brought together there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft

FIRST_DB = 10.0
WAVEFRONT_S = 0.0025
"""The direct sound is the largest peak within 2.5 ms of the first sample at most 10 dB under the largest of all: a
reflection that a wall focuses may be stronger than the direct sound, and a sound that creeps in from 20 dB below it is
none. Both occur among measured responses."""

FINER = 16
AROUND = 64

Float64s = NDArray[np.float64]


def direct_of(samples: Float64s, rate_hz: int) -> int:
    """The index of the direct sound in an impulse response of shape (taps,) that is not silent."""
    strength = np.abs(samples)
    onset = int(np.argmax(strength >= strength.max() * 10 ** (-FIRST_DB / 20)))
    return onset + int(strength[onset : onset + round(WAVEFRONT_S * rate_hz) + 1].argmax())


def above_tail_db(samples: Float64s) -> float:
    """The largest peak over the RMS of the last tenth, in dB: large where a response has decayed."""
    tail = samples[-max(samples.size // 10, 1) :]
    return float(20 * np.log10(np.abs(samples).max() / max(np.sqrt(np.square(tail).mean()), 1e-30)))


def delayed_and_summed(channels: Sequence[Float64s], rate_hz: int) -> Float64s:
    """The mean of the channels, each delayed, by parts of a sample too, so that their direct sounds coincide."""
    places = [_between_samples(channel, direct_of(channel, rate_hz)) for channel in channels]
    latest, length = max(places), len(channels[0])
    size = fft.next_fast_len(2 * length, real=True)
    turns = 2j * np.pi * np.arange(size // 2 + 1) / size
    total = sum(
        fft.rfft(channel, size) * np.exp(-turns * (latest - place))
        for channel, place in zip(channels, places, strict=True)
    )
    mean: Float64s = fft.irfft(total, size)[:length] / len(channels)
    return mean


def _between_samples(samples: Float64s, direct: int) -> float:
    """The place of the direct peak to a sixteenth of a sample, by band-limited interpolation around it."""
    padded = np.pad(samples, AROUND)[direct : direct + 2 * AROUND + 1] * np.hanning(2 * AROUND + 1)
    fine = fft.irfft(fft.rfft(padded), padded.size * FINER)
    near = np.abs(fine[(AROUND - 1) * FINER : (AROUND + 1) * FINER + 1])
    return direct - 1 + int(near.argmax()) / FINER
