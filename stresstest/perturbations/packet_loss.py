# SPDX-License-Identifier: Apache-2.0
"""Packets lost in bursts on the way, and what the receiver plays in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.perturbations._packets import check_concealment, check_loss, gilbert_elliott, packet_frames, received
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class PacketLoss(Effect):
    """Loss by the Gilbert–Elliott model: a good and a bad state, each of which loses packets by chance.

    With all lost in the bad state and none in the good one, as by default, this is the Gilbert model, and a stay in
    the bad state a run of lost packets; r = 1 / mean_burst (bad to good) and p = r × loss / (1 − loss) (good to bad).

    loss_percent: the mean share of packets lost. mean_burst: the mean stay in the bad state, in packets. packet_ms:
    the length of a packet. concealment: what plays in the place of a lost packet; `zero`: silence, `repeat`: the last
    that arrived (silence before the first), `g711_plc`: pitch periods that fade out in 60 ms (ITU-T G.711 Appendix I).
    bad_loss_percent: the share lost in the bad state. good_loss_percent: the share lost in the good state.
    """

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    loss_percent: float
    mean_burst: float = 1.0
    packet_ms: float = 20.0
    concealment: str = "repeat"
    bad_loss_percent: float = 100.0
    good_loss_percent: float = 0.0

    def __post_init__(self) -> None:
        check_number("loss_percent", self.loss_percent, 0, 90, "% of the packets")
        check_number("mean_burst", self.mean_burst, 1, 100, "packets")
        check_number("packet_ms", self.packet_ms, 1, 200, "ms")
        check_number("bad_loss_percent", self.bad_loss_percent, 10, 100, "% of the packets")
        check_number("good_loss_percent", self.good_loss_percent, 0, 9, "% of the packets")
        check_concealment(self.concealment)
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
