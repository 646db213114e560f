# SPDX-License-Identifier: Apache-2.0
"""What a kind says of its parameters: types, limits, defaults and meanings, from its own source."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

TYPES: Mapping[Any, Schema] = {
    bool: {"type": "boolean"}, int: {"type": "integer"}, float: {"type": "number"}, str: {"type": "string"},
    Path: {"type": "string"}, type(None): {"type": "null"}, Any: {},
}  # fmt: skip


def required_of(cls: type) -> list[str]:
    """The fields without a default."""
    missing = dataclasses.MISSING
    return [f.name for f in dataclasses.fields(cls) if f.default is missing and f.default_factory is missing]


def limits_of(cls: type) -> dict[str, tuple[float, float, str]]:
    """Lowest, highest and unit of each field that the kind's own code hands to check_number or check_numbers.

    Read from the source of its checks, so that no limit is written twice; a check in a loop is not found.
    """
    return {key: limits for key, limits in _checks(cls) if key in {f.name for f in dataclasses.fields(cls)}}


def _checks(cls: type) -> Iterator[tuple[str, tuple[float, float, str]]]:
    known = vars(sys.modules[cls.__module__])
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls)))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("check_number", "check_numbers"):
            values = [_constant(a, known) for a in node.args]
            if len(values) >= 4 and isinstance(values[0], str) and None not in values[2:4]:
                yield values[0], (values[2], values[3], str(values[4]) if len(values) > 4 else "")


def _constant(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """The value of a literal or of a constant of the module; None for anything else."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def describe(cls: type) -> Schema:
    """The schema of one kind's parameters, of no kind's keys more."""
    hints, limits, says = typing.get_type_hints(cls), limits_of(cls), _descriptions(cls)
    properties = {}
    for field in dataclasses.fields(cls):
        entry = _limited(_typed(hints[field.name]), limits.get(field.name))
        if field.default is not dataclasses.MISSING and field.default is not None:
            entry["default"] = _plain(field.default)
        properties[field.name] = entry | {"description": says[field.name] + _in_words(limits.get(field.name))}
    return {"description": inspect.getdoc(cls) or "", "properties": properties}


def _typed(hint: Any) -> Schema:
    """The schema of a type as dataclass fields have it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in TYPES:
        return dict(TYPES[hint])
    if origin in (typing.Union, types.UnionType):
        options = [_typed(a) for a in arguments]
        return options[0] if len(options) == 1 else {"anyOf": options}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _typed(arguments[0])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_typed(a) for a in arguments],
            "minItems": len(arguments),
            "items": False,
        }
    return {"type": "object"}


def _limited(entry: Schema, limits: tuple[float, float, str] | None) -> Schema:
    """The schema with limits on its number, or on each number of its list."""
    if limits is None:
        return entry
    if "anyOf" in entry:
        return {"anyOf": [_limited(option, limits) for option in entry["anyOf"]]}
    if entry.get("type") in ("number", "integer"):
        return {**entry, "minimum": limits[0], "maximum": limits[1]}
    if entry.get("type") == "array" and "items" in entry and entry["items"]:
        return {**entry, "items": _limited(entry["items"], limits)}
    return entry


def _in_words(limits: tuple[float, float, str] | None) -> str:
    return f" ({limits[0]:g} to {limits[1]:g} {limits[2]}".rstrip() + ")" if limits else ""


def _descriptions(cls: type) -> dict[str, str]:
    """What the docstring of a kind says of each field.

    A docstring names fields at the start of a sentence and then tells, `rise_s: length of an edge.`, or mentions
    them in its sentences; of a field that it does not name, all of it is said.
    """
    doc = " ".join((inspect.getdoc(cls) or "").split())
    heads = list(re.finditer(r"(?:(?<=^)|(?<=[.;] ))((?:\w+, )*\w+)(?: \([^)]*\))?: ", doc))
    ends = [*(head.start() for head in heads[1:]), len(doc)]
    told = {
        n: doc[head.end() : end].strip() for head, end in zip(heads, ends, strict=False) for n in head[1].split(", ")
    }
    sentences = re.split(r"(?<=[.;]) ", doc)
    for name in (f.name for f in dataclasses.fields(cls)):
        if name not in told:
            told[name] = " ".join(s for s in sentences if re.search(rf"\b{name}\b", s)) or doc
    return told


def _plain(value: Any) -> Any:
    return [_plain(v) for v in value] if isinstance(value, tuple) else value
