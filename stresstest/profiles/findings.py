# SPDX-License-Identifier: Apache-2.0
"""All that is wrong in a profile's file at once, where reading it stops at the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from stresstest.errors import ProfileError
from stresstest.profiles.document import Block, read_document
from stresstest.profiles.profile import STAGES, Layer, Profile
from stresstest.profiles.reading import (
    NUMBERS,
    PROSE,
    PROSE_CHECKS,
    blocks,
    check_key,
    check_new,
    check_order,
    claims_of,
    control_of,
    layer_blocks,
    layer_of,
    layers_of_block,
    number,
    overridden,
    severity_name,
    snr_reference_of,
    text,
)


class Findings:
    """Collects the ProfileErrors raised in its `with` blocks, each once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._messages: dict[str, None] = {}

    def __enter__(self) -> Findings:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, ProfileError):
            self.add(error)
        return isinstance(error, ProfileError)

    def add(self, error: ProfileError) -> None:
        """One more, unless it is there."""
        self._messages[str(error)] = None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._messages, key=self._line))

    def __bool__(self) -> bool:
        return bool(self._messages)

    def _line(self, message: str) -> int:
        match = re.match(r":(\d+): ", message.removeprefix(str(self.file)))
        return int(match[1]) if match else 0


def examine(file: Path) -> tuple[Profile | None, Findings]:
    """What could be read of a profile, None where that is nothing, and what is wrong, in the order of the lines.

    A file that is no mapping of plain data has that one finding.
    """
    found = Findings(file)
    with found:
        block = read_document(file)
        _check_prose(file, block, found)
        stage = _stage(file, block)
        for key in block:
            with found:
                check_key(file, block, key)
        for key in (k for k in NUMBERS if k in block):
            with found:
                number(file, block, key)
        for check in (snr_reference_of, control_of, claims_of):
            with found:
                check(file, block)
        return _profile(file, block, stage, _severities(file, block, stage, found)), found
    return None, found


def _check_prose(file: Path, block: Block, found: Findings) -> None:
    for key in PROSE:
        with found:
            text(file, block, key)
    for key, check in zip(("name", "stage", "provenance"), PROSE_CHECKS, strict=True):
        if isinstance(block.get(key), str) and block[key].strip():
            with found:
                check(file, block)


def _stage(file: Path, block: Block) -> str:
    """The stage, or where it is wrong that of the file's folder, so that the rest can be examined."""
    folder = file.resolve().parent.name
    stage = folder if folder in STAGES else block.get("stage")
    block["stage"], block["name"] = stage, block.get("name", file.stem)
    return str(stage)


def _severities(file: Path, block: Block, stage: str, found: Findings) -> dict[str, tuple[Layer, ...]]:
    if "severities" not in block:
        return {"": _layers(file, block, stage, found)}
    steps: Sequence[Block] = ()
    with found:
        steps = blocks(file, block, "severities")
    severities: dict[str, tuple[Layer, ...]] = {}
    for place, step in enumerate(steps):
        name = str(place)
        with found:
            name = severity_name(file, step)
            check_new(file, step, name, severities)
        with found:
            severities[name] = _layers(file, overridden(file, block, step), stage, found)
    return severities


def _layers(file: Path, block: Block, stage: str, found: Findings) -> tuple[Layer, ...]:
    """The layers that can be read."""
    if "kind" in block or "layers" not in block:
        with found:
            return layers_of_block(file, block, stage)
        return ()
    layers: list[Layer] = []
    with found:
        for item in layer_blocks(file, block):
            with found:
                layers.append(layer_of(file, item, stage, ()))
        check_order(file, layers)
    return tuple(layers)


def _profile(file: Path, block: Block, stage: str, severities: dict[str, tuple[Layer, ...]]) -> Profile:
    """A profile good enough to build its kinds from."""
    prose: dict[str, Any] = {key: str(block.get(key, "")) for key in PROSE} | {"stage": stage}
    return Profile(**prose, severities=severities, digest="", origin=file)
