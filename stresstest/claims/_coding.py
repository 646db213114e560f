# SPDX-License-Identifier: Apache-2.0
"""What every codec is measured for: its lag, its band and its bits, on a signal that a speech coder can follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from stresstest.audio import Waveform
from stresstest.claims._transfer import lag_samples
from stresstest.claims.base import Claim
from stresstest.perturbations import Effect
from stresstest.perturbations._telephone import Pcm
from stresstest.seeds import rng_for

RATES_HZ = (8000, 16000, 48000)
LAG_TOLERANCE_MS = 0.1
"""Less than a sample at 8 kHz. Opus changes its inner rate with the bit rate and its lag by 0.06 ms with it."""
RATE_TOLERANCE = 0.05
EDGE_DB = 20.0
BAND_TOLERANCE = 0.15
"""Codecs stop short of half their rate: mobile ones at 3.6 to 3.8 kHz."""

FORMANTS_HZ = ((500, 700, 300), (1500, 1100, 2200), (2500, 2400, 2900), (3500, 3500, 3500))
"""Of three vowels, about; one row a formant."""


@lru_cache(maxsize=8)
def speech_like(rate_hz: int, seconds: float = 2.0) -> Waveform:
    """A gliding pulse train through four formants that move from vowel to vowel, with breath and syllables.

    At about -26 dBov and below 4 kHz. Never quite silent: on digital silence FFmpeg's AAC encoder saves bits and
    overspends them afterwards.
    """
    from scipy.signal import resample_poly

    time = np.arange(round(seconds * 8000)) / 8000
    turns = 110 * time + 15 / (2 * np.pi * 0.7) * np.sin(2 * np.pi * 0.7 * time)
    f0 = np.gradient(turns, time)
    vowel = np.clip(time * 4 % 3, 0, 2.99)
    breath = rng_for(0, "claims", "breath").standard_normal(time.size)
    total = np.zeros(time.size)
    for k in range(1, 45):
        level = sum(
            1 / (1 + ((k * f0 - np.interp(vowel, [0, 1, 2], centers)) / 80) ** 2) / (row + 1)
            for row, centers in enumerate(FORMANTS_HZ)
        )
        total += np.where(k * f0 < 3400, level, 0) * np.cos(2 * np.pi * k * turns)
    syllables = 0.03 + np.maximum(np.sin(2 * np.pi * 3 * time), 0) ** 0.5
    total = (total + 0.02 * total.std() * breath) * syllables
    wide = resample_poly(total * 0.05 / total.std(), rate_hz // 8000, 1)
    return Waveform(wide.astype(np.float32), rate_hz)


def lag_claims(kind: Effect, keys: tuple[str, ...]) -> Iterator[Claim]:
    """No lag at any working rate, by cross-correlation."""
    for rate_hz in RATES_HZ:
        lag_ms = lag_samples(kind, rate_hz, wave=speech_like(rate_hz)) / rate_hz * 1000
        yield Claim(keys, f"lag at a rate of {rate_hz} Hz", 0.0, lag_ms, LAG_TOLERANCE_MS, "ms")


def band_claim(kind: Effect, keys: tuple[str, ...], band_hz: float) -> Claim:
    """The frequency at which the spectrum of noise at 48 kHz ends: the highest less than EDGE_DB below its median."""
    from scipy.signal import welch

    noise = 0.05 * rng_for(0, "claims", "band").standard_normal(96000)
    heard = kind.apply(Waveform(noise.astype(np.float32), 48000), rng_for(0, "claims", "band applied")).samples
    hz, density = welch(heard.astype(np.float64), 48000, nperseg=1024)
    middle = np.median(density[(hz > 500) & (hz < 3000)])
    edge_hz = float(hz[np.flatnonzero(density > middle * 10 ** (-EDGE_DB / 10))[-1]])
    return Claim(keys, "upper end of the band", band_hz, edge_hz, BAND_TOLERANCE * band_hz, "Hz")


def bit_rate_claim(keys: tuple[str, ...], kbps: float, octets: float, seconds: float) -> Claim:
    """The bit rate of so many octets in so much time."""
    return Claim(keys, "bit rate", kbps, octets * 8 / seconds / 1000, RATE_TOLERANCE * kbps, "kbit/s")


def file_claim(keys: tuple[str, ...], kbps: float, sent: Callable[[Pcm], bytes]) -> Claim:
    """The bit rate of a codec that makes files: by how much one grows with four more seconds of signal."""
    pcm = speech_like(8000, 6.0).pcm16()
    return bit_rate_claim(keys, kbps, len(sent(pcm)) - len(sent(pcm[:16000])), 4.0)
