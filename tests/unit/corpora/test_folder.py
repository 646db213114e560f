# SPDX-License-Identifier: Apache-2.0
"""The base of data sets in folders: what is left out is counted and said, copies and broken files are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from specimens import sound, text, vctk

from stresstest.corpora._layout import audio_files, by_stem, read_list, read_rows, read_text
from stresstest.corpora.vctk import Vctk
from stresstest.errors import CorpusError


def test_a_missing_part_of_the_folder_is_named_with_what_is_needed(tmp_path: Path) -> None:
    vctk.make(tmp_path)
    (tmp_path / "speaker-info.txt").unlink()
    with pytest.raises(CorpusError, match=r"no speaker-info\.txt. Give the folder that holds speaker-info\.txt, txt"):
        Vctk(str(tmp_path))


def test_the_folder_above_is_told_from_the_right_one(tmp_path: Path) -> None:
    vctk.make(tmp_path / "VCTK-Corpus-0.92")
    with pytest.raises(
        CorpusError, match=r"no speaker-info\.txt. Give the folder that holds it: .*/VCTK-Corpus-0\.92\."
    ):
        Vctk(str(tmp_path))


def test_every_recording_is_used_or_counted_as_left_out(tmp_path: Path) -> None:
    corpus = Vctk(str(vctk.make(tmp_path)))
    assert len(corpus.utterances()) == 6
    assert (
        "6 utterances are used; left out: 2 without an accent label, 1 without audio, 2 without text."
        in (corpus.card()["limits"])
    )


def test_a_folder_in_which_nothing_is_left_is_refused_with_the_reasons(tmp_path: Path) -> None:
    vctk.make(tmp_path)
    text(tmp_path / "speaker-info.txt", "ID  AGE  GENDER  ACCENTS  REGION\n")
    with pytest.raises(CorpusError, match=r"no utterance is found; left out: 8 without an accent label"):
        Vctk(str(tmp_path)).utterances()


def test_audio_leaves_out_what_macos_adds(tmp_path: Path) -> None:
    for name in ("b.WAV", "a.flac", "._a.flac", "__MACOSX/c.wav", "notes.txt"):
        text(tmp_path / name, "")
    assert [f.name for f in audio_files(tmp_path)] == ["a.flac", "b.WAV"]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("x/a.wav", "y/a.wav"):
        sound(tmp_path / name)
    with pytest.raises(CorpusError, match=r"y/a\.wav and .*x/a\.wav have the same name"):
        by_stem(audio_files(tmp_path))


def test_texts_that_are_not_utf_8_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"latin\.txt: cannot be read as UTF-8"):
        read_text(tmp_path / "latin.txt")


def test_lists_keep_the_spaces_inside_of_a_value_and_allow_none(tmp_path: Path) -> None:
    path = text(tmp_path / "text", "\ufeffu1\tWE  CALL IT\nu2\n\n")
    assert read_list(path) == {"u1": "WE  CALL IT", "u2": ""}


def test_tables_say_which_column_is_missing_and_which_row_is_too_long(tmp_path: Path) -> None:
    path = text(tmp_path / "table.txt", 'a\tb\n1\t"2\n3\n')
    assert [dict(row.values) for row in read_rows(path, ("a", "b"))] == [{"a": "1", "b": '"2'}, {"a": "3", "b": ""}]
    with pytest.raises(CorpusError, match=r"the column 'c' is missing; got a, b"):
        read_rows(path, ("c",))
    text(path, "a\tb\n1\t2\t3\n")
    with pytest.raises(CorpusError, match=r"table\.txt:2: got 3 cells, but the header has 2"):
        read_rows(path, ("a",))
