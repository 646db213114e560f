# SPDX-License-Identifier: Apache-2.0
"""Every waveform transform of audiomentations, rendered with fixed parameters; a new one is found here by itself."""

from __future__ import annotations

import inspect
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import audiomentations
import numpy as np
import pytest
from audiomentations.core.transforms_interface import BaseWaveformTransform

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.audio.levels import rms_dbov
from stresstest.errors import AudioError, MissingExtraError, ParameterError
from stresstest.perturbations._audiomentations import FILES, LIBRARIES, REFUSED
from stresstest.perturbations.audiomentations import Audiomentations
from stresstest.seeds import rng_for

RATE_HZ, FRAMES = 16000, 32000


@dataclass(frozen=True)
class Case:
    """Fixed parameters of a transform, and the level change recorded for them, in dB."""

    level_db: float
    parameters: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)


LONGER = {"changes_length": True}
FILTER = {"center_freq": 1000, "q": 0.7, "gain_db": 6}
ROOM = {
    "size_x": 5, "size_y": 4, "size_z": 2.7, "absorption_value": 0.2, "target_rt60": 0.4, "source_x": 1.0,
    "source_y": 1.5, "source_z": 1.5, "mic_distance": 1.0, "mic_azimuth": 0.5, "mic_elevation": 0.1,
    "max_order": 3, "leave_length_unchanged": True,
}  # fmt: skip
SHORT_NOISES = {
    "snr_db": 6, "time_between_sounds": 0.3, "absolute_noise_rms_db": -30, "pause_factor_during_burst": 0.5,
    "fade_in_time": 0.01, "fade_out_time": 0.01,
}  # fmt: skip

CASES = {
    "AddBackgroundNoise": Case(0.95, {"snr_db": 6, "absolute_rms_db": -30}),
    "AddColorNoise": Case(0.89, {"snr_db": 6, "f_decay": -3}),
    "AddGaussianNoise": Case(1.24, {"amplitude": 0.05}),
    "AddGaussianSNR": Case(0.97, {"snr_db": 6}),
    "AddShortNoises": Case(0.82, SHORT_NOISES),
    "AdjustDuration": Case(-1.76, {"duration_seconds": 3.0}, LONGER),
    "AirAbsorption": Case(-0.29, {"temperature": 20, "humidity": 50, "distance": 50}),
    "Aliasing": Case(-0.5, {"sample_rate": 6000}),
    "ApplyImpulseResponse": Case(-0.37),
    "BandPassFilter": Case(-3.67, {"center_freq": 1000, "bandwidth_fraction": 1.5, "rolloff": 12}),
    "BandStopFilter": Case(-0.77, {"center_freq": 1000, "bandwidth_fraction": 0.5, "rolloff": 12}),
    "BitCrush": Case(0.03, {"bit_depth": 6}),
    "Clip": Case(-4.82, {"a_min": -0.1, "a_max": 0.1}),
    "ClippingDistortion": Case(-5.81, {"percentile_threshold": 20}),
    "Gain": Case(6, {"gain_db": 6}),
    "GainTransition": Case(-7.73, {"gain_db": [-12, 0], "duration": 0.5}),
    "HighPassFilter": Case(-7.05, {"cutoff_freq": 1000, "rolloff": 12}),
    "HighShelfFilter": Case(1.73, FILTER),
    "Limiter": Case(-6.32, {"threshold_db": -12, "attack": 0.005, "release": 0.1}),
    "LoudnessNormalization": Case(0.8, {"lufs": -20}),
    "LowPassFilter": Case(-0.95, {"cutoff_freq": 1000, "rolloff": 12}),
    "LowShelfFilter": Case(5.19, FILTER),
    "Mp3Compression": Case(-0.45, {"bitrate": 32}),
    "Normalize": Case(6.02),
    "Padding": Case(-1.73, {"fraction": 0.2}),
    "PeakingFilter": Case(2.17, FILTER),
    "PitchShift": Case(-0.18, {"semitones": 5}),
    "PolarityInversion": Case(0),
    "RepeatPart": Case(-0.8, {"repeats": 2, "part_duration": 0.3}, LONGER),
    "Resample": Case(0, {"sample_rate": 12000}, LONGER),
    "Reverse": Case(0),
    "RoomSimulator": Case(4.38, ROOM),
    "SevenBandParametricEQ": Case(-0.46, {"gain_db": [-6, 6]}),
    "Shift": Case(0, {"shift": 0.25}),
    "TanhDistortion": Case(0, {"distortion": 0.3}),
    "TimeMask": Case(-0.18, {"band_part": 0.1}),
    "TimeStretch": Case(-1.06, {"rate": 0.3, "leave_length_unchanged": False}, LONGER),
    "Trim": Case(0.4, {"top_db": 30}, LONGER),
}
CLIPS = {"Clip", "ClippingDistortion"}
"""The transforms whose purpose is to clip."""


def _found() -> set[str]:
    return {
        name
        for name, value in vars(audiomentations).items()
        if inspect.isclass(value) and issubclass(value, BaseWaveformTransform)
    }


