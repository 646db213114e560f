# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema (draft 2020-12) of profiles, made from the kinds themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from stresstest.plugins import catalogue, load
from stresstest.profiles.parameters import Schema, describe, required_of
from stresstest.profiles.profile import PROVENANCES, STAGES
from stresstest.profiles.reading import NUMBERS, PATHS, PROSE, SNR_REFERENCES

NAME = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_]{0,63}$"}
TEXT = {"type": "string", "pattern": r"\S"}
LAYER_KEYS: Mapping[str, Mapping[str, Schema]] = {
    "device": {"path": {"enum": list(PATHS), "description": "Which signal passes the layer (default: mixture)."}},
    "noise": {"level_db": {"type": "number", "description": "Level in dB relative to the other layers."}},
}
"""The keys of a layer beside its kind and the kind's parameters, by stage."""


def schema() -> Schema:
    """What a profile's YAML file may hold, as an editor can check it.

    Keys and types are the kinds' own; limits of numbers are those that a kind checks one by one. What depends on
    several keys together, `stresstest profile check` alone can tell.
    """
    kinds = {kind: load("perturbations", kind) for kind in catalogue("perturbations")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A profile of stresstest",
        "type": "object",
        "required": list(PROSE),
        "properties": {**_common(), "kind": {"enum": list(kinds)}, "layers": {"type": "array"}},
        "allOf": [*map(_of_stage, STAGES), _without_kind(), *(_of_kind(k, c) for k, c in kinds.items())],
        "$defs": {kind: describe(cls) for kind, cls in kinds.items()}
        | {f"layers_{stage}": _layers(stage, kinds) for stage in STAGES},
    }


def _common() -> dict[str, Schema]:
    """The keys of every profile."""
    given: dict[str, Schema] = {
        "name": {**NAME, "description": "The file's name without .yaml."},
        "stage": {"enum": list(STAGES), "description": "The folder's name: where on the signal path it acts."},
        "summary": {**TEXT, "description": "What was done, in one sentence."},
        "provenance": {
            "enum": list(PROVENANCES),
            "description": "standard: from a norm; measured: from a published measurement; archetype: chosen.",
        },
        "source": {**TEXT, "description": "Where every number is from, and what was chosen here."},
        "license": {**TEXT, "description": "An SPDX identifier, such as Apache-2.0 or CC0-1.0."},
        "control": {**NAME, "description": "The profile of the same stage against which effects are read."},
        "snr_reference": {
            "enum": list(SNR_REFERENCES),
            "description": "What an SNR refers to: the noise while it sounds, or all of the time.",
        },
        "claims": {"type": "object", "description": "What the whole profile measures beyond its parameters."},
        "severities": {
            "type": "array",
            "minItems": 1,
            "description": "Steps, mildest first: a name each, and the keys that differ.",
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": ["string", "integer"]}}},
        },
    }
    for key, (stage, low, high, unit) in NUMBERS.items():
        given[key] = {"type": "number", "minimum": low, "maximum": high, "description": f"For {stage}, in {unit}."}
    return given


def _of_stage(stage: str) -> Schema:
    """What a profile of one stage may give: its kinds, its layers, its numbers."""
    foreign = [k for k, (owner, *_) in NUMBERS.items() if owner != stage]
    foreign += [] if stage == "noise" else ["snr_reference"]
    kinds = [k for k in catalogue("perturbations") if stage in load("perturbations", k).stages]  # type: ignore[attr-defined]
    layers = {"$ref": f"#/$defs/layers_{stage}"}
    steps = {"items": {"properties": {"layers": layers}}}
    allowed = {"kind": {"enum": kinds}, "layers": layers, "severities": steps}
    return _when({"stage": {"const": stage}}, {"properties": {**allowed, **dict.fromkeys(foreign, False)}})


def _without_kind() -> Schema:
    """A profile of layers: here, or in each severity."""
    keys = [*_common(), "layers"]
    step = {"required": ["layers"]}
    in_each = {"required": ["severities"], "properties": {"severities": {"items": step}}}
    steps = {"items": {"propertyNames": {"enum": ["name", "layers"]}}}
    return {
        "if": {"not": {"required": ["kind"]}},
        "then": {
            "propertyNames": {"enum": keys},
            "anyOf": [{"required": ["layers"]}, in_each],
            "properties": {"severities": steps},
        },
    }


def _of_kind(kind: str, cls: type) -> Schema:
    """A profile with one kind: the kind's parameters stand beside the common keys, and in the severities."""
    parameters = _parameters(kind, cls)
    step = {"properties": {"name": True, **parameters}, "additionalProperties": False}
    then: Schema = {
        "properties": {**dict.fromkeys(["kind", *_common()], True), **parameters, "severities": {"items": step}},
        "additionalProperties": False,
    }
    if needed := required_of(cls):
        then["allOf"] = [_here_or_in_each(key) for key in needed]
    return _when({"kind": {"const": kind}}, then)


def _here_or_in_each(key: str) -> Schema:
    in_each = {"required": ["severities"], "properties": {"severities": {"items": {"required": [key]}}}}
    return {"anyOf": [{"required": [key]}, in_each]}


def _layers(stage: str, kinds: Mapping[str, type]) -> Schema:
    """The list of layers of one stage."""
    own = LAYER_KEYS.get(stage, {})
    fitting = {k: c for k, c in kinds.items() if stage in c.stages}  # type: ignore[attr-defined]
    cases = [
        _when(
            {"kind": {"const": kind}},
            {
                "properties": {"kind": True, **own, **_parameters(kind, cls)},
                "required": required_of(cls),
                "additionalProperties": False,
            },
        )
        for kind, cls in fitting.items()
    ]
    item = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": list(fitting)}}, "allOf": cases}
    return {"type": "array", "minItems": 1, "items": item}


def _when(properties: Schema, then: Schema) -> Schema:
    return {"if": {"required": list(properties), "properties": properties}, "then": then}


def _parameters(kind: str, cls: type) -> dict[str, Schema]:
    return {f.name: {"$ref": f"#/$defs/{kind}/properties/{f.name}"} for f in dataclasses.fields(cls)}
