# SPDX-License-Identifier: Apache-2.0
"""Recorded noise: an excerpt of the file, looped without a click, never silent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.recording import Recording

RATE = 16000


def saved(path: Path, samples: np.ndarray, rate_hz: int = RATE) -> Path:
    soundfile.write(path, samples, rate_hz, subtype="FLOAT")
    return path


def test_an_excerpt_is_a_stretch_of_the_file_and_the_seed_picks_it(tmp_path: Path) -> None:
    ramp = np.linspace(-0.4, 0.4, 60 * RATE).astype(np.float32)  # without a mean, which would be taken away
    recording = Recording(saved(tmp_path / "a.wav", ramp))
    starts = set()
    for seed in range(8):
        made = recording.generate(RATE, RATE, np.random.default_rng(seed), ())
        start = int(np.abs(ramp - made.samples[0]).argmin())
        assert 1000 < start < 58 * RATE, "these seeds stay away from the joint"
        np.testing.assert_allclose(made.samples, ramp[start : start + RATE], atol=1e-6)
        assert made.active.all()
        starts.add(start)
    assert len(starts) == 8


def test_a_short_file_is_looped_at_constant_power_without_a_jump(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 100.3 * np.arange(RATE) / RATE)
    made = Recording(saved(tmp_path / "tone.wav", tone)).generate(5 * RATE, RATE, np.random.default_rng(1), ())
    assert np.abs(np.diff(made.samples)).max() < 0.5 * 2 * np.pi * 100.3 / RATE * 1.5  # a bare joint jumps by up to 1
    noise = np.random.default_rng(0).standard_normal(RATE) * 0.1
    made = Recording(saved(tmp_path / "noise.wav", noise)).generate(20 * RATE, RATE, np.random.default_rng(1), ())
    power = np.square(made.samples).reshape(-1, RATE // 20).mean(axis=1)
    assert 10 * np.log10(power.min() / power.mean()) > -2
    period = RATE - RATE // 20
    assert np.array_equal(made.samples[:period], made.samples[period : 2 * period])


def test_another_rate_is_resampled(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * 44100) / 44100)
    made = Recording(saved(tmp_path / "a.wav", tone, 44100)).generate(RATE, RATE, np.random.default_rng(0), ())
    assert np.abs(np.fft.rfft(made.samples)).argmax() == 440


def test_an_excerpt_is_never_the_silent_part(tmp_path: Path) -> None:
    samples = np.zeros(20 * RATE)
    samples[: 2 * RATE] = np.random.default_rng(0).standard_normal(2 * RATE) * 0.1
    recording = Recording(saved(tmp_path / "a.wav", samples))
    for seed in range(20):
        assert recording.generate(RATE // 2, RATE, np.random.default_rng(seed), ()).samples.any()


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    square = np.where(np.arange(RATE) % 2, 0.25, -0.25)
    path = saved(tmp_path / "a.wav", square)
    recording = Recording(path)
    assert abs(recording.generate(100, RATE, np.random.default_rng(0), ()).samples[0]) == pytest.approx(0.25)
    saved(path, 2 * square)
    assert abs(recording.generate(100, RATE, np.random.default_rng(0), ()).samples[0]) == pytest.approx(0.5)


def test_silent_and_missing_files_and_relative_paths_are_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(AudioError, match=r"quiet\.wav: the recording is silent throughout"):
        Recording(saved(tmp_path / "quiet.wav", np.zeros(RATE))).generate(RATE, RATE, rng, ())
    with pytest.raises(AudioError, match=r"gone\.wav: there is no such file"):
        Recording(tmp_path / "gone.wav").generate(RATE, RATE, rng, ())
    with pytest.raises(ParameterError, match="absolute path"):
        Recording.from_parameters({"file": "noise.wav"})
