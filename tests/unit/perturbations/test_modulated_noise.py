# SPDX-License-Identifier: Apache-2.0
"""Noise whose level swings: the course of its level, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.errors import ParameterError
from stresstest.perturbations.modulated_noise import ModulatedNoise

RATE = 16000
BREATH = {
    "bands_hz": [500, 1000, 2000, 4000],
    "levels_db": [0, 0, 0, 0],
    "cycle_hz": 0.5,
    "depth_db": 20,
    "duty": 0.3,
    "rise_s": 0.2,
    "fall_s": 0.4,
}


def level_db(kind: ModulatedNoise, seconds: int = 20, seed: int = 0) -> np.ndarray[Any, Any]:
    """The level every 20 ms."""
    made = kind.generate(seconds * RATE, RATE, np.random.default_rng(seed), ())
    assert made.active.all()
    return 10 * np.log10(np.square(made.samples).reshape(-1, RATE // 50).mean(axis=1))


def test_the_loud_part_is_louder_by_the_depth_for_the_duty() -> None:
    level = level_db(ModulatedNoise.from_parameters(BREATH))
    loud, soft = np.percentile(level, 90), np.percentile(level, 20)
    assert loud - soft == pytest.approx(20, abs=1)
    assert (level > (loud + soft) / 2).mean() == pytest.approx(0.3, abs=0.01)


def test_half_a_cycle_of_rise_and_of_fall_make_a_sinusoid_in_db() -> None:
    kind = ModulatedNoise.from_parameters({**BREATH, "duty": 0.5, "rise_s": 1, "fall_s": 1, "depth_db": 6})
    level = level_db(kind, 60)
    lines = np.abs(np.fft.rfft(level - level.mean())) / (level.size / 2)
    assert lines[30] == pytest.approx(3, abs=0.1)  # 0.5 Hz in a minute
    assert np.delete(lines, 30).max() < 0.3


@settings(deadline=None, max_examples=25)
@given(st.floats(0.1, 0.9), st.floats(0.01, 1), st.floats(0.01, 1), st.floats(1, 40))
def test_the_level_never_jumps_and_stays_between_soft_and_loud(
    duty: float, up: float, down: float, depth: float
) -> None:
    room = min(duty, 1 - duty) * 2
    rise, fall = up * room / (up + down), down * room / (up + down)
    kind = ModulatedNoise((500, 1000), (0, 0), 1.0, depth, max(rise, 0.001), max(fall, 0.001), duty)
    level = kind._level_db(np.arange(4000) / 4000)
    assert level.max() == pytest.approx(0, abs=1e-5 * depth)
    assert level.min() == pytest.approx(-depth, abs=1e-5 * depth)
    steepest = np.pi / 2 * depth / min(kind.rise_s, kind.fall_s) / 4000
    assert np.abs(np.diff(np.append(level, level[0]))).max() <= 1.01 * steepest


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"levels_db": [0]}, "levels_db"),
        ({"bands_hz": [500, 500, 1000, 2000]}, "bands_hz"),
        ({"cycle_hz": 0}, "cycle_hz"),
        ({"depth_db": -3}, "depth_db"),
        ({"duty": 1}, "duty"),
        ({"rise_s": 1}, "rise_s"),
        ({"cycle_jitter": 0.5}, "cycle_jitter"),
    ],
)
def test_an_impossible_swing_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        ModulatedNoise.from_parameters({**BREATH, **given})
    assert caught.value.key == key
