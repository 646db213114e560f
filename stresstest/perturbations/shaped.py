# SPDX-License-Identifier: Apache-2.0
"""Steady noise with the spectrum of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.spectra import shaped_noise
from stresstest.errors import ParameterError
from stresstest.perturbations._checks import check_numbers, check_rising, check_same_length
from stresstest.perturbations.base import Sound, Source


@dataclass(frozen=True)
class Shaped(Source):
    """Gaussian noise.

    bands_hz: mid-band frequencies of adjacent bands (octaves, third octaves). levels_db: their levels, or with
    per_hz the densities at bands_hz. Nothing sounds outside the table; only its shape counts, not its level.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    bands_hz: tuple[float, ...]
    levels_db: tuple[float, ...]
    per_hz: bool = False

    def __post_init__(self) -> None:
        check_numbers("bands_hz", self.bands_hz, 10, 24000, "Hz", least=2)
        check_rising("bands_hz", self.bands_hz)
        check_numbers("levels_db", self.levels_db, -200, 200, "dB")
        check_same_length("levels_db", self.levels_db, "bands_hz", self.bands_hz)
        if not isinstance(self.per_hz, bool):
            raise ParameterError("per_hz", f"per_hz must be true or false; got {self.per_hz!r}")

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """Noise throughout."""
        samples = shaped_noise(frames, rate_hz, self.bands_hz, self.levels_db, rng, self.per_hz)
        return Sound(samples, np.ones(frames, bool))
