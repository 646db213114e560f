# SPDX-License-Identifier: Apache-2.0
"""Measures clipping by counting: samples that were changed, and the largest that is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

RATE_HZ, SECONDS = 16000, 20


class Clipping(Instrument):
    """Noise with the amplitude distribution of speech (Laplace), of which a fifth is digital silence."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        samples = rng_for(0, "claims", "clipping").laplace(size=SECONDS * RATE_HZ)
        samples[: samples.size // 5] = 0
        wave = Waveform(samples.astype(np.float32), RATE_HZ)
        clipped = kind.apply(wave, rng_for(0, "claims", "clipping applied")).samples
        changed, peak = clipped != wave.samples, float(np.abs(clipped).max())
        if kind.clipped_percent is not None:
            share = float(100 * changed.sum() / np.count_nonzero(wave.samples))
            tolerance = max(0.01 * kind.clipped_percent, 0.001)
            yield Claim(
                ("clipped_percent",), "share of the samples changed", kind.clipped_percent, share, tolerance, "%"
            )
            flat = float(100 * np.count_nonzero(changed & (np.abs(clipped) != peak)) / clipped.size)
            yield Claim(("clipped_percent",), "share changed to less than the threshold", 0.0, flat, 0.0, "%")
        else:
            level = 20 * np.log10(peak)
            yield Claim(("threshold_dbov",), "largest sample", kind.threshold_dbov, float(level), 0.1, "dBov")
            softer = np.abs(wave.samples) < 10 ** ((kind.threshold_dbov - 0.1) / 20)
            count = float(np.count_nonzero(changed & softer))
            yield Claim(("threshold_dbov",), "samples changed below the threshold", 0.0, count, 0.0, "samples")
