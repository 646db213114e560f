# SPDX-License-Identifier: Apache-2.0
"""From a profile's YAML file to a Profile: what keys there are and what they may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from stresstest.errors import allowed
from stresstest.plugins import catalogue
from stresstest.profiles.document import Block, read_document, refuse
from stresstest.profiles.mapping import FILE_KEY, digest_of
from stresstest.profiles.profile import PROVENANCES, STAGES, Layer, Profile

PROSE = ("name", "stage", "summary", "provenance", "source", "license")
"""The keys that every profile gives, as text."""

MAX_LAYERS = 32
MAX_FILE_BYTES = 2**30
"""What a profile may ask for: layers a severity, and bytes of a recording."""

PATHS = ("speech", "noise", "mixture")
SNR_REFERENCES = ("on", "long_term")
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
NUMBERS: Mapping[str, tuple[str, float, float, str]] = {
    "fluctuation_db": ("noise", 0, 20, "dB"),
    "fluctuation_s": ("noise", 0.5, 600, "s"),
    "level_dba": ("noise", 0, 140, "dB(A)"),
    "full_scale_spl_db": ("device", 60, 200, "dB SPL"),
}
"""Optional numbers of a whole profile: its stage, lowest, highest and unit."""
_COMMON = (*PROSE, "severities", "control", "snr_reference", *NUMBERS, "claims")


def read_profile(file: Path) -> Profile:
    """The profile in `file`. Raises ProfileError, with file and line.

    Parameters are held as given; their meaning is checked where the kind is built.
    """
    block = read_document(file)
    prose = _prose(file, block)
    stage, snr_reference = prose["stage"], snr_reference_of(file, block)
    severities, numbers = _severities(file, block, stage), _numbers(file, block)
    fluctuation = (numbers.get("fluctuation_db", 0.0), numbers.get("fluctuation_s", 10.0))
    given: dict[str, Any] = {**prose, **numbers}
    return Profile(
        **given,
        severities=severities,
        digest=digest_of(stage, severities, snr_reference, fluctuation),
        control=control_of(file, block),
        snr_reference=snr_reference,
        claims=claims_of(file, block),
        origin=file.resolve(),
    )


def _prose(file: Path, block: Block) -> dict[str, str]:
    prose = {key: text(file, block, key) for key in PROSE}
    for check in PROSE_CHECKS:
        check(file, block)
    return prose


def text(file: Path, block: Block, key: str) -> str:
    """The text under one key of PROSE, its white space made single. Raises ProfileError."""
    if key not in block:
        raise refuse(file, None, f"the key {key!r} is missing; every profile gives {', '.join(PROSE)}.")
    if not isinstance(block[key], str) or not block[key].strip():
        raise refuse(file, block.lines[key], f"{key} must be text; got {block[key]!r}.")
    return " ".join(block[key].split())


def _check_name(file: Path, block: Block) -> None:
    name = block["name"]
    if name != file.stem or not _NAME.fullmatch(name):
        message = (
            f"name must be the file's own, {file.stem!r}, in lower-case letters, digits and underscores; got {name!r}."
        )
        raise refuse(file, block.lines["name"], message)


def _check_stage(file: Path, block: Block) -> None:
    stage = block["stage"]
    if stage not in STAGES:
        raise refuse(file, block.lines["stage"], f"unknown stage {stage!r}; {allowed(stage, STAGES)}.")
    if stage != file.resolve().parent.name:
        message = f"stage is {stage!r}, but the file lies in the folder {file.resolve().parent.name!r}; make them one."
        raise refuse(file, block.lines["stage"], message)


def _check_provenance(file: Path, block: Block) -> None:
    given = block["provenance"]
    if given not in PROVENANCES:
        raise refuse(file, block.lines["provenance"], f"unknown provenance {given!r}; {allowed(given, PROVENANCES)}.")


PROSE_CHECKS = (_check_name, _check_stage, _check_provenance)


def snr_reference_of(file: Path, block: Block) -> str:
    """What an SNR refers to. Raises ProfileError."""
    given = block.get("snr_reference", "on")
    if "snr_reference" in block and (block["stage"] != "noise" or given not in SNR_REFERENCES):
        message = f"snr_reference is for noise and takes {' or '.join(SNR_REFERENCES)}; got {given!r}."
        raise refuse(file, block.lines["snr_reference"], message)
    return str(given)


def _numbers(file: Path, block: Block) -> dict[str, float]:
    return {key: number(file, block, key) for key in NUMBERS if key in block}


def number(file: Path, block: Block, key: str) -> float:
    """One number of a whole profile. Raises ProfileError."""
    given, (stage, low, high, unit) = block[key], NUMBERS[key]
    if block["stage"] != stage or not _is_number(given) or not low <= given <= high:
        message = f"{key} is for {stage} and takes a number from {low:g} to {high:g} {unit}; got {given!r}."
        raise refuse(file, block.lines[key], message)
    return float(given)


def claims_of(file: Path, block: Block) -> dict[str, Any]:
    """What the whole profile says that it measures: a number each, or a list of [Hz, dB]."""
    given = block.get("claims", {})
    if not isinstance(given, Mapping):
        raise refuse(file, block.lines["claims"], f"claims takes names with numbers; got {given!r}.")
    for key, value in given.items():
        points = isinstance(value, list) and all(
            isinstance(p, list) and len(p) == 2 and _is_number(p[0]) and _is_number(p[1]) for p in value
        )
        if not _is_number(value) and not (points and value):
            message = f"the claim {key} is a number or a list of pairs [Hz, dB]; got {value!r}."
            raise refuse(file, getattr(given, "lines", {}).get(key), message)
    return {key: [list(map(float, p)) for p in v] if isinstance(v, list) else float(v) for key, v in given.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def control_of(file: Path, block: Block) -> str | None:
    """The name of the control, None where there is none. Raises ProfileError."""
    control = block.get("control")
    if control is None:
        return None
    if not isinstance(control, str) or control == block["name"]:
        message = f"control names another profile of the stage {block['stage']}; got {control!r}."
        raise refuse(file, block.lines["control"], message)
    return control


def _severities(file: Path, block: Block, stage: str) -> dict[str, tuple[Layer, ...]]:
    for key in block:
        check_key(file, block, key)
    if "severities" not in block:
        return {"": layers_of_block(file, block, stage)}
    named: dict[str, tuple[Layer, ...]] = {}
    for step in blocks(file, block, "severities"):
        name = severity_name(file, step)
        check_new(file, step, name, named)
        named[name] = layers_of_block(file, overridden(file, block, step), stage)
    return named


def check_new(file: Path, step: Block, name: str, named: Mapping[str, object]) -> None:
    """Refuse a second severity of one name. Raises ProfileError."""
    if name in named:
        raise refuse(file, step.line, f"a second severity {name!r}; give each a name of its own.")


def check_key(file: Path, block: Block, key: str) -> None:
    """Refuse a key that a profile cannot have; the parameters of a kind are its own to check. Raises ProfileError."""
    known = (*_COMMON, "layers")
    if "kind" in block and key == "layers":
        raise refuse(file, block.lines["layers"], "give kind or layers, not both.")
    if "kind" not in block and key not in known:
        raise refuse(file, block.lines[key], f"unknown key {key!r} in a profile without kind; {allowed(key, known)}.")


def severity_name(file: Path, step: Block) -> str:
    """The name of one severity. Raises ProfileError."""
    name = step.get("name")
    if not isinstance(name, str | int | float) or not _NAME.fullmatch(str(name)):
        message = f"a severity needs a name in lower-case letters, digits and underscores, such as mild; got {name!r}."
        raise refuse(file, step.line, message)
    return str(name)


def overridden(file: Path, block: Block, step: Block) -> Block:
    """The profile with the keys of one severity in the place of its own."""
    merged = Block(block.line)
    merged.update({k: v for k, v in block.items() if k != "severities"})
    merged.lines = dict(block.lines)
    taken = [k for k in step if k in (*_COMMON, "kind") and k != "name"]
    if "kind" not in block:
        taken += [k for k in step if k not in ("name", "layers")]
    if taken:
        what = "the parameters of its kind" if "kind" in block else "layers"
        raise refuse(file, step.lines[taken[0]], f"a severity gives a name and {what}; it cannot give {taken[0]!r}.")
    merged.update({k: v for k, v in step.items() if k != "name"})
    merged.lines.update(step.lines)
    return merged


def layers_of_block(file: Path, block: Block, stage: str) -> tuple[Layer, ...]:
    """The layers of a profile, or of one severity merged with it. Raises ProfileError."""
    if "kind" in block:
        if "layers" in block:
            raise refuse(
                file, block.lines["layers"], "a severity of a profile with a kind gives that kind's keys, not layers."
            )
        return (layer_of(file, block, "", _COMMON),)
    if "layers" not in block:
        raise refuse(file, None, "the key 'kind' is missing; give a kind and its parameters, or layers.")
    layers = tuple(layer_of(file, item, stage, ()) for item in layer_blocks(file, block))
    check_order(file, layers)
    return layers


def layer_blocks(file: Path, block: Block) -> list[Block]:
    """The mappings under `layers`, no more than MAX_LAYERS. Raises ProfileError."""
    items = blocks(file, block, "layers")
    if len(items) > MAX_LAYERS:
        raise refuse(file, block.lines["layers"], f"{len(items)} layers; at most {MAX_LAYERS} are allowed.")
    return items


def check_order(file: Path, layers: Sequence[Layer]) -> None:
    """Refuse a layer of one path after a layer of the mixture. Raises ProfileError."""
    for before, layer in pairwise(layers):
        if before.path == "mixture" and layer.path != "mixture":
            message = f"a layer of the path {layer.path} comes after one of the mixture; move it up."
            raise refuse(file, layer.lines["path"], message)


def layer_of(file: Path, block: Block, stage: str, not_parameters: tuple[str, ...]) -> Layer:
    """One layer; `stage` is empty where the layer is the whole profile and so has neither a path nor a level."""
    kind = block.get("kind")
    if kind not in catalogue("perturbations"):
        tail = allowed(kind, catalogue("perturbations"))
        raise refuse(
            file,
            block.lines.get("kind", block.line),
            f"the kind of a layer is a word of the catalogue, got {kind!r}; {tail}.",
        )
    own = {"device": ("path",), "noise": ("level_db",)}.get(stage, ())
    path, level_db = block.get("path", "mixture"), block.get("level_db", 0.0)
    if "path" in own and path not in PATHS:
        raise refuse(file, block.lines["path"], f"unknown path {path!r}; {allowed(path, PATHS)}.")
    if "level_db" in own and (isinstance(level_db, bool) or not isinstance(level_db, int | float)):
        raise refuse(file, block.lines["level_db"], f"level_db must be a number of dB; got {level_db!r}.")
    parameters = {k: v for k, v in block.items() if k not in ("kind", *own, *not_parameters)}
    return Layer(
        kind=str(kind),
        parameters=_with_file(file, block, parameters),
        path=str(path) if "path" in own else "mixture",
        level_db=float(level_db) if "level_db" in own else 0.0,
        lines=dict(block.lines),
    )


def _with_file(file: Path, block: Block, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with `file` as an absolute path inside the profile's folder."""
    given = parameters.get(FILE_KEY)
    if FILE_KEY not in parameters:
        return dict(parameters)
    line, folder = block.lines[FILE_KEY], file.resolve().parent
    if not isinstance(given, str) or not given:
        raise refuse(file, line, f"file must be a path relative to the profile's folder; got {given!r}.")
    try:
        target = (folder / given).resolve()
        size = target.stat().st_size if target.is_file() else None
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, a loop of links
        raise refuse(file, line, f"file {given[:60]!r} cannot be looked up: {type(error).__name__}.") from error
    if Path(given).is_absolute() or not target.is_relative_to(folder):
        raise refuse(file, line, f"file {given!r} leaves the profile's folder {folder}; put the recording inside it.")
    if size is None:
        raise refuse(file, line, f"there is no file {given!r} in {folder}; put the recording there.")
    if size > MAX_FILE_BYTES:
        raise refuse(file, line, f"the file {given!r} has {size} bytes; at most {MAX_FILE_BYTES} are allowed.")
    return {**parameters, FILE_KEY: target}


def blocks(file: Path, block: Block, key: str) -> list[Block]:
    """The mappings listed under a key. Raises ProfileError."""
    items = block[key]
    if not isinstance(items, list) or not items or not all(isinstance(i, Block) for i in items):
        raise refuse(
            file, block.lines[key], f"{key} must be a list of mappings, each starting with `- `; got {items!r}."
        )
    return items
