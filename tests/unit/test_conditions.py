# SPDX-License-Identifier: Apache-2.0
"""What a condition and a grid refuse, and the profile behind a name."""

from __future__ import annotations

from typing import Any

import pytest

from stresstest.conditions import CLEAN, Condition, ConditionGrid, layers_of
from stresstest.errors import ConfigError, ProfileError
from stresstest.perturbations.alarm import Alarm
from stresstest.profiles import Layer, Profile
from stresstest.profiles.library import Library


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"noize": "white", "snr_db": 5}, "no axis 'noize'; allowed: channel, .*did you mean 'noise'"),
        ({"snr": 5}, "no axis 'snr'; .*snr_db"),
        ({"noise": "white"}, "lacks an snr_db"),
        ({"snr_db": 5}, "lacks a noise"),
        ({"noise": "white", "snr_db": "5 dB"}, "number of dB from -60 to 100; got '5 dB'"),
        ({"noise": "white", "snr_db": True}, "got True"),
        ({"noise": "white", "snr_db": 101}, "got 101"),
        ({"noise": "white", "snr_db": float("nan")}, "got nan"),
        ({"noise": ["white"], "snr_db": 5}, r"name of one profile.* got \['white'\]"),
    ],
)
def test_a_wrong_condition_is_refused(mapping: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Condition.from_mapping(mapping)


@pytest.mark.parametrize("label", ["", "voice", "voice=", "voice=a/voice=b", "clean/voice=a", "noise=a/snr_db=x"])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ConfigError):
        Condition.parse(label)


def test_an_snr_is_a_number_whatever_form_it_is_given_in() -> None:
    assert Condition(noise="white", snr_db=5) == Condition.from_mapping({"noise": "white", "snr_db": "5.0"})
    assert Condition(noise="white", snr_db=-0.0).label == "noise=white/snr_db=0"
    assert Condition(noise="white", snr_db=10.0000001).label == "noise=white/snr_db=10.0000001"


def test_a_title_says_the_same_in_words() -> None:
    condition = Condition("stress_2", "patient_room", "ward_babble", 2.5, None, "irs_handset", "gsm_full_rate")
    assert condition.title == "stress 2 + patient room + ward babble 2.5 dB + irs handset + gsm full rate"
    near = Condition(speech_dba=84, device="irs_handset")
    assert near.title == "speech 84 dBA + irs handset"
    assert CLEAN.title == "clean"


@pytest.mark.parametrize(
    ("axes", "exclude", "says"),
    [
        ({"noises": ["white"]}, [], "grid has no axis 'noises'"),
        ({}, [{"snr": 5}], "grid has no axis 'snr'"),
        ({"noise": ["white"]}, [], "noise of the grid needs an axis snr_db"),
        ({"snr_db": [5]}, [], "snr_db of the grid needs an axis noise"),
        ({"noise": ["white"], "snr_db": [5, "low"]}, [], "got 'low'"),
        ({"noise": ["white"], "snr_db": [5]}, [{"snr_db": ["low"]}], "got 'low'"),
        ({"noise": ["white"], "snr_db": [None, 5]}, [], "lacks an snr_db"),
    ],
)
def test_a_wrong_grid_is_refused(axes: dict[str, Any], exclude: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        ConditionGrid.from_axes(axes, exclude)


def test_the_constructor_of_a_grid_keeps_clean_first_and_each_condition_once() -> None:
    with pytest.raises(ConfigError, match="starts with the clean condition"):
        ConditionGrid((Condition(voice="a"),))
    with pytest.raises(ConfigError, match="each condition once"):
        ConditionGrid((CLEAN, Condition(voice="a"), CLEAN))


def test_one_control_stands_for_every_profile_of_a_condition_that_has_one() -> None:
    controls = {"voice": "passthrough", "room": "dry"}

    def control_of(stage: str, reference: str) -> str | None:
        return controls.get(stage) if reference not in controls.values() else None

    grid = ConditionGrid.from_axes({}, extra=[{"voice": "stress", "room": "hall"}], control_of=control_of)
    assert [c.label for c in grid] == ["clean", "voice=stress/room=hall", "voice=passthrough/room=dry"]


def profile(stage: str, *layers: Layer) -> Profile:
    return Profile("mine", stage, "A test.", "archetype", "none", "CC0-1.0", {"": layers}, "0")


def test_a_profile_is_built_into_its_kinds() -> None:
    ((layer, kind),) = layers_of(Library.shipped().get("noise", "infusion_alarm"), "")
    assert layer.kind == "alarm"
    assert isinstance(kind, Alarm)
    assert kind.f0_hz == 550


@pytest.mark.parametrize(
    ("wrong", "severity", "says"),
    [
        (profile("noise", Layer("tone", {"f0_hz": 100})), "loud", "no severity 'loud'; it has none"),
        (profile("noise", Layer("gsm", {})), "", "kind 'gsm' is for channel; the profile's stage is noise"),
        (profile("channel", Layer("tone", {"f0_hz": 100})), "", "kind 'tone' is for noise"),
        (profile("noise", Layer("tone", {"fo_hz": 100})), "", "unknown key 'fo_hz'; allowed: .*did you mean 'f0_hz'"),
        (profile("noise", Layer("tone", {"f0_hz": "low"})), "", "f0_hz must be a number .*got 'low'"),
        (profile("device", Layer("clipping", {"clipped_percent": 1}, path="speech")), "", "not linear"),
    ],
)
def test_a_profile_that_cannot_be_built_is_refused(wrong: Profile, severity: str, says: str) -> None:
    with pytest.raises(ProfileError, match=says):
        layers_of(wrong, severity)


def test_an_unknown_severity_is_refused_with_the_names() -> None:
    clipping = Library.shipped().get("device", "clipping")
    with pytest.raises(
        ProfileError, match=r"no severity 'sever'; allowed: .*did you mean 'severe'.*write clipping@NAME"
    ):
        layers_of(clipping, "sever")
