# SPDX-License-Identifier: Apache-2.0
"""Packets lost in bursts on the way, and what the receiver plays in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations.base import Effect, check_number

CONCEALMENTS = ("zero", "repeat")


@dataclass(frozen=True)
class PacketLoss(Effect):
    """Loss by the Gilbert model: a bad state loses every packet of `packet_ms`, a good one none.

    `loss_percent` is the mean share lost and `mean_burst` the mean length of a run of lost packets; they give the
    transition probabilities r = 1 / mean_burst (bad to good) and p = r × loss / (1 − loss) (good to bad).
    `concealment` plays silence (`zero`) or the last packet that arrived (`repeat`; silence before the first).
    """

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    loss_percent: float
    mean_burst: float = 1.0
    packet_ms: float = 20.0
    concealment: str = "repeat"

    def __post_init__(self) -> None:
        check_number("loss_percent", self.loss_percent, 0, 90, "% of the packets")
        check_number("mean_burst", self.mean_burst, 1, 100, "packets")
        check_number("packet_ms", self.packet_ms, 1, 200, "ms")
        if self.concealment not in CONCEALMENTS:
            tail = allowed(self.concealment, CONCEALMENTS)
            raise ParameterError("concealment", f"unknown concealment {self.concealment!r}; {tail}")
        if self._good_to_bad > 1:
            least = self.loss_percent / (100 - self.loss_percent)
            message = (
                f"mean_burst must be at least {least:.3g} at {self.loss_percent:g} % loss; got {self.mean_burst!r}"
            )
            raise ParameterError("mean_burst", message)

    @property
    def _good_to_bad(self) -> float:
        return self.loss_percent / (100 - self.loss_percent) / self.mean_burst

    def lost(self, packets: int, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Which of `packets` packets are lost, bool of shape (packets,); the chain starts in its stationary state."""
        draws = rng.random(packets + 1)
        bad = bool(draws[0] < self.loss_percent / 100)
        states = np.empty(packets, np.bool_)
        for index, draw in enumerate(draws[1:]):
            states[index] = bad
            bad = draw >= 1 / self.mean_burst if bad else draw < self._good_to_bad
        return states

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The signal as the receiver plays it."""
        size = max(1, round(self.packet_ms / 1000 * wave.rate_hz))
        packets = -(-wave.samples.size // size)
        padded = np.pad(wave.samples, (0, packets * size - wave.samples.size)).reshape(packets, size)
        lost = self.lost(packets, rng)
        arrived = np.maximum.accumulate(np.where(lost, -1, np.arange(packets)))
        played = padded[arrived]
        played[lost if self.concealment == "zero" else arrived < 0] = 0
        return wave.with_samples(played.ravel()[: wave.samples.size])
