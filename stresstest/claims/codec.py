# SPDX-License-Identifier: Apache-2.0
"""Measures a codec: lag, band, bit rate, length of a packet, and the frames that its decoder misses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stresstest.audio.files import resample
from stresstest.claims._coding import band_claim, bit_rate_claim, lag_claims, speech_like
from stresstest.claims._packets import PACKETS, run_claim, share_claim
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

SECONDS = 4.0
WHAT = ("codec", "bitrate_kbps")
LOST = b"\x7c"  # AMR's frame type 15, NO_DATA, in the storage format of RFC 4867


@dataclass(frozen=True, slots=True)
class Facts:
    """What a codec is known for. rate_hz: of its samples. packet_ms: of a packet. header: octets a packet that are
    none of the bit rate's. band_hz: where its band ends, from the bit rates given on."""

    rate_hz: int
    packet_ms: float
    band_hz: dict[float, float]
    header: int = 0


FACTS = {
    "g722": Facts(16000, 20, {64: 8000}),
    "amr_nb": Facts(8000, 20, {4.75: 4000}, header=1),
    "g723_1": Facts(8000, 30, {6.3: 4000}),
    "msbc": Facts(16000, 7.5, {60.8: 8000}),
    "opus": Facts(48000, 20, {6: 4000, 12: 8000, 16: 20000}),  # narrow, wide and full band of RFC 6716
    "mp3": Facts(16000, 36, {8: 3000, 16: 5500, 32: 7300}),  # LAME's own limits
    "aac": Facts(16000, 64, {16: 4000, 24: 8000}),
}


class Codec(Instrument):
    """Correlates, looks at the spectrum of noise, weighs the packets, and counts those that the decoder misses."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        facts, whole = FACTS[kind.codec], replace(kind, loss_percent=0.0, mean_burst=1.0)
        yield from lag_claims(whole, WHAT)
        yield band_claim(whole, WHAT, max(hz for kbps, hz in facts.band_hz.items() if kbps <= kind.bitrate_kbps))
        yield from _packet_claims(kind, facts)
        if kind.loss_percent:
            sent = [b""] * PACKETS
            lost = np.array([packet == LOST for packet in kind.received(sent, rng_for(0, "claims", "missed"))])
            memory = 1 - 1 / kind.mean_burst / (1 - kind.loss_percent / 100)
            yield share_claim(lost, kind.loss_percent, (1 + memory) / (1 - memory), ("loss_percent",))
            yield run_claim(lost, kind.mean_burst, ("mean_burst",))


def _packet_claims(kind: Any, facts: Facts) -> Iterator[Claim]:
    """From how much longer a longer signal takes, so that neither start nor end counts."""
    pcm = resample(speech_like(16000, SECONDS + 1), facts.rate_hz).pcm16()
    short, long = kind.sent(pcm[: facts.rate_hz]), kind.sent(pcm)
    number = len(long) - len(short)
    octets = sum(map(len, long)) - sum(map(len, short)) - facts.header * number
    yield bit_rate_claim(("bitrate_kbps",), kind.bitrate_kbps, octets, number * facts.packet_ms / 1000)
    tolerance_ms = facts.packet_ms**2 / (1000 * SECONDS)  # one packet more or less
    yield Claim(("codec",), "length of a packet", facts.packet_ms, 1000 * SECONDS / number, tolerance_ms, "ms")
