# SPDX-License-Identifier: Apache-2.0
"""The frequency response of a handset, a microphone or a line, given as points."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.spectra import filtered, fir_from_curve
from stresstest.errors import ParameterError
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class Response(Effect):
    """A linear-phase filter without delay through `curve`, (Hz, dB) points of rising frequency.

    The response is interpolated in dB over log f and held beyond the first and the last point.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")
    linear: ClassVar[bool] = True

    curve: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not isinstance(self.curve, tuple) or len(self.curve) < 2:
            raise ParameterError("curve", f"curve needs at least two points [Hz, dB]; got {self.curve!r}")
        for point in self.curve:
            if not isinstance(point, tuple) or len(point) != 2:
                raise ParameterError("curve", f"a point of curve is a pair [Hz, dB]; got {point!r}")
            check_number("curve", point[0], 1, 192000, "Hz")
            check_number("curve", point[1], -120, 60, "dB")
        hz = [float(point[0]) for point in self.curve]
        if any(low >= high for low, high in itertools.pairwise(hz)):
            raise ParameterError("curve", f"the frequencies of curve must rise; got {hz}")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The filtered signal; chance plays no part."""
        return filtered(wave, fir_from_curve(self.curve, wave.rate_hz))
