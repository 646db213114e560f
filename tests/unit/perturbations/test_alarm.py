# SPDX-License-Identifier: Apache-2.0
"""Alarms: the timing of NXP's reference code for IEC 60601-1-8 is met to the sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from stresstest.errors import ParameterError
from stresstest.perturbations.alarm import Alarm, note_hz
from stresstest.perturbations.base import Sound

RATE = 16000
PROFILES = Path(__file__).resolve().parents[3] / "noise_profiles" / "noise"
HIGH = (0, 223, 446, 834, 1057, 1750, 1973, 2196, 2584, 2807)
GOLDEN = [(HIGH, 144, 20), ((0, 440, 880), 220, 30), ((0, 520), 260, 30)]
"""Onsets, on-time and edges in ms: high, medium and low priority."""


def bursts(sound: Sound, gap_s: float) -> list[list[tuple[float, float]]]:
    """Onset and duration in ms of each pulse from its burst's start, for the bursts that lie inside whole."""
    changes = np.diff(np.concatenate(([0], sound.active.astype(int), [0])))
    starts, stops = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
    groups: list[list[tuple[int, int]]] = [[]]
    for start, stop in zip(starts, stops, strict=True):
        if groups[-1] and start - groups[-1][-1][1] > 0.9 * gap_s * RATE:
            groups.append([])
        groups[-1].append((start, stop))
    inner = groups[1:-1]
    return [[((a - g[0][0]) / RATE * 1000, (b - a) / RATE * 1000) for a, b in g] for g in inner]


@pytest.mark.parametrize(("onsets_ms", "pulse_ms", "rise_ms"), GOLDEN)
def test_timing_is_nxps(onsets_ms: tuple[int, ...], pulse_ms: int, rise_ms: int) -> None:
    alarm = Alarm(onsets_ms=onsets_ms, pulse_ms=pulse_ms, rise_ms=rise_ms, f0_hz=500, burst_gap_s=2.5)
    found = bursts(alarm.generate(30 * RATE, RATE, np.random.default_rng(0), ()), 2.5)
    assert len(found) >= 3
    for burst in found:
        assert [onset for onset, _ in burst] == pytest.approx(onsets_ms, abs=0.13)
        assert [duration for _, duration in burst] == pytest.approx([pulse_ms] * len(onsets_ms), abs=0.13)


@pytest.mark.parametrize(("name", "golden"), [("infusion_alarm", GOLDEN[1]), ("monitor_alarm_high", GOLDEN[0])])
def test_the_shipped_alarms_have_that_timing_and_the_softer_first_pulse(
    name: str, golden: tuple[tuple[int, ...], int, int]
) -> None:
    data = yaml.safe_load((PROFILES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert (tuple(data["onsets_ms"]), data["pulse_ms"], data["rise_ms"]) == golden
    assert data["levels_db"] == [-3.5] + [0] * (len(golden[0]) - 1)
    assert data["harmonics"] == [[k, 0] for k in range(1, 6)]


def test_a_pulse_has_its_partials_at_equal_weight_and_its_level() -> None:
    alarm = Alarm(onsets_ms=(0, 440, 880), pulse_ms=220, rise_ms=30, f0_hz=500, burst_gap_s=2.5, levels_db=(-3.5, 0, 0))
    made = alarm.generate(10 * RATE, RATE, np.random.default_rng(1), ())
    starts = np.flatnonzero(np.diff(made.active.astype(int)) == 1) + 1
    first = next(i for i, gap in enumerate(np.diff(starts)) if gap > 2 * RATE) + 1
    pulses = [made.samples[s : s + round(0.22 * RATE)] for s in starts[first : first + 3]]
    rms = [float(np.sqrt(np.mean(np.square(p)))) for p in pulses]
    assert 20 * np.log10(rms[0] / rms[1]) == pytest.approx(-3.5, abs=0.01)
    assert rms[1] == pytest.approx(rms[2], rel=1e-3)
    middle = pulses[1][800:2400]  # 100 ms inside the edges: bins of 10 Hz
    amplitudes = np.abs(np.fft.rfft(middle)) / 800
    assert np.flatnonzero(amplitudes > 0.01).tolist() == [50, 100, 150, 200, 250]
    assert amplitudes[[50, 100, 150, 200, 250]] == pytest.approx([1] * 5, abs=0.01)


def test_a_melody_plays_its_notes_in_order() -> None:
    notes = ("C4", "A4", "F4")
    alarm = Alarm(onsets_ms=(0, 500, 1000), pulse_ms=400, notes=notes, burst_gap_s=3, harmonics=((1, 0),))
    made = alarm.generate(12 * RATE, RATE, np.random.default_rng(2), ())
    starts = np.flatnonzero(np.diff(made.active.astype(int)) == 1) + 1
    first = next(i for i, gap in enumerate(np.diff(starts)) if gap > 2 * RATE) + 1
    for start, note in zip(starts[first : first + 3], notes, strict=True):
        pulse = made.samples[start : start + round(0.4 * RATE)]
        crossings = np.count_nonzero(np.diff(np.sign(pulse[800:-800])) > 0)
        assert crossings / 0.3 == pytest.approx(note_hz(note), abs=4)


def test_notes_are_equal_tempered() -> None:
    assert note_hz("A4") == pytest.approx(440)
    assert note_hz("C4") == pytest.approx(261.63, abs=0.005)
    assert note_hz("C5") == pytest.approx(2 * note_hz("C4"))
    assert note_hz("F#4") == pytest.approx(note_hz("Gb4"))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"f0_hz": None}, "f0_hz"),
        ({"notes": ["C4", "C4"]}, "f0_hz"),
        ({"f0_hz": None, "notes": ["C4"]}, "notes"),
        ({"f0_hz": None, "notes": ["C4", "H4"]}, "notes"),
        ({"f0_hz": None, "notes": "C4"}, "notes"),
        ({"onsets_ms": [10, 500]}, "onsets_ms"),
        ({"onsets_ms": [0, 100]}, "onsets_ms"),
        ({"onsets_ms": [500, 0]}, "onsets_ms"),
        ({"levels_db": [0]}, "levels_db"),
        ({"rise_ms": 150}, "onsets_ms"),
        ({"burst_gap_s": -1}, "burst_gap_s"),
    ],
)
def test_an_impossible_alarm_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    good = {"onsets_ms": [0, 440], "pulse_ms": 220, "burst_gap_s": 2.5, "f0_hz": 500}
    Alarm.from_parameters(good)
    with pytest.raises(ParameterError) as caught:
        Alarm.from_parameters({**good, **given})
    assert caught.value.key == key
