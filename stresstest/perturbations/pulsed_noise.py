# SPDX-License-Identifier: Apache-2.0
"""Bursts of band-limited noise that repeat in a cycle: compressors, pumps, cold heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.spectra import shaped_noise
from stresstest.errors import ParameterError
from stresstest.perturbations._checks import check_numbers, check_rising, check_same_length
from stresstest.perturbations._pulses import Pulse, check_pulses, draw_events, gate
from stresstest.perturbations.base import Sound, Source, check_number
from stresstest.seeds import fork


@dataclass(frozen=True)
class PulsedNoise(Source):
    """Noise of even density from low_hz to high_hz in bursts.

    cycle_hz: cycles a second. onsets: each burst's start as a part of the cycle, the first 0. durations_ms, levels_db:
    of each burst, edges included, and relative. rise_ms: length of a raised-cosine edge. cycle_jitter: largest
    relative change of the cycle's period; bursts stretch with it.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    cycle_hz: float
    onsets: tuple[float, ...]
    durations_ms: tuple[float, ...]
    low_hz: float
    high_hz: float
    levels_db: tuple[float, ...] | None = None
    rise_ms: float = 10.0
    cycle_jitter: float = 0.0

    def __post_init__(self) -> None:
        check_number("cycle_hz", self.cycle_hz, 0.02, 20, "Hz")
        check_numbers("onsets", self.onsets, 0, 1)
        check_rising("onsets", self.onsets)
        check_numbers("durations_ms", self.durations_ms, 5, 20000, "ms")
        check_same_length("durations_ms", self.durations_ms, "onsets", self.onsets)
        if self.levels_db is not None:
            check_numbers("levels_db", self.levels_db, -60, 20, "dB")
            check_same_length("levels_db", self.levels_db, "onsets", self.onsets)
        check_number("low_hz", self.low_hz, 20, 20000, "Hz")
        check_number("high_hz", self.high_hz, 20, 24000, "Hz")
        if self.high_hz < 1.1 * self.low_hz:
            raise ParameterError(
                "high_hz", f"high_hz must be at least 1.1 times low_hz, {self.low_hz:g} Hz; got {self.high_hz:g}"
            )
        check_number("rise_ms", self.rise_ms, 1, 500, "ms")
        check_number("cycle_jitter", self.cycle_jitter, 0, 0.2)
        check_pulses("durations_ms", self.pulses, 1 / self.cycle_hz, self.rise_ms / 1000 / (1 - self.cycle_jitter))

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        """The bursts of a cycle."""
        levels = self.levels_db or (0.0,) * len(self.onsets)
        return tuple(
            Pulse(onset / self.cycle_hz, duration / 1000, db)
            for onset, duration, db in zip(self.onsets, self.durations_ms, levels, strict=True)
        )

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """The bursts at a random phase of the cycle; active during bursts."""
        pulses = self.pulses
        noises, rng = fork(rng, 2)
        events = draw_events(frames, rate_hz, pulses, 1 / self.cycle_hz, rng, self.cycle_jitter)
        envelope, active = gate(frames, events, pulses, round(self.rise_ms * rate_hz / 1000))
        ratio = self.high_hz / self.low_hz  # two bands whose outer edges are low_hz and high_hz
        bands_hz = (self.low_hz * ratio**0.25, self.low_hz * ratio**0.75)
        envelope *= shaped_noise(frames, rate_hz, bands_hz, (0.0, 0.0), noises, per_hz=True)
        return Sound(envelope, active)
