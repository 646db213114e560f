# SPDX-License-Identifier: Apache-2.0
"""A room of known parameters comes back as a profile, without what was said in it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml
from rooms import MEASURED, SLOPING_DB, room_of, with_speech

from stresstest.audio import Waveform
from stresstest.audio.files import probe, write
from stresstest.audio.levels import a_weighting_db
from stresstest.cli import main
from stresstest.conditions import layers_of
from stresstest.errors import AudioError, ProfileError
from stresstest.fitting.fit import Fit, Labels, fit, profile_of
from stresstest.fitting.page import page
from stresstest.fitting.recording import Recording, open_recording
from stresstest.perturbations.alarm import Alarm
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.perturbations.tone import Tone

SOURCES = (
    (Tone(f0_hz=312.4, harmonics=((1, 0.0), (2, -4.0), (3, -9.0))), -3.0),
    (Tone(f0_hz=1440, rep_hz=0.7, duty=0.2), 4.0),
    (PulsedNoise(1.2, (0, 0.45), (90, 75), 2000, 5000), 4.0),
)


def _recording(folder: Path, wave: Waveform, **options: Any) -> Recording:
    write(folder / "room.wav", wave)
    return open_recording(folder / "room.wav", **options)


@cache
def _room() -> Waveform:
    return room_of(30, 5, *SOURCES)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Fit]:
    recording = _recording(tmp_path_factory.mktemp("plain"), _room())
    return recording, fit(recording, Labels("plain"))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Fit]:
    heard, _ = with_speech(_room(), 12.0, pause_s=4.0)
    recording = _recording(tmp_path_factory.mktemp("spoken"), heard)
    return recording, fit(recording, Labels("spoken"))


def test_the_parameters_come_back(plain: tuple[Recording, Fit]) -> None:
    _, found = plain
    hz = [line.hz for line in found.lines]
    assert hz == pytest.approx([312.4, 624.8, 937.2, 1440], abs=1)
    pulsed = [line for line in found.lines if line.cycle is not None]
    assert [1 / line.cycle.period_s for line in pulsed if line.cycle] == pytest.approx([0.7], rel=0.01)
    assert [1 / bursts.cycle.period_s for bursts in found.noise.bursts] == pytest.approx([1.2], rel=0.01)
    assert found.goodness.worst_db < 1.5
    assert found.goodness.verdict == "close"


def test_the_profile_says_what_was_found_and_builds(plain: tuple[Recording, Fit]) -> None:
    _, found = plain
    profile = profile_of(found.text, "plain")
    assert (profile.stage, profile.provenance) == ("noise", "measured")
    kinds = [layer.kind for layer, _ in layers_of(profile, "")]
    assert kinds == ["shaped", "pulsed_noise", "tone", "tone"]
    tone = profile.severities[""][2].parameters
    assert tone["f0_hz"] == pytest.approx(312.4, abs=0.1)
    assert [k for k, _ in tone["harmonics"]] == [1, 2, 3]
    assert [db for _, db in tone["harmonics"]] == pytest.approx([0, -4, -9], abs=0.5)
    assert profile.fluctuation_db == 0


def test_speech_in_the_room_changes_next_to_nothing(
    plain: tuple[Recording, Fit], spoken: tuple[Recording, Fit]
) -> None:
    (_, without), (recording, with_it) = plain, spoken
    assert 0.3 < recording.speech < 0.7
    assert [line.hz for line in with_it.lines] == pytest.approx([line.hz for line in without.lines], abs=0.5)
    assert with_it.recorded.levels_db[6:] == pytest.approx(without.recorded.levels_db[6:], abs=1.0)
    assert with_it.made.levels_db[6:] - with_it.made.levels_db[12] == pytest.approx(
        without.made.levels_db[6:] - without.made.levels_db[12], abs=1.2
    )
    assert [1 / b.cycle.period_s for b in with_it.noise.bursts] == pytest.approx([1.2], rel=0.01)
    assert f"{100 * recording.speech:.1f} %" in page(with_it, recording)
    assert f"{100 * recording.speech:.0f} % of it, where somebody speaks" in with_it.text


def test_what_would_come_of_speech_that_is_not_left_out(
    spoken: tuple[Recording, Fit], plain: tuple[Recording, Fit]
) -> None:
    recording, _ = spoken
    everything = Recording(recording.wave, np.ones_like(recording.clean), recording.seconds, 0.0, 0.0, 0.0, ())
    careless = fit(everything, Labels("careless"))
    error = np.abs(careless.recorded.levels_db - plain[1].recorded.levels_db)
    assert error.max() > 4


def test_no_run_of_samples_is_in_what_is_written(tmp_path: Path) -> None:
    heard, _ = with_speech(_room(), 12.0, pause_s=4.0)
    write(tmp_path / "room.wav", heard)
    out = tmp_path / "mine"
    assert main(["profile", "fit", str(tmp_path / "room.wav"), "--name", "ward", "--out", str(out)]) == 0
    samples, _ = soundfile.read(tmp_path / "room.wav", dtype="int16")
    written = sorted(f for f in out.rglob("*") if f.is_file())
    assert [f.relative_to(out).as_posix() for f in written] == ["noise/ward.yaml", "ward.html"]
    runs = np.random.default_rng(0).integers(0, samples.size - 8, 400)
    for content in (f.read_bytes() for f in written):
        assert b"room.wav" not in content
        for form in ("<i2", "<f4", "<f8"):
            scaled = samples.astype(form) if form == "<i2" else (samples / 32768).astype(form)
            assert not any(scaled[at : at + 8].tobytes() in content for at in runs)
    # the images hold curves: fewer numbers than a second of speech has samples
    text = yaml.safe_load((out / "noise" / "ward.yaml").read_text(encoding="utf-8"))
    assert sum(1 for _ in _numbers(text)) < 500
    assert not [key for key in _keys(text) if key == "file"]
    assert main(["profile", "check", str(out / "noise" / "ward.yaml")]) == 0


def _numbers(value: Any):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float):
        yield value


def _keys(value: Any):
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(item)
    yield from value if isinstance(value, dict) else ()


def test_a_recording_of_almost_only_speech_is_refused(tmp_path: Path) -> None:
    heard, _ = with_speech(room_of(24, 1), 14.0, pause_s=0.2, start_s=0.1)
    with pytest.raises(AudioError, match=r"somebody speaks in \d+ % .*Record the room while nobody speaks"):
        _recording(tmp_path, heard)


def test_a_short_recording_is_refused_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"lasts 12\.0 s; a profile needs at least 20 s"):
        _recording(tmp_path, room_of(12, 1))
    assert _recording(tmp_path, room_of(12, 1), shortest_s=10).clean_s == pytest.approx(12)


def test_silence_low_rates_and_dropouts_are_refused_or_said(tmp_path: Path) -> None:
    room = room_of(24, 1)
    with pytest.raises(AudioError, match="channel 0 is silent"):
        _recording(tmp_path, room.with_samples(np.full(room.samples.size, 0.1)))
    with pytest.raises(AudioError, match="the rate is 4000 Hz"):
        _recording(tmp_path, Waveform(room.samples[:96000], 4000))
    holes = room.samples.copy()
    holes[48000:96000] = 0
    recording = _recording(tmp_path, room.with_samples(holes))
    assert recording.dropouts == pytest.approx(3 / 24, abs=0.01)
    assert any("digital silence" in note for note in recording.notes)
    loud = np.clip(room.samples * 60, -0.9, 0.9)
    assert any("clipped" in note for note in _recording(tmp_path, room.with_samples(loud)).notes)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 96000])
def test_any_rate_and_channels_serve(tmp_path: Path, rate_hz: int) -> None:
    room = room_of(10.5, 1, (Tone(f0_hz=1000), 0.0), rate_hz=rate_hz)
    other = np.zeros(room.samples.size)
    soundfile.write(tmp_path / "room.wav", np.stack([other, room.samples], axis=1), rate_hz)
    recording = open_recording(tmp_path / "room.wav", channel=1, shortest_s=10)
    assert recording.wave.rate_hz == min(rate_hz, 48000)
    found = fit(recording, Labels("stereo"))
    assert [line.hz for line in found.lines] == pytest.approx([1000], abs=0.2)
    assert found.goodness.worst_db < 1.5


def test_a_measured_level_makes_the_levels_absolute(tmp_path: Path) -> None:
    found = fit(_recording(tmp_path, room_of(21, 1)), Labels("office", "The back office.", "CC0-1.0", 47.5))
    profile = profile_of(found.text, "office")
    assert profile.level_dba == 47.5
    assert profile.license == "CC0-1.0"
    assert profile.source.startswith("The back office. Fitted to")
    table = np.array(profile.severities[""][0].parameters["levels_db"])
    weighted = table + a_weighting_db(np.array(profile.severities[""][0].parameters["bands_hz"]))
    assert 10 * np.log10((10 ** (weighted / 10)).sum()) == pytest.approx(47.5, abs=0.2)
    assert table[4:20] - table[4] == pytest.approx(np.array(SLOPING_DB)[2:18] - SLOPING_DB[2], abs=1)


def test_an_alarm_comes_back_as_an_alarm(tmp_path: Path) -> None:
    alarm = Alarm(onsets_ms=(0, 440, 880), pulse_ms=220, rise_ms=30, f0_hz=550, burst_gap_s=2.5, levels_db=(-3.5, 0, 0))
    found = fit(_recording(tmp_path, room_of(30, 1, (alarm, 5.0))), Labels("pump"))
    (layer,) = [layer for layer in profile_of(found.text, "pump").severities[""] if layer.kind == "alarm"]
    got = layer.parameters
    assert got["f0_hz"] == pytest.approx(550, abs=0.2)
    assert [k for k, _ in got["harmonics"]] == [1, 2, 3, 4, 5]
    assert got["onsets_ms"] == pytest.approx([0, 440, 880], abs=3)
    assert got["pulse_ms"] == pytest.approx(220, abs=4)
    assert got["levels_db"] == pytest.approx([-3.5, 0, 0], abs=0.5)
    assert got["burst_gap_s"] == pytest.approx(2.5, abs=0.02)


def test_names_and_levels_that_cannot_be_are_refused() -> None:
    with pytest.raises(ProfileError, match="such as radiology_b2; got 'Radiology B2'"):
        Labels("Radiology B2")
    with pytest.raises(ProfileError, match="level_dba takes a number from 0 to 140"):
        Labels("a", level_dba=500)


def test_the_command_refuses_in_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "room.wav", room_of(6, 1))
    call = [
        "profile",
        "fit",
        str(tmp_path / "room.wav"),
        "--out",
        str(tmp_path / "mine"),
        "--shortest-s",
        "5",
        "--name",
    ]
    assert main([*call, "No Good"]) == 2
    assert main([*call, "good", "--shortest-s", "1"]) == 2
    assert main([*call, "good", "--channel", "3"]) == 2
    assert not (tmp_path / "mine").exists()
    assert main([*call, "good"]) == 0
    capsys.readouterr()
    assert main([*call, "good"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*call, "good", "--replace"]) == 0


def test_the_same_recording_gives_the_same_bytes(plain: tuple[Recording, Fit]) -> None:
    recording, found = plain
    again = fit(recording, Labels("plain"))
    assert again.text == found.text
    assert page(again, recording) == page(found, recording)


def test_what_people_say_is_escaped(plain: tuple[Recording, Fit]) -> None:
    recording, found = plain
    made = page(replace(found, labels=Labels("x", "<script>alert(1)</script>")), recording)
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
    assert "http" not in made.replace("data:image/png", "")


@pytest.mark.skipif(not MEASURED.is_dir(), reason="recordings of rooms are not here")
@pytest.mark.parametrize(
    ("name", "lines", "speech"), [("running_tap", 1, 0.02), ("white_noise", 0, 0.0), ("exercise_bike", 0, 0.05)]
)
def test_real_recordings_fit(name: str, lines: int, speech: float) -> None:
    recording = open_recording(MEASURED / f"{name}.flac")
    found = fit(recording, Labels("real"))
    assert recording.speech <= speech
    assert len(found.lines) == lines
    assert found.goodness.worst_db < 1.5
    assert found.goodness.share > 0.95


@pytest.mark.skipif(not MEASURED.is_dir(), reason="recordings of rooms are not here")
def test_short_real_recordings_are_refused() -> None:
    short = [file for file in sorted(MEASURED.glob("*.flac")) if probe(file).seconds < 20]
    assert len(short) >= 9
    for file in short:
        with pytest.raises(AudioError, match="a profile needs at least 20 s"):
            open_recording(file)
