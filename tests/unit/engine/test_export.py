# SPDX-License-Identifier: Apache-2.0
"""Exported audio is what a recognizer would have heard, says nothing of who speaks, and its answers make the run."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from odd_recognizers import Loudness
from small_studies import speechlike, study_over, write_corpus

from stresstest.audio.files import read, write
from stresstest.engine.executors.inline import Inline
from stresstest.engine.export import Exported, export
from stresstest.engine.render import SignalPath
from stresstest.engine.run import run
from stresstest.errors import ConfigError, RunFolderError
from stresstest.recognizers import Transcript
from stresstest.study import Component, Study, Tolerance

ANSWERS = "stresstest.recognizers.transcripts.Transcripts"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_over(write_corpus(tmp_path_factory.mktemp("corpus"), speakers=1, utterances=2), reps=2)


@pytest.fixture(scope="module")
def exported(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "out"
    made = export(study, folder, 8000)
    assert isinstance(made, Exported)
    assert (made.cells, made.problems) == (4 * 5 * 2, 0)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_answers_to_exported_audio_make_the_run_of_the_recognizer(study: Study, exported: Path, tmp_path: Path) -> None:
    listed, recognizer = rows(exported / "manifest.csv"), Loudness()
    answers = tmp_path / "answers.jsonl"
    with answers.open("w", encoding="utf-8") as file:
        for row in listed:
            said = recognizer.one(read(exported / row["audio"]))
            assert isinstance(said, Transcript)
            file.write(json.dumps({"id": row["id"], "text": said.text}) + "\n")
    options = {"path": str(answers), "rate": 8000}
    judged = run(
        replace(study, recognizers={"odd": Component(ANSWERS, options)}), tmp_path / "judged", Inline()
    ).results.table
    direct = run(study, tmp_path / "direct", Inline()).results.table
    assert judged["hypothesis"] == direct["hypothesis"]
    assert judged["audio_sha256"] == direct["audio_sha256"]
    assert {row["audio_sha256"] for row in listed} == set(direct["audio_sha256"].to_pylist())


def test_what_is_handed_over_says_nothing_of_speakers_and_conditions(exported: Path) -> None:
    listed, cells = rows(exported / "manifest.csv"), rows(exported / "cells.csv")
    assert list(listed[0]) == ["id", "audio", "audio_sha256", "seconds"]
    assert [row["id"] for row in listed] == sorted(row["id"] for row in listed)
    assert {row["audio"] for row in listed} == {f"audio/{f.name}" for f in (exported / "audio").iterdir()}
    assert {cell["id"] for cell in cells} == {row["id"] for row in listed}
    assert {cell["accent"] for cell in cells} == {"a", "b"}
    assert "three two one" not in (exported / "cells.csv").read_text(encoding="utf-8")


def test_an_interrupted_export_ends_byte_identical(
    study: Study, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(study, tmp_path / "out", 8000, told=stopped)
    assert not (tmp_path / "out" / "manifest.csv").exists()
    with (tmp_path / "out" / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write('["u9", [{"utter')
    rendered: list[str] = []
    of = SignalPath.of
    monkeypatch.setattr(SignalPath, "of", lambda self, u, rep=0: rendered.append(u.id) or of(self, u, rep))
    export(study, tmp_path / "out", 8000)
    assert sorted(set(rendered)) == ["u2", "u3"]
    assert content(tmp_path / "out") == content(exported)
    rendered.clear()
    export(study, tmp_path / "out", 8000)
    assert rendered == []
    next((tmp_path / "out" / "audio").iterdir()).unlink()
    export(study, tmp_path / "out", 8000)
    assert rendered
    assert {k: v for k, v in content(tmp_path / "out").items() if "progress" not in k} == {
        k: v for k, v in content(exported).items() if "progress" not in k
    }


def test_nothing_is_overwritten(study: Study, exported: Path, tmp_path: Path) -> None:
    before = content(exported)
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunFolderError, match="holds something else"):
        export(study, tmp_path, 8000)
    for other, what in (({"rate_hz": 16000}, "rate_hz"), ({"file_format": "flac"}, "format")):
        arguments: dict[str, Any] = {"rate_hz": 8000, **other}
        with pytest.raises(RunFolderError, match=f"another export \\({what} differ"):
            export(study, exported, **arguments)
    with pytest.raises(ConfigError, match="allowed: flac, wav"):
        export(study, tmp_path / "new", 8000, "mp3")
    export(replace(study, tolerance=Tolerance(0.3)), exported, 8000)
    assert content(exported) == before


def test_a_cell_without_audio_says_why_and_flac_holds_the_same_sound(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "corpus", speakers=1, utterances=1)
    write(tmp_path / "corpus" / "u0.wav", speechlike(0.6, 8000, 0).scaled_db(-200))
    made = export(study_over(manifest), tmp_path / "out", 16000, "flac")
    assert made.problems == 5
    cells = rows(tmp_path / "out" / "cells.csv")
    assert all(bool(cell["problem"]) == (cell["utterance"] == "u0") for cell in cells)
    for row in rows(tmp_path / "out" / "manifest.csv"):
        assert read(tmp_path / "out" / row["audio"]).pcm16_sha256() == row["audio_sha256"]