def _signal(peak: float) -> Waveform:
    """Three tones in syllables, with a softer start, over a little noise."""
    t = np.arange(FRAMES) / RATE_HZ
    tones = sum(np.sin(2 * np.pi * f * t + f) / k for k, f in enumerate((220, 1130, 3170), 1))
    samples = tones * np.clip(np.sin(2 * np.pi * 2 * t), 0, None) * np.linspace(0.3, 1, FRAMES)
    samples += 1e-4 * rng_for(1, "contract").standard_normal(FRAMES)
    return Waveform((peak * samples / np.abs(samples).max()).astype(np.float32), RATE_HZ)


WAVE = _signal(0.5)


def _kind(name: str, folder: Path, **keys: Any) -> Audiomentations:
    case, given = CASES[name], dict[str, Any]()
    if name in FILES:
        given["file"] = folder / "sound.wav"
        noise = rng_for(2, "contract").standard_normal(RATE_HZ) * np.exp(-np.arange(RATE_HZ) / 800)
        write(given["file"], Waveform((0.2 * noise / np.abs(noise).max()).astype(np.float32), RATE_HZ))
    try:
        return Audiomentations.from_parameters(
            {"transform": name, "parameters": case.parameters, **given, **case.keys, **keys}
        )
    except MissingExtraError as missing:
        assert name in LIBRARIES
        pytest.skip(str(missing))


def _clipped(samples: np.ndarray[Any, Any]) -> int:
    """Samples in flat tops: runs of three or more at the largest or the smallest value."""
    flat = np.zeros(samples.size, bool)
    for extreme in (samples.max(), samples.min()):
        at = np.isclose(samples, extreme, rtol=1e-6, atol=0)
        flat[1:-1] |= at[:-2] & at[1:-1] & at[2:]
    return int(flat.sum())


every_transform = pytest.mark.parametrize("name", sorted(CASES))


def test_every_waveform_transform_is_usable_or_refused_with_its_reason() -> None:
    assert _found() == CASES.keys() | REFUSED.keys()
    assert not CASES.keys() & REFUSED.keys()
    assert len(REFUSED) <= 3
    for name, reason in REFUSED.items():
        with pytest.raises(ParameterError, match=reason):
            Audiomentations.from_parameters({"transform": name})


@every_transform
def test_the_generator_alone_decides(name: str, tmp_path: Path) -> None:
    kind = _kind(name, tmp_path)
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), repr(np.random.get_state())
    first = kind.apply(WAVE, rng_for(5)).samples
    assert (random.getstate(), repr(np.random.get_state())) == before
    kind.apply(WAVE, rng_for(6))
    random.seed(2)
    np.random.seed(2)
    assert _kind(name, tmp_path).apply(WAVE, rng_for(5)).samples.tobytes() == first.tobytes()
    assert first.tobytes() != WAVE.samples.tobytes()


@every_transform
def test_the_length_is_kept_or_its_change_is_stated(name: str, tmp_path: Path) -> None:
    stated = CASES[name].keys.get("changes_length", False)
    changed = _kind(name, tmp_path).apply(WAVE, rng_for(5))
    assert (changed.samples.size != FRAMES) == stated
    assert changed.rate_hz == RATE_HZ
    if stated:
        with pytest.raises(AudioError, match="changes the length"):
            _kind(name, tmp_path, changes_length=False).apply(WAVE, rng_for(5))


@every_transform
@pytest.mark.parametrize("peak", [0.5, 3.0])
def test_nothing_clips_that_is_not_meant_to(name: str, peak: float, tmp_path: Path) -> None:
    wave = _signal(peak)
    assert not _clipped(wave.samples)
    assert bool(_clipped(_kind(name, tmp_path).apply(wave, rng_for(5)).samples)) == (name in CLIPS)


@every_transform
def test_the_level_change_is_the_recorded_one(name: str, tmp_path: Path) -> None:
    kind = _kind(name, tmp_path)
    changed = kind.apply(WAVE, rng_for(5))
    assert rms_dbov(changed.samples) - rms_dbov(WAVE.samples) == pytest.approx(CASES[name].level_db, abs=0.1)
    assert kind.level_change_db(WAVE, rng_for(5)) == pytest.approx(CASES[name].level_db, abs=0.1)


@every_transform
def test_the_level_is_kept_where_that_is_asked(name: str, tmp_path: Path) -> None:
    changed = _kind(name, tmp_path, keep_level=True).apply(WAVE, rng_for(5))
    assert rms_dbov(changed.samples) == pytest.approx(rms_dbov(WAVE.samples), abs=0.001)


def test_an_impulse_response_has_its_peak_forced_and_the_level_given_back(tmp_path: Path) -> None:
    forced = _kind("ApplyImpulseResponse", tmp_path).apply(WAVE, rng_for(5)).samples
    assert np.abs(forced).max() == pytest.approx(0.5, abs=0.001)
    kept = _kind("ApplyImpulseResponse", tmp_path, keep_level=True).apply(WAVE, rng_for(5)).samples
    np.testing.assert_allclose(kept / kept.std(), forced / forced.std(), atol=1e-5)
