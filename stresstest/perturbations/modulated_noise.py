# SPDX-License-Identifier: Apache-2.0
"""Noise with the spectrum of a table whose level swings in a cycle: breathing, strokes, rotating gantries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import shaped_noise
from stresstest.errors import ParameterError
from stresstest.perturbations._checks import check_numbers, check_rising, check_same_length
from stresstest.perturbations.base import Sound, Source, check_number
from stresstest.seeds import fork


@dataclass(frozen=True)
class ModulatedNoise(Source):
    """Gaussian noise that is loud for a part of each cycle and `depth_db` softer for the rest, never off.

    bands_hz, levels_db: the spectrum as band levels, see `shaped`. cycle_hz: cycles a second. duty: the loud part of
    the cycle, from the middle of the rise to the middle of the fall. rise_s, fall_s: the slopes, raised cosines in dB;
    both half a cycle at a duty of 0.5 make a sinusoid. cycle_jitter: largest relative change of a cycle's period.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    bands_hz: tuple[float, ...]
    levels_db: tuple[float, ...]
    cycle_hz: float
    depth_db: float
    rise_s: float
    fall_s: float
    duty: float = 0.5
    cycle_jitter: float = 0.0

    def __post_init__(self) -> None:
        check_numbers("bands_hz", self.bands_hz, 10, 24000, "Hz", least=2)
        check_rising("bands_hz", self.bands_hz)
        check_numbers("levels_db", self.levels_db, -200, 200, "dB")
        check_same_length("levels_db", self.levels_db, "bands_hz", self.bands_hz)
        check_number("cycle_hz", self.cycle_hz, 0.02, 20, "Hz")
        check_number("depth_db", self.depth_db, 0.5, 60, "dB")
        check_number("rise_s", self.rise_s, 0.001, 25, "s")
        check_number("fall_s", self.fall_s, 0.001, 25, "s")
        check_number("duty", self.duty, 0.02, 0.98)
        check_number("cycle_jitter", self.cycle_jitter, 0, 0.2)
        room_s = min(self.duty, 1 - self.duty) / self.cycle_hz
        if self.rise_s + self.fall_s > 2 * room_s + 1e-9:
            raise ParameterError(
                "rise_s",
                f"rise_s and fall_s, together {self.rise_s + self.fall_s:g} s, do not fit into the cycle of "
                f"{1 / self.cycle_hz:g} s at a duty of {self.duty:g}; make them at most {2 * room_s:g} s together",
            )

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """The noise at a random phase of its cycle; active throughout."""
        noises, phases, stretches = fork(rng, 3)
        samples = shaped_noise(frames, rate_hz, self.bands_hz, self.levels_db, noises)
        samples *= 10 ** (self._level_db(self._places(frames, rate_hz, phases, stretches)) / 20)
        return Sound(samples, np.ones(frames, bool))

    def _places(
        self, frames: int, rate_hz: int, phases: np.random.Generator, stretches: np.random.Generator
    ) -> NDArray[np.float64]:
        """The place of each sample in its cycle, from 0, the middle of the rise, to 1."""
        begin = phases.random()
        count = int(np.ceil(frames / rate_hz * self.cycle_hz / (1 - self.cycle_jitter))) + 2
        periods = (1 + self.cycle_jitter * stretches.uniform(-1, 1, count)) / self.cycle_hz
        starts = np.concatenate(([0.0], np.cumsum(periods))) - begin * periods[0]
        places: NDArray[np.float64] = np.interp(np.arange(frames) / rate_hz, starts, np.arange(count + 1.0)) % 1
        return places

    def _level_db(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """The level over the place in the cycle: 0 dB while loud, -depth_db while soft."""
        rise, fall = self.rise_s * self.cycle_hz, self.fall_s * self.cycle_hz
        loud = _slope(places / rise) - _slope((places - self.duty) / fall) + _slope((places - 1) / rise)
        return self.depth_db * (loud - 1.0)


def _slope(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """A raised cosine from 0 at -1/2 to 1 at 1/2."""
    return 0.5 + 0.5 * np.sin(np.pi * np.clip(x, -0.5, 0.5))
