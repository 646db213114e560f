# SPDX-License-Identifier: Apache-2.0
"""The instrument of bursts holds honest ones and names what others get wrong."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from impostors import covered, impostor, missed

from stresstest.claims.pulsed_noise import PulsedNoise as Instrument
from stresstest.perturbations.pulsed_noise import PulsedNoise

HEAD = PulsedNoise(
    cycle_hz=2,
    onsets=(0, 0.45),
    durations_ms=(90, 75),
    low_hz=1500,
    high_hz=3500,
    levels_db=(0, -4),
    rise_ms=10,
    cycle_jitter=0.02,
)


def test_honest_bursts_are_held_and_every_key_is_covered() -> None:
    claims = list(Instrument().claims(HEAD))
    assert not missed(claims)
    assert covered(claims) == {field.name for field in fields(PulsedNoise)}


@pytest.mark.parametrize(
    ("truth", "key"),
    [
        ({"cycle_hz": 2.03}, "cycle_hz"),
        ({"onsets": (0, 0.458)}, "onsets"),
        ({"onsets": (0, 0.3, 0.6), "durations_ms": (90, 75, 75), "levels_db": (0, -4, -4)}, "onsets"),
        ({"durations_ms": (90, 80)}, "durations_ms"),
        ({"levels_db": (0, -3)}, "levels_db"),
        ({"low_hz": 1600}, "low_hz"),
        ({"high_hz": 3300}, "high_hz"),
        ({"rise_ms": 15}, "rise_ms"),
    ],
)
def test_other_bursts_are_caught(truth: dict[str, Any], key: str) -> None:
    assert key in missed(list(Instrument().claims(impostor(HEAD, cycle_jitter=0.0, **truth))))


@pytest.mark.parametrize("jitter", [0.0, 0.05])
def test_another_jitter_is_caught(jitter: float) -> None:
    assert "cycle_jitter" in missed(list(Instrument().claims(impostor(HEAD, cycle_jitter=jitter))))
