# SPDX-License-Identifier: Apache-2.0
"""A resolved profile as plain data and back, and the digest of what determines its sound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stresstest.errors import ProfileError
from stresstest.profiles.profile import Layer, Profile

FILE_KEY = "file"
"""The one parameter that names a file; it is held as an absolute Path."""

_NUMBERS = ("fluctuation_db", "fluctuation_s", "level_dba", "full_scale_spl_db")
_TEXTS = ("name", "stage", "summary", "provenance", "source", "license", "digest", "snr_reference")


def to_mapping(profile: Profile) -> dict[str, Any]:
    """The profile as JSON-able data, complete without the library; `from_mapping` reads it back."""
    severities = [
        {"name": name, "layers": [_layer_to_mapping(layer) for layer in layers]}
        for name, layers in profile.severities.items()
    ]
    texts = {key: getattr(profile, key) for key in _TEXTS}
    origin = str(profile.origin) if profile.origin else None
    numbers = {key: getattr(profile, key) for key in _NUMBERS}
    claims = _plain(profile.claims)
    return {
        **texts, "control": profile.control, **numbers, "claims": claims, "origin": origin, "severities": severities,
    }  # fmt: skip


def from_mapping(mapping: Mapping[str, Any]) -> Profile:
    """The profile that `to_mapping` wrote. Raises ProfileError where the data is not of that form."""
    try:
        severities = {
            str(severity["name"]): tuple(_layer_from_mapping(layer) for layer in severity["layers"])
            for severity in mapping["severities"]
        }
        given: dict[str, Any] = {key: str(mapping[key]) for key in _TEXTS}
        origin = Path(mapping["origin"]) if mapping.get("origin") else None
        given.update({key: mapping[key] for key in (*_NUMBERS, "claims")})
        return Profile(**given, severities=severities, control=mapping.get("control"), origin=origin)
    except (KeyError, TypeError, AttributeError) as error:
        name = mapping.get("name", "without a name") if isinstance(mapping, Mapping) else repr(mapping)
        raise ProfileError(
            f"The stored profile {name} is incomplete or malformed: {error!r}. Resolve it again."
        ) from error


def digest_of(
    stage: str,
    severities: Mapping[str, tuple[Layer, ...]],
    snr_reference: str,
    fluctuation: tuple[float, float] = (0.0, 10.0),
) -> str:
    """SHA-256 of the canonical JSON of what determines the sound; a file counts by its bytes, not by its path."""
    canonical = [
        stage,
        snr_reference,
        list(fluctuation),
        [[name, [_canonical(_layer_to_mapping(x), x.parameters) for x in xs]] for name, xs in severities.items()],
    ]
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _layer_to_mapping(layer: Layer) -> dict[str, Any]:
    parameters = _plain(layer.parameters)
    return {"kind": layer.kind, "path": layer.path, "level_db": layer.level_db, "parameters": parameters}


def _layer_from_mapping(mapping: Mapping[str, Any]) -> Layer:
    parameters = {k: Path(v) if k == FILE_KEY else v for k, v in mapping["parameters"].items()}
    return Layer(str(mapping["kind"]), parameters, str(mapping["path"]), float(mapping["level_db"]))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return str(value) if isinstance(value, Path) else value


def _canonical(layer: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    """Numbers as floats, so that 2 and 2.0 are one sound; files as the hash of their bytes."""
    plain = dict(layer)
    if FILE_KEY in parameters:
        with Path(parameters[FILE_KEY]).open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        plain["parameters"] = {**layer["parameters"], FILE_KEY: content}
    return _floats(plain)


def _floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _floats(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_floats(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
