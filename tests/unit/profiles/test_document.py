# SPDX-License-Identifier: Apache-2.0
"""Reading a stranger's YAML: data, bounded, with lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from stresstest.errors import ProfileError
from stresstest.profiles.document import MAX_BYTES, read_document


def _read(tmp_path: Path, text: str) -> dict[str, object]:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    return read_document(file)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"), ("yes", "yes"), ("true", True), ("null", None), ("", None), ("12", 12), ("-3.5", -3.5),
        ("1e3", 1000.0), ("1:30", "1:30"), ("2020-01-01", "2020-01-01"), ("'12'", "12"), ('"true"', "true"),
        ("0x10", "0x10"), ("[1, 2.5]", [1, 2.5]),
    ],
)  # fmt: skip
def test_plain_scalars_resolve_as_in_yaml_1_2(tmp_path: Path, text: str, value: object) -> None:
    given = _read(tmp_path, f"key: {text}\n")["key"]
    assert given == value
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "tag"),
        ("a: !local 1\n", 1, "tag"),
        ("a: &x [1]\nb: *x\n", 1, "anchors"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a: 1\nb: .nan\n", 2, "finite"),
        ("a: -.inf\n", 1, "finite"),
        ("a: 1e999\n", 1, "finite"),
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("- 1\n", 1, "mapping"),
        ("? [1]\n: 2\n", 1, "key"),
        ("a/b: 2\n", 1, "key"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", 1, "nested"),
        ("a: " + "[" * 20000 + "\n", 1, "nested"),
        ("a: [" + "1, " * 600 + "]\n", 1, "items"),
        ("a: " + "x" * 9000 + "\n", 1, "characters"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ProfileError, match=rf"x\.yaml:{line}: .*{words}"):
        _read(tmp_path, text)


def test_a_file_that_is_too_big_missing_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="at most"):
        _read(tmp_path, "#" * (MAX_BYTES + 1))
    with pytest.raises(ProfileError, match="no such file"):
        read_document(tmp_path / "nothing.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"a: \xff\xfe\n")
    with pytest.raises(ProfileError, match="UTF-8"):
        read_document(tmp_path / "binary.yaml")


def test_every_key_knows_its_line(tmp_path: Path) -> None:
    block = _read(tmp_path, "# a comment\na: 1\nb:\n  - c: 2\n    d: 3\n")
    assert block.lines == {"a": 2, "b": 3}  # type: ignore[attr-defined]
    assert block["b"][0].lines == {"c": 4, "d": 5}  # type: ignore[index]
