# SPDX-License-Identifier: Apache-2.0
"""Measures self-noise: its weighted level in silence, from a spectrum and the printed A-weighting, and its spectrum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

RATE_HZ, SECONDS = 16000, 30
A_WEIGHTING_DB = {
    20: -50.5, 25: -44.7, 31.5: -39.4, 40: -34.6, 50: -30.2, 63: -26.2, 80: -22.5, 100: -19.1, 125: -16.1, 160: -13.4,
    200: -10.9, 250: -8.6, 315: -6.6, 400: -4.8, 500: -3.2, 630: -1.9, 800: -0.8, 1000: 0.0, 1250: 0.6, 1600: 1.0,
    2000: 1.2, 2500: 1.3, 3150: 1.2, 4000: 1.0, 5000: 0.5, 6300: -0.1, 8000: -1.1,
}  # fmt: skip
"""IEC 61672-1:2013, table 3, at nominal frequencies; rounded there to 0.1 dB."""


class SelfNoise(Instrument):
    """Half a minute of silence through the kind, and a Welch spectrum of what comes out."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        from scipy import signal

        silence = Waveform(np.zeros(SECONDS * RATE_HZ, np.float32), RATE_HZ)
        noise = kind.apply(silence, rng_for(0, "claims", "self noise")).samples.astype(np.float64)
        hz, density = signal.welch(noise, RATE_HZ, nperseg=2048)
        nominal = np.log(list(A_WEIGHTING_DB))
        weights_db = np.interp(np.log(np.maximum(hz, 1)), nominal, list(A_WEIGHTING_DB.values()))
        weights = 10 ** (weights_db / 10) if kind.weighting == "A" else np.ones(hz.size)
        level = 10 * np.log10(np.sum(density * weights) * hz[1])
        what = f"level in silence, weighting {kind.weighting}"
        yield Claim(("level_dbov", "weighting"), what, kind.level_dbov, float(level), 0.1, "dBov")
        for low, high in ((100, 1000), (1000, 4000), (4000, 7900)):
            band = float(10 * np.log10(density[(hz >= low) & (hz < high)].mean() / density[(hz >= 100)].mean()))
            yield Claim(("level_dbov",), f"density from {low} to {high} Hz re white noise", 0.0, band, 0.5, "dB")
