# SPDX-License-Identifier: Apache-2.0
"""Measures G.711: lag, band, bit rate, the step near zero that tells the laws apart, and the noise of companding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.claims._coding import RATES_HZ, band_claim, file_claim, lag_claims
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

STEPS = {"mu": 8.0, "a": 16.0}
"""From one decoded value to the next at zero, in 16-bit units (ITU-T G.711, tables 1a and 2a)."""
SNR_DB, SNR_DBOV = 37.0, -25.0
"""Of 8-bit companding, for speech at that level."""


class G711(Instrument):
    """Correlates, looks at spectra, weighs the file and compares decoded values."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        yield from lag_claims(kind, ("law",))
        yield band_claim(kind, ("law",), 4000)
        yield file_claim(("law",), 64, kind.sent)
        slope = Waveform((np.arange(-100, 101) / 32767).astype(np.float32), RATES_HZ[0])
        decoded = np.rint(kind.apply(slope, rng_for(0, "claims")).samples.astype(np.float64) * 32767)
        values = np.unique(decoded)
        step = float(np.diff(values)[np.abs(values[1:]).argmin()])
        yield Claim(("law",), "step of the decoder at zero", STEPS[kind.law], step, 0.0)
        noise = rng_for(0, "claims", "companding").standard_normal(40000) * 10 ** (SNR_DBOV / 20)
        wave = Waveform(noise.astype(np.float32), RATES_HZ[0])
        error = kind.apply(wave, rng_for(0, "claims")).samples - wave.samples
        snr_db = rms_dbov(wave.samples) - rms_dbov(error)
        yield Claim(("law",), f"signal over coding noise at {SNR_DBOV:g} dBov", SNR_DB, snr_db, 1.0, "dB")
