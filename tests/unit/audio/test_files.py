# SPDX-License-Identifier: Apache-2.0
"""Audio files: what is read is what was written, and what cannot be used is refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stresstest.audio import Waveform
from stresstest.audio.files import AudioInfo, probe, read, resample, write
from stresstest.errors import AudioError

CLIPS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "common_voice_6_1_en" / "clips"


def test_a_written_wave_reads_back_within_half_a_step(tmp_path: Path) -> None:
    wave = Waveform(np.random.default_rng(0).uniform(-1, 1, 4000), 16000)
    write(tmp_path / "a.wav", wave)
    again = read(tmp_path / "a.wav")
    assert probe(tmp_path / "a.wav") == AudioInfo(16000, 1, 4000)
    assert again.rate_hz == 16000
    assert np.abs(again.samples * 32768 / 32767 - wave.samples).max() <= 0.51 / 32767


def test_a_wave_above_full_scale_is_refused_and_not_clipped(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"a\.wav.*peak is 1\.200"):
        write(tmp_path / "a.wav", Waveform(np.array([0.0, 1.2]), 16000))
    assert not (tmp_path / "a.wav").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"there is no folder .*gone\. Make it first"):
        write(tmp_path / "gone" / "a.wav", Waveform(np.zeros(10), 16000))


def test_a_part_is_the_slice_of_the_whole(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, 16000)
    soundfile.write(tmp_path / "a.flac", samples, 16000)
    whole = read(tmp_path / "a.flac").samples
    assert np.array_equal(read(tmp_path / "a.flac", 0.25, 0.5).samples, whole[4000:8000])
    assert np.array_equal(read(tmp_path / "a.flac", start=0.75).samples, whole[12000:])


def test_channels_are_averaged_unless_one_is_named(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.tile([[0.5, -0.25]], (100, 1)), 8000, subtype="FLOAT")
    assert np.allclose(read(tmp_path / "a.wav").samples, 0.125)
    assert np.allclose(read(tmp_path / "a.wav", channel=1).samples, -0.25)
    with pytest.raises(AudioError, match=r"channel 2 is asked for; allowed: 0 to 1"):
        read(tmp_path / "a.wav", channel=2)


def test_unusable_files_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not audio")
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16000)
    soundfile.write(tmp_path / "nan.wav", np.array([0.0, np.nan]), 16000, subtype="FLOAT")
    for name, why in (
        ("missing.wav", "no such file"),
        ("text.wav", "not an audio file"),
        ("empty.wav", "no samples"),
        ("nan.wav", "NaN"),
    ):
        with pytest.raises(AudioError, match=why) as caught:
            read(tmp_path / name)
        assert name in str(caught.value)


@pytest.mark.parametrize(("start", "end"), [(0.5, 0.5), (-0.1, 0.5), (0.2, 2.0), (1.5, None)])
def test_a_part_outside_the_file_is_refused(tmp_path: Path, start: float, end: float | None) -> None:
    soundfile.write(tmp_path / "a.wav", np.ones(8000) / 2, 8000)
    with pytest.raises(AudioError, match=r"lasts 1\.000 s"):
        read(tmp_path / "a.wav", start, end)


def test_resampling_keeps_a_tone_in_its_place_and_the_same_rate_is_the_same_object() -> None:
    time_s = np.arange(48000) / 48000
    tone = Waveform(0.5 * np.sin(2 * np.pi * 440 * time_s), 48000)
    lower = resample(tone, 16000)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    assert lower.samples.size == 16000
    assert np.abs(lower.samples - expected)[500:-500].max() < 1e-4
    assert np.array_equal(lower.samples, resample(tone, 16000).samples)
    assert resample(lower, 16000) is lower


@pytest.mark.skipif(not CLIPS.is_dir(), reason="the Common Voice clips are not here")
def test_a_part_of_an_mp3_is_the_slice_of_the_whole() -> None:
    clip = min(CLIPS.glob("*.mp3"))
    whole, rate_hz = read(clip).samples, probe(clip).rate_hz
    part = read(clip, 0.5, 1.0).samples
    assert np.array_equal(part, whole[rate_hz // 2 : rate_hz // 2 + part.size])
