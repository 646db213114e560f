# SPDX-License-Identifier: Apache-2.0
"""Manifests: every bad row is found, with line, column and value; what is written is read again."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from stresstest.corpora import Utterance
from stresstest.corpora.manifest import Manifest, check, write_manifest
from stresstest.errors import CorpusError

GOOD = {"id": "u1", "audio": "a.wav", "text": "give ten", "speaker": "s1", "accent": "scottish", "gender": "female"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a two-second file, a stereo one, one that is no audio, an empty one, and one outside of it."""
    inside = tmp_path / "in"
    inside.mkdir()
    tone = 0.1 * np.sin(np.arange(32000))
    for name, samples in (("a.wav", tone), ("stereo.wav", np.stack([tone, tone], 1)), ("empty.wav", tone[:0])):
        soundfile.write(inside / name, samples, 16000)
    soundfile.write(tmp_path / "outside.wav", tone, 16000)
    (inside / "noise.wav").write_bytes(b"this is not audio")
    (inside / "link.wav").symlink_to(tmp_path / "outside.wav")
    return inside


def written(folder: Path, *rows: dict[str, Any], suffix: str = ".csv") -> Path:
    path = folder / f"m{suffix}"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        if suffix == ".jsonl":
            file.writelines(json.dumps(row) + "\n" for row in rows)
        else:
            writer = csv.DictWriter(file, columns, delimiter="," if suffix == ".csv" else "\t")
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_the_three_formats_say_the_same(folder: Path, suffix: str) -> None:
    rows = GOOD, GOOD | {"id": "u2", "start": 0.5, "end": 1.25}
    first, second = Manifest(str(written(folder, *rows, suffix=suffix))).utterances()
    assert first == Utterance("u1", folder / "a.wav", "give ten", "s1", "scottish", {"gender": "female"})
    assert (second.start, second.end) == (0.5, 1.25)


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"text": " "}, "text", "every utterance needs one"),
        ({"accent": ""}, "accent", "every utterance needs one"),
        ({"speaker": ""}, "speaker", "every utterance needs one"),
        ({"id": ""}, "id", "every utterance needs one"),
        ({"audio": ""}, "audio", "every utterance needs one"),
        ({"id": "u0"}, "id", "line 2 has the same id"),
        ({"audio": "../outside.wav"}, "audio", "stay, links included, inside"),
        ({"audio": "link.wav"}, "audio", "stay, links included, inside"),
        ({"audio": "/etc/hostname"}, "audio", "stay, links included, inside"),
        ({"audio": "gone.wav"}, "audio", "there is no such file"),
        ({"audio": "noise.wav"}, "audio", "not an audio file"),
        ({"audio": "empty.wav"}, "audio", "holds no samples"),
        ({"start": "soon"}, "start", "a number of seconds from 0"),
        ({"start": "-1"}, "start", "a number of seconds from 0"),
        ({"end": "nan"}, "end", "a number of seconds from 0"),
        ({"start": "1.5", "end": "1.5"}, "start", "a start before the end"),
        ({"start": "2.0"}, "start", "inside the file .2.000 s"),
        ({"end": "2.2"}, "end", "inside the file, which lasts 2.000 s"),
        ({"end": "0"}, "end", "an end above 0"),
    ],
)
def test_a_bad_row_is_found_with_line_column_and_value(
    folder: Path, change: dict[str, str], column: str, says: str
) -> None:
    path = written(folder, GOOD | {"id": "u0", "start": "", "end": ""}, GOOD | change)
    (finding,) = check(path)
    assert (finding.line, finding.column, finding.value) == (3, column, change[column].strip())
    with pytest.raises(CorpusError, match=f"m.csv:3, column '{column}': got .*{says}"):
        Manifest(str(path))


def test_all_bad_rows_are_found_at_once(folder: Path) -> None:
    rows = [GOOD | {"id": "a", "text": ""}, GOOD | {"id": "b"}, GOOD | {"id": "b", "audio": "x.wav", "accent": ""}]
    path = written(folder, *rows)
    assert [(f.line, f.column) for f in check(path)] == [(2, "text"), (4, "accent"), (4, "id"), (4, "audio")]
    with pytest.raises(CorpusError, match=r"m\.csv:2, column 'text'.*3 more; `stresstest corpus check"):
        Manifest(str(path))


def test_a_missing_column_names_the_one_that_was_meant(folder: Path) -> None:
    row = {("speeker" if k == "speaker" else k): v for k, v in GOOD.items()}
    (finding,) = check(written(folder, row))
    assert (finding.line, finding.column) == (1, "speaker")
    assert "did you mean 'speeker'" in finding.message
    assert "required: id, audio, text, speaker, accent" in finding.message


def test_a_stratum_that_would_hide_a_column_of_the_results_is_refused(folder: Path) -> None:
    (finding,) = check(written(folder, GOOD | {"noise": "loud"}))
    assert (finding.line, finding.column) == (1, "noise")


