# SPDX-License-Identifier: Apache-2.0
"""A synthetic room: direct sound and a tail of noise that decays exponentially."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.perturbations.base import Room, RoomResponse, check_number


@dataclass(frozen=True)
class ExponentialRoom(Room):
    """Direct sound, a gap, then Gaussian noise under 10^(-3 t / rt60_s), cut where it has fallen by 60 dB.

    rt60_s: reverberation time. drr_db: energy of the direct sound over that of the tail, met exactly. gap_ms: from
    the direct sound to the tail.
    """

    stages: ClassVar[tuple[str, ...]] = ("room",)

    rt60_s: float
    drr_db: float
    gap_ms: float = 5.0

    def __post_init__(self) -> None:
        check_number("rt60_s", self.rt60_s, 0.05, 10, "s")
        check_number("drr_db", self.drr_db, -30, 40, "dB")
        check_number("gap_ms", self.gap_ms, 0.5, 50, "ms")

    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        """A response whose tail is drawn from `rng`; the direct sound is its first sample."""
        gap, length = max(1, round(self.gap_ms * rate_hz / 1000)), round(self.rt60_s * rate_hz)
        tail = rng.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
        tail *= 10 ** (-self.drr_db / 20) / np.sqrt(np.square(tail).sum())
        samples = np.zeros(gap + length)
        samples[0] = 1.0
        samples[gap:] = tail
        return RoomResponse(samples, 0)
