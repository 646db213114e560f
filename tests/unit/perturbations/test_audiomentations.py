# SPDX-License-Identifier: Apache-2.0
"""The fence around audiomentations: global draws, ranges, lengths and failures."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from stresstest.audio import Waveform
from stresstest.errors import AudioError, MissingExtraError, ParameterError
from stresstest.perturbations.audiomentations import Audiomentations
from stresstest.seeds import rng_for

WAVE = Waveform((0.1 * rng_for(9).standard_normal(16000)).astype(np.float32), 16000)


def _kind(transform: str, changes_length: bool = False, **parameters: Any) -> Audiomentations:
    keys = {"transform": transform, "parameters": parameters, "changes_length": changes_length}
    return Audiomentations.from_parameters(keys)


@pytest.mark.parametrize(
    "kind",
    [
        _kind("AddGaussianNoise", amplitude=0.01),
        _kind("AddColorNoise", snr_db=10, f_decay=-3),
        _kind("TimeMask", band_part=0.1),
        _kind("SevenBandParametricEQ", gain_db=6),
        _kind("Shift", shift=0.1),
        _kind("GainTransition", gain_db=-6, duration=0.5),
        _kind("LowPassFilter", cutoff_freq=2000, rolloff=12),
        _kind("BitCrush", bit_depth=6),
        _kind("PolarityInversion"),
    ],
    ids=lambda kind: kind.transform,
)
def test_the_generator_alone_decides_and_the_global_ones_stand_still(kind: Audiomentations) -> None:
    random.seed(3)
    np.random.seed(3)
    before = random.getstate(), repr(np.random.get_state())
    first = kind.apply(WAVE, rng_for(1)).samples
    assert (random.getstate(), repr(np.random.get_state())) == before
    random.seed(4)
    np.random.seed(4)
    assert kind.apply(WAVE, rng_for(1)).samples.tobytes() == first.tobytes()
    assert first.tobytes() != WAVE.samples.tobytes()


def test_another_generator_draws_other_noise() -> None:
    kind = _kind("AddGaussianNoise", amplitude=0.01)
    assert kind.apply(WAVE, rng_for(1)).samples.tobytes() != kind.apply(WAVE, rng_for(2)).samples.tobytes()


def test_one_value_sets_both_ends_of_a_range() -> None:
    louder = _kind("Gain", gain_db=6.0).apply(WAVE, rng_for(0)).samples
    np.testing.assert_allclose(louder, WAVE.samples * 10 ** (6 / 20), rtol=1e-5)


def test_the_global_generators_stand_still_when_a_transform_fails() -> None:
    kind = _kind("BandPassFilter", center_freq=100, bandwidth_fraction=1, rolloff=12, zero_phase=True)
    before = random.getstate(), repr(np.random.get_state())
    with pytest.raises(AudioError, match="BandPassFilter fails: ValueError"):
        kind.apply(Waveform(WAVE.samples[:5], 16000), rng_for(0))
    assert (random.getstate(), repr(np.random.get_state())) == before


def test_two_values_are_a_range_to_draw_from() -> None:
    kind = _kind("Gain", gain_db=[-6, 6])
    gains = [kind.level_change_db(WAVE, rng_for(seed)) for seed in range(20)]
    assert min(gains) < -3
    assert max(gains) > 3
    assert all(-6 <= gain <= 6 for gain in gains)
    assert gains[0] == kind.level_change_db(WAVE, rng_for(0))


@pytest.mark.parametrize("parameters", ["x", 3, [1, 2], [["a", 1, 2]], {1: 2}])
def test_parameters_that_are_no_mapping_are_refused(parameters: Any) -> None:
    with pytest.raises(ParameterError, match="must be a mapping"):
        Audiomentations.from_parameters({"transform": "Reverse", "parameters": parameters})


def test_a_file_is_refused_where_none_is_read(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="reads no file") as refusal:
        Audiomentations.from_parameters({"transform": "Reverse", "file": tmp_path / "x.wav"})
    assert refusal.value.key == "file"


def test_a_file_of_another_rate_is_used_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    for name, frames in (("noise.wav", 4000), ("empty.wav", 0)):
        soundfile.write(tmp_path / name, 0.1 * rng_for(1).standard_normal(frames), 8000)
    parameters = {"snr_db": 0, "absolute_rms_db": -30}
    mapping = {"transform": "AddBackgroundNoise", "parameters": parameters}
    mixed = Audiomentations.from_parameters({**mapping, "file": tmp_path / "noise.wav"}).apply(WAVE, rng_for(1))
    assert mixed.samples.size == WAVE.samples.size
    with pytest.raises(AudioError, match="may not be empty"):
        Audiomentations.from_parameters({**mapping, "file": tmp_path / "empty.wav"}).apply(WAVE, rng_for(1))


def test_a_transform_whose_library_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy_audio_limiter", None)
    with pytest.raises(MissingExtraError, match=r"Limiter of audiomentations needs .*stresstest\[audiomentations\]"):
        _kind("Limiter", threshold_db=-12, attack=0.005, release=0.1)


@pytest.mark.parametrize(
    ("transform", "parameters", "key", "words"),
    [
        ("TanhDistorsion", {}, "transform", "did you mean 'TanhDistortion'"),
        ("Compose", {}, "transform", "unknown transform"),
        (7, {}, "transform", "unknown transform 7"),
        ("Lambda", {}, "transform", "runs code"),
        ("ApplyImpulseResponse", {}, "file", "absolute path of an audio file; got None"),
        ("AddBackgroundNoise", {"snr_db": 1, "absolute_rms_db": -30}, "file", "absolute path"),
        ("TanhDistortion", {"distorsion": 0.1}, "parameters", "did you mean 'distortion'"),
        ("TanhDistortion", {"min_distortion": 0.1}, "parameters", "allowed: distortion"),
        ("TanhDistortion", {}, "parameters", "fixed value for distortion"),
        ("TanhDistortion", {"distortion": 2}, "parameters", "refuses"),
        ("TanhDistortion", {"distortion": 0.1, "p": 0.5}, "parameters", "no parameter 'p'"),
        ("TanhDistortion", {"distortion": {"a": 1}}, "parameters", "or two of them"),
        ("TanhDistortion", {"distortion": "much"}, "parameters", "distortion must be a number"),
        ("TanhDistortion", {"distortion": True}, "parameters", "distortion must be a number"),
        ("TanhDistortion", {"distortion": [0.1, 0.2, 0.3]}, "parameters", "or two of them"),
        ("Gain", {"gain_db": 1e308}, "parameters", "from -1e[+]06 to 1e[+]06"),
        ("Shift", {"shift": 0.1, "rollover": 1}, "parameters", "rollover must be true or false"),
        ("Padding", {"fraction": 0.1, "mode": 3}, "parameters", "mode must be text"),
        ("Padding", {"fraction": 0.1, "mode": "echo"}, "parameters", "refuses"),
        ("AdjustDuration", {"duration_seconds": 1e6}, "parameters", "from 0.001 to 600"),
        ("RepeatPart", {"repeats": 1000000, "part_duration": 1}, "parameters", "from 1 to 20"),
        ("RepeatPart", {"repeats": 1, "part_duration": 1, "part_transform": "os.system"}, "parameters", "no parameter"),
        ("AddColorNoise", {"snr_db": 1, "f_decay": 1, "n_fft": 2**31}, "parameters", "to 65536"),
        ("Mp3Compression", {"bitrate": 32, "backend": "pydub"}, "parameters", "no parameter 'backend'"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(
    transform: Any, parameters: dict[str, Any], key: str, words: str
) -> None:
    if transform == "Mp3Compression":
        pytest.importorskip("fast_mp3_augment")
    with pytest.raises(ParameterError, match=words) as refusal:
        Audiomentations.from_parameters({"transform": transform, "parameters": parameters})
    assert refusal.value.key == key


def test_a_change_of_length_is_refused_unless_it_is_announced() -> None:
    with pytest.raises(AudioError, match="changes the length from 16000 to 12000"):
        _kind("AdjustDuration", duration_samples=12000).apply(WAVE, rng_for(0))
    shorter = _kind("AdjustDuration", changes_length=True, duration_samples=12000)
    assert shorter.apply(WAVE, rng_for(0)).samples.size == 12000


def test_a_warning_is_a_failure() -> None:
    kind = _kind("RepeatPart", changes_length=True, repeats=1, part_duration=5.0)
    with pytest.raises(AudioError, match="RepeatPart fails: UserWarning"):
        kind.apply(WAVE, rng_for(0))
