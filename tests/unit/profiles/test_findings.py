# SPDX-License-Identifier: Apache-2.0
"""Everything that is wrong in a profile's file, at once and with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.errors import ProfileError
from stresstest.places import data_folder
from stresstest.profiles.findings import examine
from stresstest.profiles.reading import read_profile

SHIPPED = sorted(data_folder("noise_profiles").rglob("*.yaml"))
HEAD = "name: pump\nstage: noise\nsummary: A pump.\nprovenance: archetype\nsource: None.\nlicense: CC0-1.0\n"


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "noise" / "pump.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("file", SHIPPED, ids=[f"{f.parent.name}/{f.stem}" for f in SHIPPED])
def test_what_ships_has_no_finding_and_is_read_as_by_the_reader(file: Path) -> None:
    draft, found = examine(file)
    assert list(found) == []
    assert draft is not None
    assert draft.severities == read_profile(file).severities


def test_every_finding_is_listed_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "name: pumpe\nstage: noise\nsummary: A pump.\nprovenance: guess\nlicense: CC0-1.0\n"
        "level_dba: 900\nclaims: 3\ncolor: red\nlayers:\n"
        "  - {kind: tone, f0_hz: 440, level_db: loud}\n  - {kind: tonne}\n"
    )
    file = _file(tmp_path, text)
    _, found = examine(file)
    heads = [message.removeprefix(str(file)).split(": ", 1)[0] for message in found]
    assert heads == ["", ":1", ":4", ":6", ":7", ":8", ":10", ":11"]
    words = ["'source' is missing", "file's own", "'guess'", "900", "claims", "'color'", "'loud'", "'tonne'"]
    for word, message in zip(words, found, strict=True):
        assert word in message


def test_severities_are_examined_one_by_one(tmp_path: Path) -> None:
    steps = "severities:\n  - {name: Mild, duty: 1}\n  - {name: loud, stage: room}\n  - {name: x}\n  - {name: x}\n"
    _, found = examine(_file(tmp_path, HEAD + "kind: tone\nf0_hz: 440\n" + steps))
    assert [message.split(": ")[0][-2:] for message in found] == ["10", "11", "13"]


def test_a_file_that_is_no_data_has_one_finding(tmp_path: Path) -> None:
    draft, found = examine(_file(tmp_path, "name: &x pump\n"))
    assert draft is None
    assert len(list(found)) == 1


def _line(choice: int, value: str, text: str) -> str:
    """`text` with one line left out, doubled, or given another value."""
    lines = text.splitlines()
    place = choice % len(lines)
    key = lines[place].split(":")[0]
    changed = {0: [], 1: [lines[place]] * 2, 2: [f"{key}: {value}"], 3: [f"{key}x: 1", lines[place]]}
    lines[place : place + 1] = changed[choice % 4]
    return "\n".join(lines) + "\n"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SHIPPED),
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(["3", "-1", "[]", "{}", "x", "null", "1e9"])),
        min_size=1,
        max_size=3,
    ),
)
def test_findings_are_there_exactly_where_the_reader_refuses(
    tmp_path_factory: pytest.TempPathFactory, file: Path, changes: list[tuple[int, str]]
) -> None:
    text = file.read_text(encoding="utf-8")
    for choice, value in changes:
        text = _line(choice, value, text)
    changed = tmp_path_factory.getbasetemp() / file.parent.name / file.name
    changed.parent.mkdir(exist_ok=True)
    changed.write_text(text, encoding="utf-8")
    _, found = examine(changed)
    refusal = ""
    try:
        read_profile(changed)
    except ProfileError as error:
        refusal = str(error)
    assert (refusal in set(found)) if refusal else not found
