# SPDX-License-Identifier: Apache-2.0
"""A telephone like many others: a response drawn at random inside a mask of 3GPP TS 26.131."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import filtered
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations._masks import MASKS
from stresstest.perturbations.base import Effect, check_number
from stresstest.perturbations.response import Curve, through
from stresstest.seeds import rng_for

KNOTS = 10
SPREAD_DB = 2.0
"""The departure from the typical telephone: normal at this many knots, evenly spaced in log f over the mask, with a
cubic spline between them."""

MARGIN_DB = 0.5
"""How far inside the mask a curve stays, so that the filter, within 0.5 dB of its curve, is inside too."""

PER_OCTAVE = 12
REFERENCE_HZ = 1000.0
MOST_DRAWS = 1000


@dataclass(frozen=True)
class RandomHandset(Effect):
    """A linear-phase filter without delay through a smooth curve inside `mask`, drawn by `device_id` and nothing else.

    One id is one telephone, for every speaker, in every study and at every rate. A draw that no gain brings inside
    the mask is thrown away and the next one taken. The gain is 0 dB at 1 kHz. Outside the mask the curve falls as a
    typical telephone's does.
    """

    stages: ClassVar[tuple[str, ...]] = ("device",)
    linear: ClassVar[bool] = True

    device_id: int
    mask: str = "wb_handsfree_send"

    def __post_init__(self) -> None:
        check_number("device_id", self.device_id, 0, 2**31)
        if not isinstance(self.device_id, int):
            raise ParameterError("device_id", f"device_id must be a whole number; got {self.device_id!r}")
        if not isinstance(self.mask, str) or self.mask not in MASKS:
            raise ParameterError("mask", f"unknown mask {self.mask!r}; {allowed(self.mask, MASKS)}")

    @property
    def curve(self) -> Curve:
        """The response of this telephone, (Hz, dB re 1 kHz) points twelve to an octave."""
        return _drawn(self.mask, self.device_id)

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The filtered signal; the chance of the study plays no part."""
        return filtered(wave, through(self.curve, wave.rate_hz))


@lru_cache(maxsize=256)
def _drawn(name: str, device_id: int) -> Curve:
    from scipy.interpolate import CubicSpline

    mask, rng = MASKS[name], rng_for(0, "random_handset", name, device_id)
    low, high = mask.limits[0][0], mask.limits[-1][0]
    hz = _grid(mask.typical[0][0], mask.typical[-1][0])
    typical = np.interp(np.log(hz), np.log([f for f, _ in mask.typical]), [db for _, db in mask.typical])
    knots = np.linspace(np.log(low), np.log(high), KNOTS)
    # curve and mask are straight between these, so a curve that is inside here is inside everywhere
    corners = np.union1d(hz[(hz >= low) & (hz <= high)], [point[0] for point in mask.limits])
    for _ in range(MOST_DRAWS):
        departure = CubicSpline(knots, SPREAD_DB * rng.standard_normal(KNOTS), bc_type="natural")
        curve = typical + departure(np.clip(np.log(hz), knots[0], knots[-1]))
        least, greatest = mask.gains_db(corners, np.interp(np.log(corners), np.log(hz), curve))
        if least + MARGIN_DB <= greatest - MARGIN_DB:
            curve -= np.interp(np.log(REFERENCE_HZ), np.log(hz), curve)
            return tuple(zip(hz.tolist(), np.round(curve, 3).tolist(), strict=True))
    raise AssertionError(f"no response in {MOST_DRAWS} draws lies inside the mask {name}")


def _grid(low_hz: float, high_hz: float) -> NDArray[np.float64]:
    octaves = np.log2(high_hz / low_hz)
    return np.asarray(low_hz * 2 ** (np.arange(int(octaves * PER_OCTAVE) + 1) / PER_OCTAVE))
