# SPDX-License-Identifier: Apache-2.0
"""The instrument of tones holds an honest tone and names what another one gets wrong."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from impostors import covered, impostor, missed

from stresstest.claims.tone import Tone as Instrument
from stresstest.perturbations.tone import Tone

BEEP = Tone(f0_hz=1000, harmonics=((1, 0.0), (2, -20.0)), rep_hz=4, duty=0.25, rise_s=0.01, rep_jitter=0.03)
HUM = Tone(f0_hz=600, harmonics=((1, 0.0), (2.03, -6.0)), drift=0.005)
WIND = Tone(f0_hz=500, tone_to_noise_db=10)


@pytest.mark.parametrize("tone", [BEEP, HUM, WIND, replace(BEEP, tone_to_noise_db=20), replace(BEEP, f0_hz=7000)])
def test_an_honest_tone_is_held(tone: Tone) -> None:
    assert not missed(list(Instrument().claims(tone)))


def test_every_key_is_covered() -> None:
    everything = replace(BEEP, tone_to_noise_db=20, drift=0.005)
    assert covered(list(Instrument().claims(everything))) == {field.name for field in fields(Tone)}


@pytest.mark.parametrize(
    ("said", "truth", "key"),
    [
        (HUM, {"f0_hz": 606}, "f0_hz"),
        (BEEP, {"f0_hz": 1003}, "f0_hz"),
        (HUM, {"harmonics": ((1, 0.0), (2, -6.0))}, "harmonics"),
        (BEEP, {"harmonics": ((1, 0.0), (2, -18.0))}, "harmonics"),
        (BEEP, {"rep_hz": 4.06}, "rep_hz"),
        (BEEP, {"duty": 0.255}, "duty"),
        (BEEP, {"rise_s": 0.014}, "rise_s"),
        (BEEP, {"rep_jitter": 0.02}, "rep_jitter"),
        (HUM, {"drift": 0.003}, "drift"),
        (HUM, {"rep_hz": 2, "duty": 0.5}, "rep_hz"),
        (WIND, {"tone_to_noise_db": 11}, "tone_to_noise_db"),
        (WIND, {"broadband_db": (0, 0, 0, 0, 3, 0, 0, 0)}, "broadband_db"),
    ],
)
def test_another_tone_is_caught(said: Tone, truth: dict[str, Any], key: str) -> None:
    assert key in missed(list(Instrument().claims(impostor(said, **truth))))
