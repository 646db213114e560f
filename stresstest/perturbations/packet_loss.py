# SPDX-License-Identifier: Apache-2.0
"""Packets lost in bursts on the way, and what the receiver plays in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.perturbations._packets import check_loss, check_packets, gilbert_elliott, packet_frames, received
from stresstest.perturbations.base import Effect


@dataclass(frozen=True)
class PacketLoss(Effect):
    """Loss by the Gilbert–Elliott model: a good and a bad state, each of which loses packets of `packet_ms` by chance.

    `loss_percent` is the mean share lost and `mean_burst` the mean stay in the bad state, in packets. That state loses
    `bad_loss_percent` of its packets, the good one `good_loss_percent`. As they are by default, all and none, this
    is the Gilbert model and `mean_burst` the mean length of a run of lost packets, with the transition probabilities
    r = 1 / mean_burst (bad to good) and p = r × loss / (1 − loss) (good to bad).
    `concealment` plays silence (`zero`), the last packet that arrived (`repeat`; silence before the first), or
    pitch periods that fade out in 60 ms (`g711_plc`, ITU-T G.711 Appendix I).
    """

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    loss_percent: float
    mean_burst: float = 1.0
    packet_ms: float = 20.0
    concealment: str = "repeat"
    bad_loss_percent: float = 100.0
    good_loss_percent: float = 0.0

    def __post_init__(self) -> None:
        check_packets(self.packet_ms, self.concealment)
        check_loss(self.loss_percent, self.mean_burst, self.bad_loss_percent, self.good_loss_percent)

    def lost(self, packets: int, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Which of `packets` packets are lost, bool of shape (packets,); the chain starts in its stationary state."""
        return gilbert_elliott(
            packets, rng, self.loss_percent, self.mean_burst, self.bad_loss_percent, self.good_loss_percent
        )

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The signal as the receiver plays it."""
        size = packet_frames(self.packet_ms, wave.rate_hz)
        lost = self.lost(-(-wave.samples.size // size), rng)
        return received(wave, lost, size, self.concealment)