@pytest.mark.parametrize(
    ("name", "content", "line", "says"),
    [
        ("m.csv", b"id,audio,text,speaker,accent\nu1,a.wav,caf\xe9,s,x\n", 2, "not UTF-8"),
        ("m.csv", b"id,audio,text,speaker,accent\nu1,a.wav,x,s\n", 2, "the header has 5 columns"),
        ("m.csv", b"id,audio,text,speaker,accent,text\nu1,a.wav,x,s,x,y\n", 1, "comes twice"),
        ("m.csv", b"id,audio,text,speaker,accent\n", 1, "at least one utterance"),
        ("m.csv", b"", 1, "required column is missing"),
        ("m.jsonl", b'{"id": "u1",\n', 1, "not JSON"),
        ("m.jsonl", b'\n["u1"]\n', 2, "one flat JSON object"),
    ],
)
def test_a_broken_file_is_found_with_its_line(folder: Path, name: str, content: bytes, line: int, says: str) -> None:
    (folder / name).write_bytes(content)
    first = check(folder / name)[0]
    assert first.line == line
    assert says in first.message


@pytest.mark.parametrize(("name", "says"), [("m.xlsx", "allowed: .csv, .jsonl, .tsv"), ("gone.csv", "no such file")])
def test_what_is_no_manifest_is_refused(folder: Path, name: str, says: str) -> None:
    (folder / "m.xlsx").write_bytes(b"")
    with pytest.raises(CorpusError, match=says):
        check(folder / name)


def test_a_row_over_several_lines_keeps_the_numbers_right(folder: Path) -> None:
    path = written(folder, GOOD | {"text": "two\nlines"}, GOOD | {"id": "u2", "text": ""})
    assert [f.line for f in check(path)] == [4]


def test_a_byte_order_mark_and_spaces_do_no_harm(folder: Path) -> None:
    (folder / "m.csv").write_text("\ufeffid, audio ,text,speaker,accent\nu1, a.wav,x ,s,y\n\n", encoding="utf-8")
    (utterance,) = Manifest(str(folder / "m.csv")).utterances()
    assert (utterance.text, utterance.audio) == ("x", folder / "a.wav")


def test_pseudo_speakers_are_said_in_the_card(folder: Path) -> None:
    assert "pseudo_speakers" not in Manifest(str(written(folder, GOOD))).card()
    card = Manifest(str(written(folder, GOOD | {"speaker": "cell:us/na/na"}))).card()
    assert "lower bound" in card["pseudo_speakers"]


@pytest.mark.parametrize("column", ["id", "speaker", "accent"])
@pytest.mark.parametrize("odd", ["a\x1fb", "a\nb", "a\0", "a\ud800"], ids=ascii)
def test_names_that_cannot_be_told_apart_or_written_are_refused(folder: Path, column: str, odd: str) -> None:
    row = {**GOOD, column: odd}
    (folder / "m.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert [finding.line for finding in check(folder / "m.jsonl")] == [1]
    with pytest.raises(CorpusError, match="control character"):
        Utterance(**{"id": "u", "text": "x", "speaker": "s", "accent": "a", "audio": folder, column: odd})


def test_names_of_any_script_and_with_any_punctuation_are_taken(folder: Path) -> None:
    names = {"id": "../u 1%00", "speaker": "Zoë/😀", "accent": "عربي, <b>`|"}
    (folder / "m.jsonl").write_text(json.dumps({**GOOD, **names}) + "\n", encoding="utf-8")
    (utterance,) = Manifest(str(folder / "m.jsonl")).utterances()
    assert {name: getattr(utterance, name) for name in names} == names


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_what_is_written_is_read_again(folder: Path, suffix: str) -> None:
    utterances = (
        Utterance("u1", folder / "a.wav", 'say "ten", please', "s1", "x", {"age": "30"}, 0.1, 1.9),
        Utterance("u2", folder / "stereo.wav", "zwölf", "s2", "y", {"age": "40"}),
    )
    write_manifest(utterances, folder / f"out{suffix}")
    assert Manifest(str(folder / f"out{suffix}")).utterances() == utterances


def test_speech_that_a_manifest_cannot_name_is_refused(folder: Path) -> None:
    outside = Utterance("u1", folder.parent / "outside.wav", "ten", "s1", "x")
    with pytest.raises(CorpusError, match="lies outside the manifest's folder"):
        write_manifest([outside], folder / "out.csv")
    tab = Utterance("u1", folder / "a.wav", "ten\tfour", "s1", "x")
    with pytest.raises(CorpusError, match="a tab or a line break"):
        write_manifest([tab], folder / "out.tsv")
    with pytest.raises(CorpusError, match=r"ends in '\.txt'"):
        write_manifest([tab], folder / "out.txt")
