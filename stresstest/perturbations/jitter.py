# SPDX-License-Identifier: Apache-2.0
"""Packets that arrive too late to be played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.perturbations._packets import check_concealment, packet_frames, received
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class Jitter(Effect):
    """Packets with a Gaussian delay at a receiver with a fixed buffer: a share of Q(buffer_ms / jitter_ms) is too late.

    jitter_ms: the SD of a packet's delay around the mean delay. buffer_ms: how long after its mean arrival a packet is
    played; one that is later is as good as lost. correlation: of the delays of two packets in a row, so that late ones
    come in bursts. packet_ms: the length of a packet. concealment: what plays in the place of a late packet, `zero`,
    `repeat` or `g711_plc` as for packet_loss. Nothing moves in time: the mean delay is compensated.
    """

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    jitter_ms: float
    buffer_ms: float
    correlation: float = 0.0
    packet_ms: float = 20.0
    concealment: str = "g711_plc"

    def __post_init__(self) -> None:
        check_number("jitter_ms", self.jitter_ms, 0.1, 1000, "ms")
        check_number("buffer_ms", self.buffer_ms, 0, 2000, "ms")
        check_number("correlation", self.correlation, 0, 0.99)
        check_number("packet_ms", self.packet_ms, 1, 200, "ms")
        check_concealment(self.concealment)

    def late(self, packets: int, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Which of `packets` packets miss their turn, bool of shape (packets,)."""
        from scipy.signal import lfilter

        fresh = rng.standard_normal(packets)
        fresh[1:] *= np.sqrt(1 - self.correlation**2)
        delays_ms = self.jitter_ms * lfilter([1.0], [1.0, -self.correlation], fresh)
        late: NDArray[np.bool_] = delays_ms > self.buffer_ms
        return late

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The signal as the receiver plays it."""
        size = packet_frames(self.packet_ms, wave.rate_hz)
        late = self.late(-(-wave.samples.size // size), rng)
        return received(wave, late, size, self.concealment)
