# SPDX-License-Identifier: Apache-2.0
"""Scenes: the ratio follows from absolute levels, and the engine hears those levels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_paths import path_of, study_of

from stresstest.audio.levels import a_weighted, rms_dbov, speech_level_dbov
from stresstest.conditions import Condition
from stresstest.config import compose
from stresstest.errors import ConfigError
from stresstest.profiles import Layer, Profile
from stresstest.profiles.library import Library
from stresstest.scenes import Scene, scenes_of
from stresstest.study import Study


def test_the_worked_examples_of_the_literature_hold() -> None:
    assert Scene("table", "white", ambient_dba=60, distance_m=1).snr_db == 6.0
    assert Scene("handset", "white", ambient_dba=60, distance_m=0.025).snr_db == 38.0
    quiet = Scene("quiet", "white", ambient_dba=30, distance_m=2)
    assert (quiet.lift_db, quiet.snr_db) == (0, 24.0)
    assert Scene("flat", "white", ambient_dba=80, distance_m=1, lombard_db_per_db=0).snr_db == -20


@given(st.floats(30, 90), st.floats(0.02, 10), st.floats(60, 80), st.floats(0, 1))
def test_what_moves_the_ratio_moves_it_by_as_much(ambient: float, meters: float, talker: float, slope: float) -> None:
    scene = Scene("s", "white", ambient, meters, talker, slope)
    assert replace(scene, distance_m=2 * meters).snr_db - scene.snr_db == pytest.approx(-6.02, abs=0.11)
    assert replace(scene, talker_dba=talker + 3).snr_db - scene.snr_db == pytest.approx(3, abs=0.11)
    assert scene.condition.snr_db == scene.snr_db
    if ambient > 45:
        louder = replace(scene, ambient_dba=ambient + 10).snr_db
        assert louder - scene.snr_db == pytest.approx(10 * (slope - 1), abs=0.11)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"name": "a", "noise": "white", "distance_m": 1}, "'a' lacks ambient_dba"),
        ({"name": "a", "noise": "white", "ambient_dba": 200, "distance_m": 1}, r"0 to 140 dB\(A\); got 200"),
        ({"name": "a", "noise": "white", "ambient_dba": 50, "distance_m": 0}, "distance_m takes a number from 0.01"),
        ({"name": "a", "noise": "white", "ambient_dba": 50, "meters": 1}, "no key 'meters'; allowed: .*distance_m"),
        ("bedside", "takes keys with values; got 'bedside'"),
    ],
)
def test_a_scene_that_is_wrong_is_refused(entry: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        scenes_of([entry], Library.shipped())


def test_a_scene_takes_the_level_of_its_noise_profile() -> None:
    library = Library.shipped()
    named = next(n for n in library.names("noise") if library.get("noise", n).level_dba is not None)
    [scene] = scenes_of([{"name": "there", "noise": named, "distance_m": 1}], library)
    assert scene.ambient_dba == library.get("noise", named).level_dba


def _device(*layers: Layer) -> Profile:
    flat = Layer("response", {"curve": ((100, 0.0), (1000, 0.0))})
    reference = Library.shipped().get("device", "reference")
    return replace(reference, full_scale_spl_db=120.0, severities={"": layers or (flat,)})


def _study(label: str, *layers: Layer) -> Study:
    made = study_of("device=reference", "noise=white/snr_db=0", render={"snr_weighting": "A"})
    made = replace(made, profiles={**made.profiles, "device/reference": _device(*layers)})
    return replace(made, grid=type(made.grid)((Condition(), Condition.parse(label))))


def test_speech_and_noise_meet_the_device_at_their_absolute_levels() -> None:
    scene = Scene("desk", "white", ambient_dba=52, distance_m=0.5, device="reference")
    path = path_of(_study(scene.condition.label))
    speech = path.captured(replace(scene.condition, noise=None, snr_db=None))
    assert speech_level_dbov(speech, "A") + 120 == pytest.approx(scene.speech_dba, abs=0.05)
    both = path.captured(scene.condition)
    noise = both.samples.astype(np.float64) - speech.samples
    assert rms_dbov(a_weighted(noise, both.rate_hz)) + 120 == pytest.approx(52, abs=0.05)


def test_the_own_noise_of_a_microphone_counts_for_a_far_soft_talker_only() -> None:
    own = Layer("self_noise", {"level_dbov": -88.0, "weighting": "A"})

    def ratio_db(speech_dba: float) -> float:
        condition = Condition(speech_dba=speech_dba, device="reference")
        path = path_of(_study(condition.label, own))
        heard = path.render(condition, 16000).wave
        still = heard.samples[: 16000 // 5].astype(np.float64)  # the padding before the speech
        return speech_level_dbov(path.speech(condition)[1], "A") - rms_dbov(a_weighted(still, 16000))

    near, far = ratio_db(84.0), ratio_db(44.0)
    assert far == pytest.approx(44 - 32, abs=0.3), "94 - 62 = 32 dB(A) of its own"
    assert near > far + 25


def test_a_shout_overloads_a_microphone_and_talk_does_not() -> None:
    def crest(speech_dba: float) -> float:
        condition = Condition(speech_dba=speech_dba, device="reference")
        samples = path_of(_study(condition.label)).render(condition, 16000).wave.samples
        return float(np.abs(samples).max() / np.sqrt(np.square(samples).mean()))

    assert crest(118.0) < 0.7 * crest(70.0)


def test_scenes_need_a_weighting_and_a_device_that_knows_its_full_scale() -> None:
    with pytest.raises(ConfigError, match=r"Scenes state levels in dB\(A\).*render.snr_weighting=A"):
        compose("grid=clean", "grid.scenes=[{name: a, noise: white, ambient_dba: 50, distance_m: 1}]")
    study = study_of("device=reference")
    bare = {**study.profiles, "device/reference": replace(study.profiles["device/reference"], full_scale_spl_db=None)}
    with pytest.raises(ConfigError, match="says no full_scale_spl_db"):
        replace(
            study, profiles=bare, grid=type(study.grid)((Condition(), Condition(speech_dba=60, device="reference")))
        )
    with pytest.raises(ConfigError, match="lacks a device"):
        Condition(speech_dba=60)


def test_a_grid_of_scenes_becomes_conditions_and_survives_the_study_file() -> None:
    scenes = "grid.scenes=[{name: bed, noise: white, ambient_dba: 50, distance_m: 0.5}]"
    study = compose("grid=clean", "render.snr_weighting=A", scenes).study
    assert [c.label for c in study.grid] == ["clean", "noise=white/snr_db=18.0".removesuffix(".0")]
    assert Study.from_mapping(study.to_mapping()) == study
