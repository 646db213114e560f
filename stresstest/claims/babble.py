# SPDX-License-Identifier: Apache-2.0
"""Measures how many talkers a babble has, with talkers that can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stresstest.audio import Waveform
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.babble import Babble as Kind
from stresstest.seeds import rng_for

RATE_HZ = 8000
SECONDS = 8
SPARE = 8
"""The pool has this many talkers more than the babble."""
FIRST_HZ, STEP_HZ, HALF_HZ = 200, 50, 20
HEARD_DB = 20.0


class Babble(Instrument):
    """Each talker of the pool is a tone of its own, in syllables, at a level of its own; tones are counted."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From one rendering, twice as long as the talkers' speech."""
        pool = [_talker(k) for k in range(kind.talkers + SPARE)]
        samples = kind.generate(SECONDS * RATE_HZ, RATE_HZ, rng_for(0, "claims", "babble"), pool).samples
        power = np.square(np.abs(np.fft.rfft(samples)))
        bands = [_band(power, FIRST_HZ + STEP_HZ * k) for k in range(len(pool))]
        levels_db = 10 * np.log10(np.maximum(bands, 1e-20))
        heard = levels_db[levels_db > levels_db.max() - HEARD_DB]
        yield Claim(("talkers",), "talkers heard", kind.talkers, float(heard.size), 0)
        yield Claim(("talkers",), "level between the loudest and the softest", 0, float(np.ptp(heard)), 1.0, "dB")


def _talker(k: int) -> Waveform:
    """A tone in four syllables a second, from -50 to -20 dBov."""
    time = np.arange(SECONDS // 2 * RATE_HZ) / RATE_HZ
    gain = 10 ** (-(20 + 30 * (k * 7 % 11) / 10) / 20)
    tone = gain * np.sin(2 * np.pi * (FIRST_HZ + STEP_HZ * k) * time) * (1 + np.sin(2 * np.pi * 4 * time)) / 2
    return Waveform(tone.astype(np.float32), RATE_HZ)


def _band(power: np.ndarray[tuple[int], np.dtype[np.float64]], center_hz: float) -> float:
    return float(power[round((center_hz - HALF_HZ) * SECONDS) : round((center_hz + HALF_HZ) * SECONDS) + 1].sum())
