# SPDX-License-Identifier: Apache-2.0
"""The instrument of alarms holds NXP's timing and names what another alarm gets wrong."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from impostors import covered, impostor, missed

from stresstest.claims.alarm import Alarm as Instrument
from stresstest.perturbations.alarm import Alarm

MEDIUM = Alarm(onsets_ms=(0, 440, 880), pulse_ms=220, burst_gap_s=2.5, rise_ms=30, f0_hz=550, levels_db=(-3.5, 0, 0))
MELODY = replace(MEDIUM, f0_hz=None, notes=("C4", "F#4", "Bb3"))


@pytest.mark.parametrize("alarm", [MEDIUM, MELODY, replace(MEDIUM, f0_hz=150), replace(MEDIUM, levels_db=None)])
def test_an_honest_alarm_is_held(alarm: Alarm) -> None:
    assert not missed(list(Instrument().claims(alarm)))


def test_every_key_is_covered() -> None:
    found = covered(list(Instrument().claims(MEDIUM))) | covered(list(Instrument().claims(MELODY)))
    assert found == {field.name for field in fields(Alarm)}


@pytest.mark.parametrize(
    ("said", "truth", "key"),
    [
        (MEDIUM, {"onsets_ms": (0, 443, 880)}, "onsets_ms"),
        (MEDIUM, {"onsets_ms": (0, 440, 880, 1320), "levels_db": (-3.5, 0, 0, 0)}, "onsets_ms"),
        (MEDIUM, {"pulse_ms": 223}, "pulse_ms"),
        (MEDIUM, {"burst_gap_s": 2.49}, "burst_gap_s"),
        (MEDIUM, {"rise_ms": 40}, "rise_ms"),
        (MEDIUM, {"f0_hz": 555}, "f0_hz"),
        (MEDIUM, {"levels_db": (-2.5, 0, 0)}, "levels_db"),
        (MEDIUM, {"harmonics": ((1, 0.0), (2, 0.0), (3, 0.0), (4, -1.0), (5, 0.0))}, "harmonics"),
        (MELODY, {"notes": ("C4", "F4", "Bb3")}, "notes"),
        (MELODY, {"notes": ("C5", "F#4", "Bb3")}, "notes"),
    ],
)
def test_another_alarm_is_caught(said: Alarm, truth: dict[str, Any], key: str) -> None:
    assert key in missed(list(Instrument().claims(impostor(said, **truth))))
