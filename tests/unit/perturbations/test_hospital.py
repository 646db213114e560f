# SPDX-License-Identifier: Apache-2.0
"""The shipped hospital profiles hold the figures of their sources: notes, fundamentals, pitches, levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from stresstest.audio.levels import a_weighting_db
from stresstest.perturbations.alarm import note_hz

PROFILES = Path(__file__).resolve().parents[3] / "noise_profiles" / "noise"
HIGH = ([0, 223, 446, 834, 1057, 1750, 1973, 2196, 2584, 2807], 144, 20)
MEDIUM = ([0, 440, 880], 220, 30)
LOW = ([0, 520], 260, 30)
"""NXP's onsets, on-time and edges in ms."""
C, D, E, F, FS, G, A, B, C5 = 261.63, 293.66, 329.63, 349.23, 369.99, 392.00, 440.00, 493.88, 523.25
MELODIES = {
    "alarm_general": [C, C, C, C, C],
    "alarm_oxygen": [C5, B, A, G, F],
    "ventilator_alarm_melody": [C, A, F, A, F],
    "alarm_cardiovascular": [C, E, G, G, C5],
    "alarm_temperature": [C, D, E, F, G],
    "alarm_drug_delivery": [C5, D, G, C5, D],
    "alarm_perfusion": [C, FS, C, C, FS],
    "alarm_power": [C5, C, C, C5, C],
}
"""Annex F of IEC 60601-1-8:2006, in Hz."""
NICU_HZ = {
    "nicu_monitor_high": [960, 2880],
    "nicu_monitor_medium": [1440, 480, 960, 1920],
    "nicu_syringe_end": [2761],
    "nicu_syringe_occlusion": [2745],
    "nicu_ventilator_pressure": [384, 1173, 783],
    "nicu_infusion_occlusion": [2200, 550, 1100, 1650],
    "nicu_infusion_end": [2002, 3003, 1001],
}
"""PMC7363066, Table 1, in decreasing amplitude."""


def data(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROFILES / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", MELODIES)
def test_a_melody_has_its_notes_twice_in_nxps_timing(name: str) -> None:
    given = data(name)
    assert [note_hz(note) for note in given["notes"]] == pytest.approx(MELODIES[name] * 2, abs=0.005)
    assert (given["onsets_ms"], given["pulse_ms"], given["rise_ms"]) == HIGH
    assert given["burst_gap_s"] == 2.5


@pytest.mark.parametrize(("name", "golden", "notes"), [("alarm_medium", MEDIUM, [C] * 3), ("alarm_low", LOW, [E, C])])
def test_the_lesser_priorities_have_theirs(name: str, golden: tuple[list[int], int, int], notes: list[float]) -> None:
    given = data(name)
    assert (given["onsets_ms"], given["pulse_ms"], given["rise_ms"]) == golden
    assert [note_hz(note) for note in given["notes"]] == pytest.approx(notes, abs=0.005)


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*alarm*.yaml")), ids=lambda path: path.stem)
def test_every_standard_alarm_is_within_iec_60601_1_8(path: Path) -> None:
    """From 90 % to 90 % a pulse lasts 75 to 200 ms (high) or 125 to 250 ms; the pulses of a high or medium group lie 50
    to 125 or 125 to 250 ms apart; four partials in 300 to 4000 Hz lie within 15 dB of the fundamental, 150 to 1000 Hz.
    """
    given = data(path.stem)
    onsets, pulse_ms = given["onsets_ms"], given["pulse_ms"]
    shortest, longest = (75, 200) if len(onsets) == 10 else (125, 250)
    at_90_ms = pulse_ms - 2 * given["rise_ms"] * np.arccos(-0.8) / np.pi
    assert shortest <= at_90_ms <= longest
    spacings = np.diff(onsets) - pulse_ms
    if len(onsets) == 10:
        assert ((np.delete(spacings, [2, 4, 7]) >= 50) & (np.delete(spacings, [2, 4, 7]) <= 125)).all()
        assert 350 <= spacings[4] <= 1300
    elif len(onsets) == 3:
        assert ((spacings >= 125) & (spacings <= 250)).all()
    for f0_hz in [note_hz(note) for note in given.get("notes", [])] or [given["f0_hz"]]:
        assert 150 <= f0_hz <= 1000
        assert sum(300 <= k * f0_hz <= 4000 and abs(db) <= 15 for k, db in given["harmonics"]) >= 4


@pytest.mark.parametrize("name", NICU_HZ)
def test_measured_tones_have_their_partials_in_decreasing_amplitude(name: str) -> None:
    given = data(name)
    assert [k * given["f0_hz"] for k, _ in given["harmonics"]] == pytest.approx(NICU_HZ[name], abs=0.1)
    levels = [db for _, db in given["harmonics"]]
    assert levels == sorted(levels, reverse=True)
    assert given["provenance"] == "measured"


@pytest.mark.parametrize(
    ("name", "spacing_ms"), [("mri_epi_400us", 0.4), ("imaging_tone", 0.5), ("mri_epi_700us", 0.7)]
)
def test_the_fundamental_of_epi_is_half_the_rate_of_echoes(name: str, spacing_ms: float) -> None:
    given = data(name)
    assert given["f0_hz"] == pytest.approx(1000 / (2 * spacing_ms), abs=0.05)
    assert all(k % 2 == 1 for k, _ in given["harmonics"])
    assert [db for _, db in given["harmonics"]] == pytest.approx(
        [-8 * np.log2(k) for k, _ in given["harmonics"]], abs=0.05
    )


def test_the_oximeters_tone_falls_half_a_semitone_with_each_percent() -> None:
    for severity in data("spo2_beep")["severities"]:
        saturation = int(severity["name"].removeprefix("spo2_"))
        assert severity["f0_hz"] == pytest.approx(880 * 2 ** (-(100 - saturation) * 0.5 / 12), abs=0.01)


@pytest.mark.parametrize("nc", [30, 35, 40, 45, 50])
def test_ventilation_says_the_level_of_its_table(nc: int) -> None:
    given = data(f"hvac_nc{nc}")
    levels = np.array(given["levels_db"]) + a_weighting_db(np.array(given["bands_hz"], float))
    assert given["level_dba"] == pytest.approx(10 * np.log10(np.sum(10 ** (levels / 10))), abs=0.05)
    assert f"{given['level_dba']} dBA" in given["summary"]
    assert given["levels_db"][4] == pytest.approx(nc, abs=1.1)  # an NC curve passes 1 kHz at about its number


@pytest.mark.parametrize("name", ["ward_day", "ward_night", "icu", "operating_room", "nurse_station_handover"])
def test_a_place_is_a_sum_of_at_least_five_sources_that_swings_slowly(name: str) -> None:
    given = data(name)
    assert len(given["layers"]) >= 5
    assert 3.5 <= given["fluctuation_db"] <= 4.5
    assert given["claims"] == {"l10_l90_db": 11}
    assert 50 <= given["level_dba"] <= 67
