# SPDX-License-Identifier: Apache-2.0
"""Measures a room made by the method of images: its decay, its direct sound, and what its walls answer at first."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._decay import direct_to_reverberant_db, middle_decay_time_s
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.base import RoomResponse
from stresstest.perturbations.image_room import ImageRoom as Kind
from stresstest.seeds import rng_for

RATE_HZ = 48000
SOUND_M_S = 343.0
LONGEST_S = 0.05
"""How long after the direct sound reflections are looked for at most; else until each wall has answered once."""

MARGIN_M = 0.2

PLACES = ("size_m", "source_m", "microphone_m")
Place = tuple[float, ...]


class ImageRoom(Instrument):
    """Reverberation time, direct-to-reverberant ratio, arrival of the direct sound and the early reflections."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From one response; the direct sound is what lies before half the way to the first reflection."""
        room = kind.response(RATE_HZ, rng_for(0, "claims", "image_room"))
        arrivals = _arrivals(kind)
        direct_s = min(time_s for time_s, order in arrivals.values() if order) / 2
        found_s = middle_decay_time_s(room.samples[room.direct + round(direct_s * RATE_HZ) :], RATE_HZ)
        what = "reverberation time (T30, mean of 500 Hz and 1 kHz)"
        yield Claim(("rt60_s",), what, kind.rt60_s, found_s, 0.05 * kind.rt60_s, "s")
        if kind.drr_db is not None:
            ratio_db = direct_to_reverberant_db(room.samples, RATE_HZ, room.direct, direct_s)
            yield Claim(("drr_db",), "direct-to-reverberant ratio", kind.drr_db, ratio_db, 1.0, "dB")
        way_ms = 1000 * math.dist(kind.source_m, kind.microphone_m) / SOUND_M_S
        found_ms = 1000 * room.direct / RATE_HZ
        yield Claim(PLACES[1:], "arrival of the direct sound", way_ms, found_ms, 0.05, "ms")
        for wall, gain_db in _answers_db(kind, room, arrivals).items():
            yield Claim(PLACES, f"reflection of the wall {wall}, at its time, re all six", 0.0, gain_db, 1.0, "dB")


def _arrivals(kind: Kind) -> dict[Place, tuple[float, int]]:
    """The source (order 0) and its mirror images: how many seconds after the direct sound each is heard, its order.

    Found by mirroring in every wall again and again, until none of the new images is heard early.
    """
    way_m = math.dist(kind.source_m, kind.microphone_m)
    source: Place = tuple(map(float, kind.source_m))
    firsts_m = [math.dist(image, kind.microphone_m) for image in _mirrored(source, kind.size_m).values()]
    reach_m = min(max(firsts_m), way_m + LONGEST_S * SOUND_M_S) + MARGIN_M
    orders, fresh, order = {source: 0}, {source}, 0
    while fresh:
        order += 1
        images = {image for place in fresh for image in _mirrored(place, kind.size_m).values()} - orders.keys()
        fresh = {image for image in images if math.dist(image, kind.microphone_m) < reach_m}
        orders.update(dict.fromkeys(sorted(fresh), order))
    return {image: ((math.dist(image, kind.microphone_m) - way_m) / SOUND_M_S, n) for image, n in orders.items()}


def _mirrored(place: Place, size_m: Place) -> dict[str, Place]:
    """A place mirrored in each of the six walls."""
    images = {}
    for axis, side in enumerate(size_m):
        for wall_m in (0.0, side):
            image = tuple(round(2 * wall_m - x, 6) if k == axis else x for k, x in enumerate(place))
            images[f"{'xyz'[axis]} = {wall_m:g} m"] = image
    return images


def _answers_db(kind: Kind, room: RoomResponse, arrivals: dict[Place, tuple[float, int]]) -> dict[str, float]:
    """The strength of each wall's first reflection against their mean, fitted beside all that is heard early."""
    last_s = max(time_s for time_s, _ in arrivals.values())
    heard = room.samples[room.direct : room.direct + round(last_s * RATE_HZ)].copy()
    heard[0] = 0
    walls = {
        wall: at for wall, at in _mirrored(tuple(map(float, kind.source_m)), kind.size_m).items() if at in arrivals
    }
    columns: dict[object, NDArray[np.float64]] = {}
    for image, (time_s, order) in arrivals.items():
        if order:
            pulse = np.sinc(np.arange(heard.size) - time_s * RATE_HZ) / (room.direct + time_s * RATE_HZ)
            name = image if order == 1 else order
            columns[name] = columns.get(name, 0) + pulse
    fitted = np.linalg.lstsq(np.stack(list(columns.values()), axis=1), heard, rcond=None)[0]
    gains = dict(zip(columns, fitted, strict=True))
    mean = np.mean([gains[at] for at in walls.values()])
    return {wall: float(20 * np.log10(max(gains[at] / mean, 1e-6))) for wall, at in walls.items()}
