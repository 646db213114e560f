# SPDX-License-Identifier: Apache-2.0
"""The instrument of swings holds an honest one and names what another gets wrong."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from impostors import covered, impostor, missed

from stresstest.claims.modulated_noise import ModulatedNoise as Instrument
from stresstest.perturbations.modulated_noise import ModulatedNoise

STROKES = ModulatedNoise(
    bands_hz=(500, 1000, 2000, 4000),
    levels_db=(-6, -3, 0, 0),
    cycle_hz=1,
    depth_db=12,
    duty=0.4,
    rise_s=0.1,
    fall_s=0.3,
    cycle_jitter=0.05,
)


def test_an_honest_swing_is_held_and_every_key_is_covered() -> None:
    claims = list(Instrument().claims(STROKES))
    assert not missed(claims)
    assert covered(claims) == {field.name for field in fields(ModulatedNoise)}


def test_a_sinusoidal_swing_is_held() -> None:
    assert not missed(list(Instrument().claims(
        replace(STROKES, duty=0.5, rise_s=0.5, fall_s=0.5, depth_db=4, cycle_jitter=0.0)
    )))  # fmt: skip


@pytest.mark.parametrize(
    ("truth", "key"),
    [
        ({"levels_db": (-6, -3, 2, 0)}, "levels_db"),
        ({"cycle_hz": 1.02}, "cycle_hz"),
        ({"depth_db": 11}, "depth_db"),
        ({"duty": 0.42}, "duty"),
        ({"rise_s": 0.15}, "rise_s"),
        ({"fall_s": 0.2}, "fall_s"),
    ],
)
def test_another_swing_is_caught(truth: dict[str, Any], key: str) -> None:
    said = replace(STROKES, cycle_jitter=0.0)
    assert key in missed(list(Instrument().claims(impostor(said, **truth))))


def test_another_jitter_is_caught() -> None:
    made = impostor(STROKES, cycle_jitter=0.08)
    assert "cycle_jitter" in missed(list(Instrument().claims(made)))
