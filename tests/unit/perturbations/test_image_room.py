# SPDX-License-Identifier: Apache-2.0
"""Boxes by the method of images: every image at its time and strength, a decay as stated."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from stresstest.errors import ParameterError
from stresstest.perturbations._images import SOUND_M_S, Box, reflection_factor, reflections
from stresstest.perturbations.image_room import ImageRoom

RATE = 16000
BOX = Box((4.0, 3.0, 2.5), (1.2, 1.1, 1.3), (2.7, 1.9, 1.1))
GIVEN = {"size_m": [4, 3, 2.5], "source_m": [1.2, 1.1, 1.3], "microphone_m": [2.7, 1.9, 1.1], "rt60_s": 0.4}


def brute_force(box: Box, seconds: float, factor: float) -> list[tuple[float, float]]:
    """Every image by the sums of Allen and Berkley, equation 10, one at a time: distance and strength."""
    found, reach = [], seconds * SOUND_M_S + box.distance_m
    spans = [range(-int(reach / side / 2) - 2, int(reach / side / 2) + 3) for side in box.size_m]
    for cells in itertools.product(*spans):
        for q, j, k in itertools.product((0, 1), repeat=3):
            vector = [
                (1 - 2 * flip) * s + 2 * cell * side - r
                for flip, s, cell, side, r in zip(
                    (q, j, k), box.source_m, cells, box.size_m, box.microphone_m, strict=True
                )
            ]
            order = sum(abs(cell - flip) + abs(cell) for cell, flip in zip(cells, (q, j, k), strict=True))
            distance = float(np.linalg.norm(vector))
            if order and distance <= reach:
                found.append((round(distance, 9), round(factor**order, 9)))
    return found


def test_the_images_are_those_of_allen_and_berkley() -> None:
    seconds = 0.05
    theirs = sorted(brute_force(BOX, seconds, 0.7))
    distances, orders = (np.concatenate(x) for x in zip(*BOX.images(seconds * SOUND_M_S + BOX.distance_m), strict=True))
    ours = sorted(zip(distances.round(9).tolist(), (0.7**orders).round(9).tolist(), strict=True))
    assert len(ours) == len(theirs) > 200
    assert np.array(ours) == pytest.approx(np.array(theirs))


def test_an_image_between_two_samples_is_a_band_limited_pulse_there() -> None:
    """Against the sum of sinc functions, in the band where the high-pass and the grid do nothing."""
    seconds, direct = 0.03, 100
    made = reflections(BOX, seconds, 0.7, RATE, direct)
    n, exact = np.arange(made.size), np.zeros(made.size)
    for distance, strength in brute_force(BOX, seconds, 0.7):
        late = (distance - BOX.distance_m) / SOUND_M_S * RATE
        exact += strength * BOX.distance_m / distance * np.sinc(n - direct - late)
    window = np.hanning(made.size)
    ours, theirs = np.fft.rfft(made * window), np.fft.rfft(exact * window)
    band = slice(int(200 / RATE * made.size), int(7000 / RATE * made.size))
    assert np.abs(ours - theirs)[band].max() < 0.02 * np.abs(theirs).max()


def test_the_direct_sound_is_one_and_nothing_is_heard_before_it() -> None:
    room = ImageRoom.from_parameters(GIVEN).response(RATE, np.random.default_rng(0))
    assert room.direct == round(BOX.distance_m / SOUND_M_S * RATE)
    assert room.samples[room.direct] == pytest.approx(1, abs=0.01)
    assert np.abs(room.samples[: room.direct]).max() < 0.02


def test_the_draw_changes_nothing_and_the_decay_does_not_depend_on_the_rate() -> None:
    room = ImageRoom.from_parameters(GIVEN)
    assert np.array_equal(*(room.response(RATE, np.random.default_rng(seed)).samples for seed in (1, 2)))
    factor = reflection_factor(room.box, 0.4)
    assert 0.5 < factor < 1
    assert reflection_factor(room.box, 0.3) < factor < reflection_factor(room.box, 0.6)


def test_the_stated_ratio_is_met_by_a_gain_on_all_but_the_direct_sound() -> None:
    by_itself = ImageRoom.from_parameters(GIVEN).response(RATE, np.random.default_rng(0))
    stated = ImageRoom.from_parameters({**GIVEN, "drr_db": 3}).response(RATE, np.random.default_rng(0))
    one = np.zeros(stated.samples.size)
    one[stated.direct] = 1
    rest = stated.samples - one
    assert -10 * np.log10(np.square(rest).sum()) == pytest.approx(3)
    ratio = rest[stated.direct + 40 :] / (by_itself.samples - one)[stated.direct + 40 :]
    assert ratio == pytest.approx(np.full(ratio.size, ratio[0]))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"size_m": [4, 3]}, "size_m"),
        ({"size_m": [0.5, 3, 3]}, "size_m"),
        ({"source_m": [5, 1, 1]}, "source_m"),
        ({"microphone_m": [1, 1, 2.49]}, "microphone_m"),
        ({"microphone_m": [1.2, 1.1, 1.31]}, "microphone_m"),
        ({"rt60_s": 4}, "rt60_s"),
        ({"drr_db": "dry"}, "drr_db"),
    ],
)
def test_an_impossible_room_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        ImageRoom.from_parameters({**GIVEN, **given})
    assert caught.value.key == key
