# SPDX-License-Identifier: Apache-2.0
"""The fence around audiomentations: global draws, ranges, lengths and failures."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.errors import AudioError, ParameterError
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
    kind = _kind("Mp3Compression", bitrate=8, backend="fast-mp3-augment")
    before = random.getstate(), repr(np.random.get_state())
    with pytest.raises(AudioError, match="Mp3Compression fails: "):
        kind.apply(Waveform(WAVE.samples[:100], 11111), rng_for(0))
    assert (random.getstate(), repr(np.random.get_state())) == before


@pytest.mark.parametrize(
    ("transform", "parameters", "key", "words"),
    [
        ("TanhDistorsion", {}, "transform", "did you mean 'TanhDistortion'"),
        ("Compose", {}, "transform", "unknown transform"),
        (7, {}, "transform", "unknown transform 7"),
        ("Lambda", {}, "transform", "runs code"),
        ("ApplyImpulseResponse", {"ir_path": "x"}, "transform", "stage room"),
        ("AddBackgroundNoise", {"sounds_path": "x"}, "transform", "stage noise"),
        ("TanhDistortion", {"distorsion": 0.1}, "parameters", "did you mean 'distortion'"),
        ("TanhDistortion", {"min_distortion": 0.1}, "parameters", "allowed: distortion"),
        ("TanhDistortion", {}, "parameters", "fixed value for distortion"),
        ("TanhDistortion", {"distortion": 2}, "parameters", "refuses"),
        ("TanhDistortion", {"distortion": 0.1, "p": 0.5}, "parameters", "no parameter 'p'"),
        ("TanhDistortion", {"distortion": {"a": 1}}, "parameters", "a parameter is text"),
        ("TimeStretch", {"rate": 1.1}, "parameters", "pitch_tempo"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(
    transform: Any, parameters: dict[str, Any], key: str, words: str
) -> None:
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
