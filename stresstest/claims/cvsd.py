# SPDX-License-Identifier: Apache-2.0
"""Measures CVSD: lag, band, bit rate, and the steepest slope that it can follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.claims._coding import band_claim, bit_rate_claim, lag_claims
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.cvsd import modulated
from stresstest.seeds import rng_for

LARGEST_STEP = 1280
TONE_HZ = 2000


class Cvsd(Instrument):
    """Correlates, looks at the spectrum of noise, counts bits, and overloads the slope with a tone."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        yield from lag_claims(kind, ())
        yield band_claim(kind, (), 4000)
        bits, _ = modulated(np.zeros(64000))
        yield bit_rate_claim((), 64, bits.size / 8, 1)
        yield _slope_claim(kind)


def _slope_claim(kind: Any) -> Claim:
    """A tone far too steep comes out as a leaky sum of the largest steps, up for half a period and down for half.

    The fundamental of such steps is 4/π of the size; the leak, 31/32 a bit, divides it by |1 - 31/32 e^-jω|.
    """
    time = np.arange(8000) / 8000
    tone = Waveform((0.99 * np.sin(2 * np.pi * TONE_HZ * time)).astype(np.float32), 8000)
    heard = kind.apply(tone, rng_for(0, "claims")).samples[2000:6000].astype(np.float64)
    peak = float(np.abs(np.fft.rfft(heard)[TONE_HZ // 2]) * 2 / heard.size * 32768)
    claimed = float(4 / np.pi * LARGEST_STEP / abs(1 - 31 / 32 * np.exp(-2j * np.pi * TONE_HZ / 64000)))
    return Claim((), "height of a 2 kHz tone that overloads the slope", claimed, peak, 0.05 * claimed, "of 32768")
