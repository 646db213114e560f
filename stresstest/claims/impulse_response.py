# SPDX-License-Identifier: Apache-2.0
"""Measures whether a room is the response that its file holds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soundfile
from numpy.typing import NDArray

from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.impulse_response import ImpulseResponse as Kind
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]
FINER = 8
LIKE = 0.01


class ImpulseResponse(Instrument):
    """Likeness of the response and what the file's channels hold, and the strength of its direct sound."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From the response at the file's own rate."""
        recorded, rate_hz = soundfile.read(kind.file, dtype="float64", always_2d=True)
        room = kind.response(rate_hz, rng_for(0, "claims", "impulse_response"))
        if kind.combine == "delay_and_sum":
            wanted = _in_line(room.samples, recorded.T)
            likeness = _likeness(_finer(room.samples), wanted)
        else:
            wanted = recorded.mean(axis=1) if kind.combine else recorded[:, kind.channel or 0]
            likeness = _likeness(room.samples, wanted)
        yield Claim(("file", "channel", "combine"), "likeness with the file", 1.0, likeness, LIKE)
        yield Claim(("file",), "the direct sound", 1.0, float(room.samples[room.direct]), 0.01)


def _correlation(one: Float64s, other: Float64s) -> Float64s:
    """At each lag, by Fourier transform; 1 or -1 for the same signal at another gain."""
    size = one.size + other.size
    product = np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))
    strength = np.sqrt(np.square(one).sum() * np.square(other).sum())
    correlation: Float64s = np.fft.irfft(product, size) / strength
    return correlation


def _likeness(one: Float64s, other: Float64s) -> float:
    return float(np.abs(_correlation(one, other)).max())


def _finer(samples: Float64s) -> Float64s:
    """Band-limited to a finer grid of time."""
    padded = np.pad(samples, (0, samples.size))
    finer: Float64s = np.fft.irfft(np.fft.rfft(padded), padded.size * FINER)
    return finer


def _in_line(combined: Float64s, channels: Float64s) -> Float64s:
    """The mean of the channels, each moved to where it correlates most with what was made of them."""
    target, total = _finer(combined), np.zeros(2 * combined.size * FINER)
    for channel in map(_finer, channels):
        total += np.roll(channel, int(np.abs(_correlation(target, channel)).argmax()))
    return total
