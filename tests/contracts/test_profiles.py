# SPDX-License-Identifier: Apache-2.0
"""What every shipped profile owes; a new file is found here by itself."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.conditions import layers_of
from stresstest.perturbations import Effect, Room, Source
from stresstest.places import data_folder
from stresstest.profiles import STAGES, Layer, Profile
from stresstest.profiles.library import Library, from_mapping, to_mapping
from stresstest.profiles.mapping import digest_of
from stresstest.seeds import rng_for

LIBRARY = Library.shipped()
NAMES = [(stage, name) for stage in STAGES for name in LIBRARY.names(stage)]
RATE_HZ, FRAMES = 16000, 32000
GRADED = [(s, n) for s, n in NAMES if s in ("device", "channel") and len(LIBRARY.get(s, n).severities) > 1]
"""Profiles whose severities can be told apart by what they do to a signal of unchanged length."""

every_profile = pytest.mark.parametrize(("stage", "name"), NAMES, ids=["/".join(pair) for pair in NAMES])


def _speech(seconds: float = 2.0) -> Waveform:
    """Modulated noise in the place of speech, about -26 dBov with pauses."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    noise = rng_for(5, "speech").standard_normal(time.size) * np.maximum(np.sin(2 * np.pi * 2 * time), 0)
    return Waveform((0.1 * noise).astype(np.float32), RATE_HZ)


def _rendered(profile: Profile, severity: str, speech: Waveform) -> np.ndarray:  # type: ignore[type-arg]
    """What a profile does: to the mixture, or as sound of its own."""
    wave, total = speech, np.zeros(FRAMES)
    for k, (layer, kind) in enumerate(layers_of(profile, severity)):
        rng = rng_for(1, profile.stage, profile.name, k)
        if isinstance(kind, Effect):
            wave = kind.apply(wave, rng) if layer.path != "noise" else wave
        elif isinstance(kind, Room):
            return kind.response(RATE_HZ, rng).samples
        elif isinstance(kind, Source):
            pool = [_speech(3.0)] * 12 if kind.needs_pool else []
            total = total + kind.generate(FRAMES, RATE_HZ, rng, pool).samples * 10 ** (layer.level_db / 20)
    return total if profile.stage == "noise" else wave.samples


def test_every_stage_has_a_profile_and_no_file_is_left_out() -> None:
    assert {stage for stage, _ in NAMES} == set(STAGES)
    files = [f for f in data_folder("noise_profiles").rglob("*.y*ml")]
    assert len(files) == len(NAMES)


@every_profile
def test_a_profile_builds_renders_and_renders_again_the_same(stage: str, name: str) -> None:
    profile = LIBRARY.get(stage, name)
    for severity in profile.severities:
        first = _rendered(profile, severity, _speech())
        assert np.isfinite(first).all()
        assert np.square(first).mean() > 1e-9
        assert first.tobytes() == _rendered(LIBRARY.get(stage, name), severity, _speech()).tobytes()


@every_profile
def test_a_profile_survives_the_study_file(stage: str, name: str) -> None:
    profile = LIBRARY.get(stage, name)
    back = from_mapping(json.loads(json.dumps(to_mapping(profile))))
    assert back == profile
    assert profile.digest == digest_of(
        stage, back.severities, back.snr_reference, (back.fluctuation_db, back.fluctuation_s)
    )
    for severity in profile.severities:
        assert [kind for _, kind in layers_of(back, severity)] == [kind for _, kind in layers_of(profile, severity)]


@pytest.mark.parametrize(("stage", "name"), GRADED, ids=["/".join(pair) for pair in GRADED])
def test_each_severity_changes_more_than_the_one_before(stage: str, name: str) -> None:
    profile = LIBRARY.get(stage, name)
    speech = _speech(20.0)
    errors = [np.square(_rendered(profile, s, speech) - speech.samples).mean() for s in profile.severities]
    assert all(milder < stronger for milder, stronger in pairwise(errors))


@every_profile
def test_layers_apart_are_linear_and_come_before_the_mixture(stage: str, name: str) -> None:
    profile = LIBRARY.get(stage, name)
    built: list[tuple[Layer, object]] = [pair for s in profile.severities for pair in layers_of(profile, s)]
    apart = [kind for layer, kind in built if layer.path != "mixture"]
    assert all(isinstance(kind, Effect) and kind.linear for kind in apart)


def test_every_voice_profile_is_read_against_the_passthrough_of_its_own_vocoder() -> None:
    profiles = {name: LIBRARY.get("voice", name) for name in LIBRARY.names("voice")}
    controls = {"pitch_tempo": "passthrough", "world": "passthrough_world"}
    for name, profile in profiles.items():
        vocoders = {layer.kind for layer in profile.severities[""]} & set(controls)
        assert len(vocoders) == 1
        assert profile.control == (None if name in controls.values() else controls[vocoders.pop()])


def test_no_two_profiles_of_a_stage_sound_alike() -> None:
    digests = [LIBRARY.get(stage, name).digest for stage, name in NAMES]
    assert len(set(digests)) == len(digests)
