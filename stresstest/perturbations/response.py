# SPDX-License-Identifier: Apache-2.0
"""The frequency response of a handset, a microphone or a line, given as points."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import filtered, fir_from_curve
from stresstest.errors import ParameterError
from stresstest.perturbations.base import Effect, check_number

Curve = tuple[tuple[float, float], ...]

IN_BAND_DB = -40.0
IN_BAND_HZ = 100.0
IN_BAND_OF_RATE = 0.45
"""The band in which a filter is corrected: points at or above this level, from this frequency to this share of the
rate. The filter is too short for deeper or lower points: there it rejects, no more."""

PASSES = 4
MOST_DB = 6.0
"""How often a filter is corrected, and by how much a point of its design may move."""


@dataclass(frozen=True)
class Response(Effect):
    """A linear-phase filter without delay through `curve`, (Hz, dB) points of rising frequency.

    The response is interpolated in dB over log f and held beyond the first and the last point. It passes within
    0.5 dB of every point of -40 dB and above, from 100 Hz to 0.45 of the rate; where the curve lies lower, it is down
    by about 40 dB or more.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")
    linear: ClassVar[bool] = True

    curve: Curve

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
        return filtered(wave, through(self.curve, wave.rate_hz))


@lru_cache(maxsize=64)
def through(curve: Curve, rate_hz: int) -> NDArray[np.float64]:
    """Taps of `fir_from_curve`, an odd number, corrected until the response passes through the points in its band.

    A filter of finite length rounds the corners of a curve; the points it is designed from are moved against that.
    """
    wanted = np.array(curve, np.float64)
    inside = (wanted[:, 1] >= IN_BAND_DB) & (wanted[:, 0] >= IN_BAND_HZ) & (wanted[:, 0] <= IN_BAND_OF_RATE * rate_hz)
    design, taps = wanted.copy(), fir_from_curve(wanted.tolist(), rate_hz)
    cosines = np.cos(2 * np.pi / rate_hz * np.outer(wanted[inside, 0], np.arange(taps.size) - taps.size // 2))
    for _ in range(PASSES):
        error_db = 20 * np.log10(np.maximum(np.abs(cosines @ taps), 1e-6)) - wanted[inside, 1]
        moved = design[inside, 1] - wanted[inside, 1] - error_db
        design[inside, 1] = wanted[inside, 1] + np.clip(moved, -MOST_DB, MOST_DB)
        taps = fir_from_curve(design.tolist(), rate_hz)
    return taps
