# SPDX-License-Identifier: Apache-2.0
"""The noise of a microphone and its preamplifier."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.levels import a_weighting_db
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class SelfNoise(Effect):
    """White Gaussian noise added at `level_dbov`, an RMS re full scale from 0 Hz to half the rate.

    `weighting` is `A` (the level is A-weighted, as data sheets of microphones give it; the default) or `none`. The
    level is the expected one: the noise is drawn, not normalized.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")

    level_dbov: float
    weighting: str = "A"

    def __post_init__(self) -> None:
        check_number("level_dbov", self.level_dbov, -140, 0, "dBov")
        if self.weighting not in ("A", "none"):
            raise ParameterError(
                "weighting", f"unknown weighting {self.weighting!r}; {allowed(self.weighting, ('A', 'none'))}"
            )

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The signal with the noise added."""
        gain_db = self.level_dbov - (_white_dba(wave.rate_hz) if self.weighting == "A" else 0.0)
        noise = rng.standard_normal(wave.samples.size) * 10 ** (gain_db / 20)
        return wave.with_samples(wave.samples + noise)


@lru_cache(maxsize=16)
def _white_dba(rate_hz: int) -> float:
    """A-weighted level in dB of white noise of unit RMS."""
    frequencies = (np.arange(65536) + 0.5) / 65536 * rate_hz / 2
    return float(10 * np.log10(np.mean(10 ** (a_weighting_db(frequencies) / 10))))
