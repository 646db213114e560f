# SPDX-License-Identifier: Apache-2.0
"""Speech is found in the noise of a room; machines are not taken for it."""

from __future__ import annotations

import numpy as np
import pytest
from rooms import RATE_HZ, room_of, with_speech

from stresstest.fitting.speech import HOP_S, speech_frames, stretches
from stresstest.perturbations.alarm import Alarm
from stresstest.perturbations.base import Source
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.perturbations.tone import Tone

HOP = round(HOP_S * RATE_HZ)
EQUAL = tuple((k, 0.0) for k in range(1, 6))
MELODY = ("C4", "A4", "F4", "A4", "F4", "C4", "A4", "F4", "A4", "F4")
ONSETS = (0, 223, 446, 834, 1057, 1750, 1973, 2196, 2584, 2807)

MACHINES: dict[str, tuple[Source, ...]] = {
    "nothing": (),
    "hum": (Tone(f0_hz=100, harmonics=((1, 0.0), (2, -6.0), (3, -10.0))),),
    "drifting fan": (Tone(f0_hz=180, harmonics=EQUAL, drift=0.01),),
    "alarm": (Alarm(onsets_ms=(0, 440, 880), pulse_ms=220, rise_ms=30, f0_hz=550, burst_gap_s=2.5),),
    "low alarm": (Alarm(onsets_ms=(0, 520), pulse_ms=260, rise_ms=30, f0_hz=262, burst_gap_s=4),),
    "melody": (Alarm(onsets_ms=ONSETS, pulse_ms=144, notes=MELODY, burst_gap_s=2.5),),
    "gradients": (Tone(f0_hz=200, harmonics=((1, 0.0), (3, -12.0)), rep_hz=15, duty=0.5, rise_s=0.004),),
    "cold head": (PulsedNoise(1.0, (0, 0.45), (90, 75), 1500, 4000),),
}


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("level_db", [0.0, 20.0])
def test_a_machine_does_not_speak(name: str, level_db: float) -> None:
    room = room_of(20, 1, *((source, level_db) for source in MACHINES[name]))
    assert speech_frames(room).mean() <= 0.01


@pytest.mark.parametrize("level_db", [0.0, 10.0, 25.0])
def test_nearly_all_of_the_energy_of_speech_is_found(level_db: float) -> None:
    heard, speech = with_speech(room_of(30, 2), level_db, pause_s=2.5)
    found = speech_frames(heard)
    energy = np.square(speech[: found.size * HOP]).reshape(-1, HOP).sum(axis=1)
    assert energy[found].sum() > 0.95 * energy.sum()
    assert found.mean() < 0.85


def test_speech_is_found_beside_an_alarm() -> None:
    room = room_of(30, 3, (Alarm(onsets_ms=(0, 440, 880), pulse_ms=220, rise_ms=30, f0_hz=550, burst_gap_s=2.5), 5.0))
    heard, speech = with_speech(room, 12.0, pause_s=2.5)
    found = speech_frames(heard)
    energy = np.square(speech[: found.size * HOP]).reshape(-1, HOP).sum(axis=1)
    assert energy[found].sum() > 0.9 * energy.sum()


def test_there_is_a_step_for_every_part_of_the_recording() -> None:
    assert speech_frames(room_of(1.234, 0)).shape == (124,)


def test_stretches_are_the_runs_of_true_values() -> None:
    assert stretches(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert stretches(np.zeros(3, bool)) == []
