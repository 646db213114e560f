# SPDX-License-Identifier: Apache-2.0
"""Packets that arrive too late to be played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.perturbations._packets import check_packets, packet_frames, received
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class Jitter(Effect):
    """Each packet of `packet_ms` is delayed by a Gaussian time of SD `jitter_ms` around the mean delay.

    The receiver plays each packet `buffer_ms` after its mean arrival, so a packet later than that is as good as lost,
    and `concealment` (see packet_loss) plays in its place; a share of Q(buffer_ms / jitter_ms) is late. The delays
    of two packets in a row have the correlation `correlation`, so that late ones come in bursts. The buffer is fixed:
    nothing moves in time, and the mean delay is compensated.
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
        check_packets(self.packet_ms, self.concealment)

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
