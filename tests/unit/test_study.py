# SPDX-License-Identifier: Apache-2.0
"""A study: what it refuses, that it survives its file, and that no secret leaves it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_studies import study_over

from stresstest.conditions import CLEAN, Condition, ConditionGrid
from stresstest.corpora import Selection
from stresstest.errors import ConfigError
from stresstest.study import REDACTED, Component, RenderOptions, Study, Tolerance, redacted, without_secrets

MANIFEST = Path("manifest.csv")
SECRET = "sk-do-not-show"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"snr_weighting": "C"}, "render.snr_weighting takes one of null, A; got 'C'"),
        ({"snr_reference": "off"}, "render.snr_reference takes one of null, on, long_term; got 'off'"),
        ({"level_mode": "fixed"}, "render.level_mode takes one of fixed_snr, fixed_noise; got 'fixed'"),
        ({"rate_hz": 4000}, "render.rate_hz takes a number from 8000 to 48000 Hz; got 4000"),
        ({"rate_hz": 16000.5}, "render.rate_hz takes a whole number of Hz; got 16000.5"),
        ({"rate_hz": True}, "got True"),
        ({"speech_level_dbov": 0}, "render.speech_level_dbov takes a number from -50 to -15 dBov; got 0"),
        ({"padding_ms": "250"}, "render.padding_ms takes a number from 0 to 5000 ms; got '250'"),
        ({"padding_ms": float("nan")}, "got nan"),
    ],
)
def test_render_options_are_checked(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        RenderOptions(**options)


@pytest.mark.parametrize("max_gap", [-0.01, 1.5, 10, "0.1", None, True])
def test_a_tolerance_is_a_fraction(max_gap: Any) -> None:
    with pytest.raises(ConfigError, match=r"study\.tolerance\.max_gap takes a number from 0 to 1 \(a fraction"):
        Tolerance(max_gap)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reference": " "}, "study.reference takes the name of a group, or null; got ' '"),
        ({"reference": 3}, "study.reference takes the name of a group, or null; got 3"),
        ({"population": {}}, "study.population takes a share for each group, as {a: 0.7, b: 0.3}; got {}"),
        ({"population": 0.5}, "study.population takes a share for each group"),
        ({"population": {"a": 0.0}}, "study.population.a takes a share above 0; got 0.0"),
        ({"population": {"a": True}}, "study.population.a takes a share above 0; got True"),
        ({"population": {"a": float("inf")}}, "study.population.a takes a share above 0; got inf"),
    ],
)
def test_a_reference_is_a_name_and_shares_are_above_zero(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(says)):
        replace(study_over(MANIFEST), **changes)


def test_a_reference_and_shares_fit_the_groups_of_the_corpus() -> None:
    study = replace(study_over(MANIFEST), reference="b", population={"a": 1, "b": 2, "elsewhere": 1})
    study.check_groups(["a", "b"])
    with pytest.raises(ConfigError, match=r"study\.reference: the corpus has no group 'b'; allowed: a, c"):
        study.check_groups(["a", "c"])
    with pytest.raises(ConfigError, match=r"study\.population gives no share for c; it takes one above 0"):
        study.check_groups(["a", "b", "c"])


def test_a_study_holds_every_profile_that_it_names_and_a_recognizer() -> None:
    study = study_over(MANIFEST)
    with pytest.raises(ConfigError, match="names the voice profile 'stress_2' but does not hold it"):
        replace(study, grid=ConditionGrid((CLEAN, Condition(voice="stress_2"))))
    with pytest.raises(ConfigError, match="at least one recognizer"):
        replace(study, recognizers={})
    with pytest.raises(ConfigError, match=r"study\.reps takes a number from 1 to 1000"):
        replace(study, reps=0)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"selection": Selection(("b", "a"), 2, 3, "words", 5), "reps": 3, "normalizer": "whisper_english"},
        {"babble": Component("stresstest.corpora.ward_visitors.WardVisitors"), "tolerance": Tolerance(0.25)},
        {"render": RenderOptions(8000, -30.5, 0, "A", "long_term", "fixed_noise"), "question": "Größe: ≤ 10 %?"},
        {"reference": "a", "population": {"a": 2, "b": 1.5}},
    ],
)
def test_a_study_reads_back_as_written(changes: dict[str, Any]) -> None:
    study = replace(study_over(MANIFEST), **changes)
    text = yaml.safe_dump(study.to_mapping(), sort_keys=False, allow_unicode=True)
    again = Study.from_mapping(yaml.safe_load(text))
    assert again == study
    assert again.digest == study.digest
    assert json.loads(json.dumps(study.to_mapping())) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("changes", "decodes_again"),
    [
        ({"normalizer": "whisper_english"}, False),
        ({"tolerance": Tolerance(0.2)}, False),
        ({"question": "Another?"}, False),
        ({"name": "another"}, False),
        ({"reference": "a"}, False),
        ({"population": {"a": 0.7, "b": 0.3}}, False),
        ({"seed": 8}, True),
        ({"reps": 2}, True),
        ({"selection": Selection(min_speakers=2)}, True),
        ({"render": RenderOptions(padding_ms=51)}, True),
        ({"grid": ConditionGrid((CLEAN,))}, True),
        ({"recognizers": {"odd": Component("odd_recognizers.Loudness", {"stretches": 4})}}, True),
    ],
)
def test_every_change_changes_the_digest_and_only_scoring_spares_the_decodes(
    changes: dict[str, Any], decodes_again: bool
) -> None:
    study = study_over(MANIFEST)
    other = replace(study, **changes)
    assert other.digest != study.digest
    assert (other.decoding_digest != study.decoding_digest) == decodes_again


def test_control_and_severity_are_found_behind_a_name() -> None:
    study = study_over(MANIFEST, labels=["clean", "voice=stress_2", "device=clipping@severe"])
    assert study.control_of("voice", "stress_2") == "passthrough_world"
    assert study.control_of("device", "clipping@severe") is None
    profile, severity = study.profile("device", "clipping@severe")
    assert (profile.name, severity) == ("clipping", "severe")


@pytest.mark.parametrize(
    "key", ["api_key", "apikey", "API_KEY", "auth_token", "password", "client_secret", "credentials"]
)
def test_a_secret_is_redacted_at_any_depth(key: str) -> None:
    options = {"model": "m", "deep": {"list": [{key: SECRET}], key: [SECRET]}, key: SECRET}
    clean = redacted(options)
    assert SECRET not in json.dumps(clean)
    assert clean["model"] == "m"
    assert clean[key] == REDACTED
    assert without_secrets(f"401 for {SECRET}.", options) == f"401 for {REDACTED}."


def test_what_is_no_secret_stays() -> None:
    options = {"stretches": 5, "api_key": None, "nested": {"path": "keys.txt"}}
    assert redacted(options) == options
    assert without_secrets("keys.txt 5 None", options) == "keys.txt 5 None"


def test_secrets_are_no_part_of_the_study_file_nor_of_its_digest() -> None:
    one, other = (study_over(MANIFEST, "odd_recognizers.Keyed", options={"api_key": k}) for k in (SECRET, "another"))
    assert SECRET not in json.dumps(one.to_mapping())
    assert one.digest == other.digest
