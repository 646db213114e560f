# SPDX-License-Identifier: Apache-2.0
"""Lines are found where they are, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from rooms import FLOOR_DBOV, room_of

from stresstest.fitting.bands import Bands
from stresstest.fitting.lines import Line, find_lines
from stresstest.fitting.series import series_of
from stresstest.perturbations.alarm import Alarm
from stresstest.perturbations.base import Source
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.perturbations.tone import Tone

THREE = ((1, 0.0), (2, -6.0), (3, -9.0))


def _lines(*sources: tuple[Source, float], seconds: float = 24, seed: int = 1) -> list[Line]:
    bands = Bands(room_of(seconds, seed, *sources))
    return find_lines(bands, np.ones(bands.steps, bool))


@pytest.mark.parametrize("seed", range(3))
def test_noise_has_no_lines(seed: int) -> None:
    assert _lines(seed=seed) == []
    assert _lines((PulsedNoise(1.0, (0, 0.45), (90, 75), 1500, 4000), 10.0), seed=seed) == []


def test_a_steady_tone_is_found_with_its_harmonics_levels_and_fundamental() -> None:
    found = _lines((Tone(f0_hz=480.3, harmonics=THREE), 0.0))
    assert [line.hz for line in found] == pytest.approx([480.3, 960.6, 1440.9], abs=0.05)
    total = 10 * np.log10(sum(10 ** (db / 10) for _, db in THREE))
    assert [line.level_dbov for line in found] == pytest.approx([FLOOR_DBOV + db - total for _, db in THREE], abs=0.3)
    assert all(line.gate is None and line.drift < 0.0002 for line in found)
    (series,) = series_of(found)
    assert series.f0_hz == pytest.approx(480.3, abs=0.02)
    assert [k for k, _ in series.lines] == [1, 2, 3]


def test_mains_hum_without_its_fundamental_is_one_series() -> None:
    (series,) = series_of(_lines((Tone(f0_hz=50, harmonics=((3, 0.0), (5, -3.0), (9, -6.0))), 3.0)))
    assert series.f0_hz == pytest.approx(50, abs=0.02)
    assert [k for k, _ in series.lines] == [3, 5, 9]


def test_a_drifting_tone_is_one_line_with_its_drift() -> None:
    (found,) = _lines((Tone(f0_hz=700, drift=0.005), 0.0), seconds=30)
    assert found.hz == pytest.approx(700, abs=1)
    assert found.drift == pytest.approx(0.005, rel=0.2)


def test_two_tones_that_beat_are_two_lines_and_no_pulses() -> None:
    found = _lines((Tone(f0_hz=1000), 0.0), (Tone(f0_hz=1005), 0.0))
    assert [line.hz for line in found] == pytest.approx([1000, 1005], abs=0.1)
    assert all(line.gate is None for line in found)
    assert len(series_of(found)) == 2


@pytest.mark.parametrize(("rep_hz", "duty", "rise_s"), [(0.4, 0.1, 0.02), (1.3, 0.3, 0.02), (15, 0.5, 0.004)])
def test_a_repeating_tone_has_its_rate_and_duty(rep_hz: float, duty: float, rise_s: float) -> None:
    (found,) = _lines((Tone(f0_hz=960, rep_hz=rep_hz, duty=duty, rise_s=rise_s), 0.0))
    assert found.hz == pytest.approx(960, abs=0.2)
    assert found.cycle is not None
    assert 1 / found.cycle.period_s == pytest.approx(rep_hz, rel=0.01)
    assert (found.cycle.durations_s[0] + rise_s) * rep_hz == pytest.approx(duty, rel=0.1)
    assert found.rise_s == pytest.approx(rise_s, abs=0.01)


def test_an_alarm_has_its_burst() -> None:
    onsets = (0, 440, 880)
    alarm = Alarm(onsets_ms=onsets, pulse_ms=220, rise_ms=30, f0_hz=550, harmonics=THREE, burst_gap_s=2.5)
    found = _lines((alarm, 5.0))
    assert [line.hz for line in found] == pytest.approx([550, 1100, 1650], abs=0.2)
    for line in found:
        assert line.cycle is not None
        assert line.cycle.period_s == pytest.approx(3.6, rel=0.01)
        assert [1000 * o for o in line.cycle.onsets_s] == pytest.approx(onsets, abs=5)


def test_time_that_does_not_count_plays_no_part() -> None:
    room = room_of(24, 1, (Tone(f0_hz=480), 0.0))
    samples = room.samples.copy()
    samples[160000:240000] += 0.3 * np.sin(2 * np.pi * 700 * np.arange(80000) / 16000).astype(np.float32)
    bands = Bands(room.with_samples(samples))
    clean = np.ones(bands.steps, bool)
    clean[990:1510] = False
    (found,) = find_lines(bands, clean)
    assert found.hz == pytest.approx(480, abs=0.2)
