# SPDX-License-Identifier: Apache-2.0
"""The schema that editors read says what the reader and the kinds say."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from stresstest.cli.profile.check import findings
from stresstest.errors import ParameterError
from stresstest.places import data_folder
from stresstest.plugins import catalogue, load
from stresstest.profiles import STAGES
from stresstest.profiles.document import read_document
from stresstest.profiles.library import Library
from stresstest.profiles.parameters import limits_of
from stresstest.profiles.schema import schema

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)
SHIPPED = sorted(data_folder("noise_profiles").rglob("*.yaml"))
KINDS = catalogue("perturbations")
LIBRARY = Library.shipped()


def _examples() -> dict[str, dict[str, Any]]:
    """Parameters that each kind accepts, from a shipped profile."""
    found: dict[str, dict[str, Any]] = {}
    for stage in STAGES:
        for name in LIBRARY.names(stage):
            for layers in LIBRARY.get(stage, name).severities.values():
                for layer in layers:
                    found.setdefault(layer.kind, dict(layer.parameters))
    return found


EXAMPLES = _examples()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", SHIPPED, ids=[f"{f.parent.name}/{f.stem}" for f in SHIPPED])
def test_what_ships_is_valid(file: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(read_document(file))] == []


def _broken(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The profile with one thing wrong at a time."""
    for key in ("name", "stage", "summary", "provenance", "source", "license"):
        yield f"without {key}", {k: v for k, v in data.items() if k != key}
        yield f"{key} no text", {**data, key: [1]}
    yield "unknown key", {**data, "colour": 1}
    yield "unknown stage", {**data, "stage": "street"}
    yield "unknown provenance", {**data, "provenance": "guess"}
    yield "claims no mapping", {**data, "claims": 3}
    yield "level no number", {**data, "level_dba": "loud"}
    yield "snr_reference unknown", {**data, "snr_reference": "off"}
    yield "no kind", {k: v for k, v in data.items() if k not in ("kind", "layers", "severities")}
    yield "unknown kind", {**data, "kind": "tonne"}
    if "severities" in data:
        yield (
            "severity without name",
            {**data, "severities": [{k: v for k, v in data["severities"][0].items() if k != "name"}]},
        )
        yield "severities no list", {**data, "severities": {"mild": 1}}
        yield "no severities", {**data, "severities": []}
    if "layers" in data:
        for k, layer in enumerate(data["layers"]):
            yield "layer without kind", _with_layer(data, k, {x: v for x, v in layer.items() if x != "kind"})
            yield "layer with unknown key", _with_layer(data, k, {**layer, "colour": 1})
            yield "layer of another stage", _with_layer(data, k, {"kind": "exponential_room", "rt60_s": 1, "drr_db": 0})
        yield "no layers", {**data, "layers": []}
        yield "kind and layers", {**data, "kind": "tone", "f0_hz": 440}


def _with_layer(data: dict[str, Any], place: int, layer: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(data)
    changed["layers"][place] = layer
    return changed


@pytest.mark.parametrize(
    "name",
    [
        "noise/infusion_alarm",
        "noise/hvac_nc35",
        "device/irs_handset",
        "channel/packet_loss",
        "voice/fast",
        "room/corridor",
    ],
)
def test_what_is_broken_is_refused_by_the_schema_and_by_the_check(name: str, tmp_path: Path) -> None:
    data = yaml.safe_load((data_folder("noise_profiles") / f"{name}.yaml").read_text(encoding="utf-8"))
    file = tmp_path / f"{name}.yaml"
    file.parent.mkdir()
    for what, broken in _broken(data):
        file.write_text(yaml.safe_dump(broken, allow_unicode=True), encoding="utf-8")
        assert list(VALIDATOR.iter_errors(broken)), what
        assert findings(file), what


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_there_with_its_type_and_a_meaning(kind: str) -> None:
    described = SCHEMA["$defs"][kind]["properties"]
    assert list(described) == [f.name for f in fields(load("perturbations", kind))]
    assert [key for key, entry in described.items() if not entry["description"]] == []


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_limits_are_those_of_the_kind(kind: str) -> None:
    cls = load("perturbations", kind)
    for key, (low, high, _) in limits_of(cls).items():
        entry = SCHEMA["$defs"][kind]["properties"][key]
        many = "items" in entry or any("items" in option for option in entry.get("anyOf", ()))
        for outside in (low - 1e-3 * max(1, abs(low)), high + 1e-3 * max(1, abs(high))):
            given = [outside] * 2 if many else outside
            with pytest.raises(ParameterError):
                cls.from_parameters({**EXAMPLES[kind], key: given})  # type: ignore[attr-defined]


def test_limits_are_found_where_a_kind_checks_one_by_one() -> None:
    assert limits_of(load("perturbations", "tone"))["duty"] == (0.02, 1, "")
    assert SCHEMA["$defs"]["tone"]["properties"]["f0_hz"]["maximum"] == 7500
