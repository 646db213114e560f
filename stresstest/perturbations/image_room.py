# SPDX-License-Identifier: Apache-2.0
"""A box-shaped room by the method of images: Allen and Berkley, J. Acoust. Soc. Am. 65(4), 1979."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from stresstest.errors import ParameterError
from stresstest.perturbations._checks import check_numbers
from stresstest.perturbations._images import SOUND_M_S, Box, reflection_factor, reflections
from stresstest.perturbations.base import Room, RoomResponse, check_number

MOST_IMAGES = 2e7
CLEARANCE_M = 0.05
"""Least distance of source and microphone from each other and from the walls."""


@dataclass(frozen=True)
class ImageRoom(Room):
    """All walls reflect sound pressure by one factor: that with which the reflections decay as rt60_s says.

    rt60_s: T30 by ISO 3382-1, mean of the octaves at 500 Hz and 1 kHz; the rooms of long ways decay slower below them.
    size_m: length, width and height. source_m, microphone_m: places from a lower corner. drr_db: energy of the
    direct sound over that of all else, met exactly by a gain on all else, which stands for the directivity of talker
    and microphone; null: both omnidirectional, as the geometry gives it. Cut after rt60_s.
    """

    stages: ClassVar[tuple[str, ...]] = ("room",)

    size_m: tuple[float, ...]
    source_m: tuple[float, ...]
    microphone_m: tuple[float, ...]
    rt60_s: float
    drr_db: float | None = None

    def __post_init__(self) -> None:
        for key in ("size_m", "source_m", "microphone_m"):
            check_numbers(key, getattr(self, key), 0, 100, "m")
            if len(getattr(self, key)) != 3:
                raise ParameterError(key, f"{key} takes three numbers of meters; got {list(getattr(self, key))}")
        check_numbers("size_m", self.size_m, 1, 100, "m")
        for key in ("source_m", "microphone_m"):
            self._check_inside(key, getattr(self, key))
        if self.box.distance_m < CLEARANCE_M:
            raise ParameterError("microphone_m", f"microphone_m must be {CLEARANCE_M} m or more away from source_m")
        check_number("rt60_s", self.rt60_s, 0.1, 5, "s")
        if self.drr_db is not None:
            check_number("drr_db", self.drr_db, -30, 40, "dB")
        if (images := self.box.count_images(self.rt60_s)) > MOST_IMAGES:
            raise ParameterError(
                "rt60_s",
                f"rt60_s of {self.rt60_s:g} s needs {images:.1e} images in a room of {self.box.volume_m3:.0f} m³; at "
                f"most {MOST_IMAGES:.0e} are made. Shorten it, enlarge the room or use the kind exponential_room",
            )

    def _check_inside(self, key: str, place: tuple[float, ...]) -> None:
        if not all(CLEARANCE_M <= x <= side - CLEARANCE_M for x, side in zip(place, self.size_m, strict=True)):
            raise ParameterError(
                key, f"{key} must be inside the room, {CLEARANCE_M} m from each wall; got {list(place)}"
            )

    @property
    def box(self) -> Box:
        """The geometry."""
        return Box(self.size_m, self.source_m, self.microphone_m)

    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        """The response; its direct sound comes after its way through the air, on a whole sample. Draws nothing."""
        return _response(self, int(rate_hz))


@lru_cache(maxsize=32)
def _response(room: ImageRoom, rate_hz: int) -> RoomResponse:
    factor = reflection_factor(room.box, room.rt60_s)
    direct = round(room.box.distance_m / SOUND_M_S * rate_hz)
    samples = reflections(room.box, room.rt60_s, factor, rate_hz, direct)
    if room.drr_db is not None:
        samples *= 10 ** (-room.drr_db / 20) / np.sqrt(np.square(samples).sum())
    samples[direct] += 1.0
    samples.flags.writeable = False
    return RoomResponse(samples, direct)
