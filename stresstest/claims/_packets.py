# SPDX-License-Identifier: Apache-2.0
"""Losses counted in what comes out, and what is heard in the place of a lost packet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.claims.base import Claim
from stresstest.perturbations import Effect
from stresstest.seeds import rng_for

PACKETS = 400_000
RATE_HZ = 16000
TOLERANCE_MS = 2.0
TOLERANCE_DB = 0.5
STANDARD_ERRORS = 4.0
"""A count of random losses is held to its claim within so many standard errors."""
VOICE_HZ = 125

SILENT_AFTER_MS = {"zero": 0.0, "g711_plc": 60.0, "repeat": math.inf}
"""How long each concealment sounds into a gap, per its definition and ITU-T G.711 Appendix I."""

Flags = NDArray[np.bool_]


def heard_losses(kind: Effect, packet_ms: float, seed: str) -> Flags:
    """Which of PACKETS packets come out silent where a constant goes in, at one sample a packet."""
    ones = Waveform(np.ones(PACKETS, np.float32), max(1, round(1000 / packet_ms)))
    lost: Flags = kind.apply(ones, rng_for(0, "claims", seed)).samples == 0
    return lost


def share_claim(lost: Flags, claimed_percent: float, inflation: float, keys: tuple[str, ...]) -> Claim:
    """The share lost; `inflation` is how much larger the variance of the count is than of independent losses."""
    share = claimed_percent / 100
    error = math.sqrt(share * (1 - share) * inflation / lost.size)
    return Claim(
        keys, "share of lost packets", claimed_percent, 100 * float(lost.mean()), STANDARD_ERRORS * 100 * error, "%"
    )


def run_claim(lost: Flags, claimed: float, keys: tuple[str, ...]) -> Claim:
    """The mean length of a run of lost packets, whose SD is at most about its mean."""
    runs = int(np.count_nonzero(lost[1:] & ~lost[:-1])) + int(lost[0])
    measured = float(lost.sum()) / runs if runs else math.nan
    tolerance = STANDARD_ERRORS * claimed / math.sqrt(max(runs, 1))
    return Claim(keys, "mean run of lost packets", claimed, measured, tolerance, "packets")


def packet_claim(certain: Effect, packet_ms: float) -> Claim:
    """The length of a packet, from where sound and silence meet when half of the packets are lost at random."""
    heard = certain.apply(Waveform(np.ones(40 * RATE_HZ, np.float32), RATE_HZ), rng_for(0, "claims", "length")).samples
    edges = np.flatnonzero(np.diff(heard)) + 1
    measured_ms = int(np.gcd.reduce(edges)) / RATE_HZ * 1000 if edges.size else math.nan
    return Claim(("packet_ms",), "length of a packet", packet_ms, measured_ms, 1000 / RATE_HZ, "ms")


def concealment_claims(silenced: Effect, concealed: Effect, name: str) -> Iterator[Claim]:
    """How long a concealment sounds into a gap of 200 ms or more, and how it fades.

    `silenced` and `concealed` lose the same packets in long runs; the first plays silence.
    """
    voice = _voice(40.0)
    heard = concealed.apply(voice, rng_for(0, "claims", "gap")).samples
    gap = _long_gap(silenced.apply(Waveform(np.ones_like(voice.samples), RATE_HZ), rng_for(0, "claims", "gap")))
    yield _sounding_claim(heard, gap, name)
    if name == "g711_plc":
        yield _fading_claim(heard, gap)


def _sounding_claim(heard: NDArray[np.float32], gap: slice, name: str) -> Claim:
    sounding = np.flatnonzero(heard[gap])
    measured_ms = (int(sounding[-1]) + 1 if sounding.size else 0) / RATE_HZ * 1000
    claimed_ms = min(SILENT_AFTER_MS[name], (gap.stop - gap.start) / RATE_HZ * 1000)
    if gap.stop == gap.start:
        measured_ms = math.nan
    return Claim(("concealment",), "sound into a long gap", claimed_ms, measured_ms, TOLERANCE_MS, "ms")


def _fading_claim(heard: NDArray[np.float32], gap: slice) -> Claim:
    """A pitch period 20 ms into the gap against one before it, when a gain falls from 0.8 by 0.2 in 10 ms."""
    period, first = RATE_HZ // VOICE_HZ, gap.start + RATE_HZ // 50
    before, during = (heard[a : a + period].astype(np.float64) for a in (gap.start - 2 * period, first))
    gains = np.linspace(0.8, 0.64, 100)
    claimed_db = 10 * math.log10(float(np.mean(gains**2)))
    measured_db = 10 * math.log10(max(float(np.mean(during**2)), 1e-20) / max(float(np.mean(before**2)), 1e-20))
    return Claim(("concealment",), "level 20 to 28 ms into a gap", claimed_db, measured_db, TOLERANCE_DB, "dB")


def _voice(seconds: float) -> Waveform:
    """A steady buzz of VOICE_HZ."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    total: Any = sum(np.cos(2 * np.pi * VOICE_HZ * k * time + k * k) / k for k in range(1, 20))
    return Waveform((0.05 * total).astype(np.float32), RATE_HZ)


def _long_gap(silenced: Waveform) -> slice:
    """The first silent stretch of at least 200 ms with as much sound before it; of no length where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0.0], silenced.samples, [0.0])) != 0)).tolist()
    least = RATE_HZ // 5
    for begin, start, stop in zip(edges[::2], edges[1::2], edges[2::2], strict=False):
        if start - begin >= least and stop - start >= least:
            return slice(start, stop)
    return slice(least, least)
