# SPDX-License-Identifier: Apache-2.0
"""Read a YAML file from a stranger: data only, bounded, and every key knows its line."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import yaml

from stresstest.errors import ProfileError

MAX_BYTES = 64 * 1024
MAX_DEPTH = 8
MAX_ITEMS = 512
MAX_TEXT = 8192

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that steer a terminal or turn the order of a text around."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|nan|infinity)", re.IGNORECASE)
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Block(dict[str, Any]):
    """A mapping of a document; `lines` gives the line of each key, `line` its own, both from 1."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def refuse(file: Path, line: int | None, message: str) -> ProfileError:
    """The error for one line of a file, or for the whole of it."""
    return ProfileError(f"{file}{f':{line}' if line else ''}: {message}")


def read_document(file: Path) -> Block:
    """The mapping in a YAML file, as Block, list, str, int, float, bool and None.

    No tags, anchors, aliases or control characters; at most 64 kB, 8 levels and 512 items a level. Plain scalars
    resolve as in YAML 1.2: `on` is text and `1e3` is a number. Raises ProfileError with file and line.
    """
    try:
        if not file.is_file():
            raise refuse(file, None, "there is no such file; give the path of a profile's YAML file.")
        if (size := file.stat().st_size) > MAX_BYTES:
            raise refuse(file, None, f"the file has {size} bytes; a profile has at most {MAX_BYTES}.")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(file, None, f"the file cannot be read as UTF-8 text: {error}.") from error
    try:
        _check_events(file, text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise refuse(file, line, f"not valid YAML: {error.problem or error}.") from error
    except yaml.YAMLError as error:
        raise refuse(file, None, f"not valid YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(node, yaml.MappingNode):
        raise refuse(file, 1, "a profile is a mapping of keys to values, such as `name: my_noise`.")
    return _block(file, node)


def _check_events(file: Path, text: str) -> None:
    """Refuse what data does not need, before anything is built from it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refuse(file, line, "anchors and aliases (&, *) are not allowed in a profile; write the value out.")
        if tag := getattr(event, "tag", None):
            raise refuse(file, line, f"the tag {tag!r} is not allowed in a profile; write plain data.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise refuse(file, line, f"the data is nested more than {MAX_DEPTH} levels deep; a profile is flatter.")


def _block(file: Path, node: yaml.MappingNode) -> Block:
    block = Block(node.start_mark.line + 1)
    _bound(file, node)
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or not re.fullmatch(r"[A-Za-z0-9_]{1,64}", key_node.value):
            raise refuse(file, line, "a key is a word of at most 64 letters, digits and underscores.")
        if key_node.value in block:
            raise refuse(file, line, f"the key {key_node.value!r} is given twice; keep one.")
        block[key_node.value] = _value(file, value_node)
        block.lines[key_node.value] = line
    return block


def _value(file: Path, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _block(file, node)
    if isinstance(node, yaml.SequenceNode):
        _bound(file, node)
        return [_value(file, item) for item in node.value]
    return _scalar(file, node)


def _scalar(file: Path, node: yaml.Node) -> str | int | float | bool | None:
    text, line = str(node.value), node.start_mark.line + 1
    if len(text) > MAX_TEXT:
        raise refuse(file, line, f"a text of {len(text)} characters; at most {MAX_TEXT} are allowed.")
    if _HIDDEN.search(text):
        raise refuse(file, line, f"the text {text[:60]!r} holds control characters; write plain text.")
    if getattr(node, "style", None) not in (None, ""):
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _NOT_FINITE.fullmatch(text) or (_NUMBER.fullmatch(text) and not math.isfinite(float(text))):
        raise refuse(file, line, f"{text} is not a finite number; give one.")
    if _INTEGER.fullmatch(text) and len(text) <= 18:
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _bound(file: Path, node: yaml.CollectionNode) -> None:
    if len(node.value) > MAX_ITEMS:
        raise refuse(file, node.start_mark.line + 1, f"{len(node.value)} items; at most {MAX_ITEMS} are allowed here.")
