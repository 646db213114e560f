# SPDX-License-Identifier: Apache-2.0
"""The band that a line or a service lets through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import filtered
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.base import Effect, check_number

SECONDS = 0.05
"""Length of the filter: an edge is about 60 Hz wide."""


@dataclass(frozen=True)
class BandLimit(Effect):
    """Linear-phase band pass without delay: -6 dB at `low_hz` and `high_hz`, more than 50 dB down 60 Hz beyond.

    An edge at 0 Hz, or at half the rate and above, is left open.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")
    linear: ClassVar[bool] = True

    low_hz: float = 0.0
    high_hz: float = 96000.0

    def __post_init__(self) -> None:
        check_number("low_hz", self.low_hz, 0, 96000, "Hz")
        check_number("high_hz", self.high_hz, 1, 96000, "Hz")
        if self.high_hz - self.low_hz < 100:
            raise ParameterError(
                "high_hz", f"high_hz must lie at least 100 Hz above low_hz; got {self.low_hz!r} to {self.high_hz!r}"
            )

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The band-limited signal; chance plays no part. Raises AudioError where the band lies beyond half the rate."""
        if self.low_hz >= wave.rate_hz / 2:
            raise AudioError(f"A band from {self.low_hz:g} Hz holds nothing of a signal at {wave.rate_hz} Hz.")
        taps = _taps(float(self.low_hz), float(self.high_hz), wave.rate_hz)
        return wave if taps is None else filtered(wave, taps)


@lru_cache(maxsize=16)
def _taps(low_hz: float, high_hz: float, rate_hz: int) -> NDArray[np.float64] | None:
    low, high = low_hz, min(high_hz, rate_hz / 2)
    if low == 0 and high == rate_hz / 2:
        return None
    size = 2 * round(SECONDS * rate_hz / 2) + 1
    seconds = (np.arange(size) - size // 2) / rate_hz
    ideal = 2 * high * np.sinc(2 * high * seconds) - 2 * low * np.sinc(2 * low * seconds)
    taps: NDArray[np.float64] = ideal * np.hamming(size)
    open_hz = 0.0 if low == 0 else rate_hz / 2 if high == rate_hz / 2 else (low + high) / 2
    taps /= (taps * np.cos(2 * np.pi * open_hz * seconds)).sum()  # 0 dB there
    taps.flags.writeable = False
    return taps
