# SPDX-License-Identifier: Apache-2.0
"""The instrument of rotors holds an honest one and names what another gets wrong."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from impostors import covered, impostor, missed

from stresstest.claims.rotor import Rotor as Instrument
from stresstest.perturbations.rotor import Rotor

ANODE = Rotor(
    f0_hz=160,
    start_hz=20,
    run_up_s=1.5,
    hold_s=2,
    run_down_s=2,
    rest_s=1,
    harmonics=((1, 0.0), (2, -4.0), (3, -8.0)),
    rise_s=0.25,
)


@pytest.mark.parametrize("rotor", [ANODE, replace(ANODE, f0_hz=50), replace(ANODE, start_hz=30, run_up_s=0.8)])
def test_an_honest_rotor_is_held_and_every_key_is_covered(rotor: Rotor) -> None:
    claims = list(Instrument().claims(rotor))
    assert not missed(claims)
    assert covered(claims) == {field.name for field in fields(Rotor)}


@pytest.mark.parametrize(
    ("truth", "key"),
    [
        ({"f0_hz": 161}, "f0_hz"),
        ({"start_hz": 22}, "start_hz"),
        ({"run_up_s": 1.6}, "run_up_s"),
        ({"hold_s": 2.2}, "hold_s"),
        ({"run_down_s": 1.8}, "run_down_s"),
        ({"rest_s": 1.01}, "rest_s"),
        ({"harmonics": ((1, 0.0), (2, -5.0), (3, -8.0))}, "harmonics"),
        ({"rise_s": 0.4}, "rise_s"),
    ],
)
def test_another_rotor_is_caught(truth: dict[str, Any], key: str) -> None:
    assert key in missed(list(Instrument().claims(impostor(ANODE, **truth))))
