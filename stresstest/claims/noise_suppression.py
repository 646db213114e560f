# SPDX-License-Identifier: Apache-2.0
"""Measures noise suppression: the most that it attenuates, how fast its gain rises, and its delay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.claims._transfer import lag_samples
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

RATE_HZ = 16000
KNOWN_S = 3
"""Steady noise of this length is known to any suppressor."""

HOP_MS = 10
TONE_HZ, TONE = 1000.0, 0.5
HEARD = 0.03
"""A gain closer to 1 than this is taken for 1: the noise moves it by a third of that."""


class NoiseSuppression(Instrument):
    """Steady noise that falls by 30 dB, which leaves nothing but the floor; and a loud tone that begins in it."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        known = KNOWN_S * RATE_HZ
        noise = 0.01 * rng_for(0, "claims", "noise suppression").standard_normal(known + RATE_HZ)
        fallen = noise.copy()
        fallen[known:] *= 10 ** (-30 / 20)
        after = slice(known + RATE_HZ // 10, known + RATE_HZ // 5)
        loss = rms_dbov(fallen[after]) - rms_dbov(_applied(kind, fallen)[after])
        what = "attenuation of noise far below what it was"
        settled = 0.3 + kind.max_attenuation_db * np.exp(-100 / max(kind.smoothing_ms, 1))
        yield Claim(("max_attenuation_db",), what, kind.max_attenuation_db, loss, float(settled), "dB")
        tone = TONE * np.sin(2 * np.pi * TONE_HZ / RATE_HZ * np.arange(RATE_HZ))
        gains = _gains(_applied(kind, noise + np.append(np.zeros(known), tone))[known:])
        tolerance = 2 + 0.1 * kind.smoothing_ms
        what = "time constant of the gain when a tone begins"
        yield Claim(("smoothing_ms",), what, kind.smoothing_ms, _time_constant_ms(gains), tolerance, "ms")
        speech = Waveform(np.concatenate([noise[:known], tone]).astype(np.float32), RATE_HZ)
        lag = lag_samples(kind, RATE_HZ, wave=speech)
        yield Claim(("smoothing_ms",), "delay by cross-correlation", 0.0, lag, 0.5, "samples")


def _applied(kind: Any, samples: NDArray[np.float64]) -> NDArray[np.float64]:
    wave = Waveform(samples.astype(np.float32), RATE_HZ)
    return np.asarray(kind.apply(wave, rng_for(0, "claims", "noise suppression applied")).samples, np.float64)


def _gains(tone: NDArray[np.float64]) -> NDArray[np.float64]:
    """The amplitude gain of the tone in the middle of each hop, from the second on, by its Fourier sum."""
    size = RATE_HZ * HOP_MS // 1000
    turned = tone * np.exp(-2j * np.pi * TONE_HZ / RATE_HZ * np.arange(tone.size))
    return np.asarray(np.abs(turned.reshape(-1, size).mean(axis=1))[1:] * 2 / TONE)


def _time_constant_ms(gains: NDArray[np.float64]) -> float:
    """Of the gain, one value a hop, that tends to 1: the slope of the logarithm of what it lacks, above the noise."""
    missing = 1 - gains
    count = int(np.argmax(missing < HEARD))
    if count < 2:
        return 0.0
    slope = np.polyfit(np.arange(count), np.log(missing[:count]), 1)[0]
    return float(-HOP_MS / slope) if slope < 0 else float("nan")
