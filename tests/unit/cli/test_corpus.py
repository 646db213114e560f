# SPDX-License-Identifier: Apache-2.0
"""`stresstest corpus`: list, import, describe, check; and `stresstest doctor`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from small_studies import write_corpus

from stresstest.cli import main
from stresstest.corpora.manifest import Manifest
from stresstest.places import cache_folder, data_folder
from stresstest.plugins import catalogue


def test_list_names_every_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == catalogue("corpora")
    assert all(len(line.split()) > 3 for line in lines)


def test_describe_counts_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = write_corpus(tmp_path, speakers=3, utterances=2)
    assert main(["corpus", "describe", "manifest", f"path={manifest}", "license=CC0"]) == 0
    said = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines() if line.startswith("│")]
    assert rows == [["a", "3", "6", "30", "0.1", "2"], ["b", "3", "6", "30", "0.1", "2"]]
    assert "license: CC0" in said
    assert "synthetic: no" in said


def test_a_group_in_brackets_keeps_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = write_corpus(tmp_path, speakers=3, utterances=1)
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace(",a,", ",filipino [tagalog],"), encoding="utf-8")
    assert main(["corpus", "describe", "manifest", f"path={manifest}", "--quality"]) == 0
    said = capsys.readouterr().out
    assert "filipino [tagalog]" in said
    assert "median [quartiles]" in said


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_import_writes_a_manifest_and_copies_no_speech(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest, out = write_corpus(tmp_path, speakers=3, utterances=2), tmp_path / f"other.{suffix}"
    before = set(tmp_path.iterdir())
    assert main(["corpus", "import", "manifest", f"path={manifest}", "groups=[b]", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"wrote {out}: 6 utterances of 3 speakers" in said
    assert "0.1 minutes in 6 files of 0.1 MB, with the SHA-256 of each" in said
    assert "Used: 6 of 12 utterances, 3 of 6 speakers." in said
    assert set(tmp_path.iterdir()) - before == {out}
    wanted = [u for u in Manifest(str(manifest)).utterances() if u.accent == "b"]
    assert list(Manifest(str(out)).utterances()) == wanted


def test_check_lists_everything_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = write_corpus(tmp_path)
    assert main(["corpus", "check", str(manifest)]) == 0
    assert f"{manifest}: 18 utterances, nothing wrong" in capsys.readouterr().out
    lines = manifest.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("u1.wav", "gone.wav")
    lines[4] = lines[4].replace(",b,", ",,").replace(",a,", ",,")
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["corpus", "check", str(manifest)]) == 2
    said = capsys.readouterr().out
    assert "gone.wav" in said
    assert f"{manifest}:3" in said
    assert f"{manifest}:5" in said
    assert said.rstrip().endswith("2 findings")


def test_check_notes_what_is_allowed_and_worth_a_second_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = write_corpus(tmp_path, speakers=5, utterances=1)
    assert main(["corpus", "check", str(manifest)]) == 0
    assert "note:" not in capsys.readouterr().out
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace(",s0,a,", ",s1,a,").replace(",s3,b,", ",s5,b,"), encoding="utf-8")
    assert main(["corpus", "check", str(manifest)]) == 0
    said = capsys.readouterr().out
    assert "note: speaker 's1' has several accents (a, b) and counts as one speaker in each." in said
    assert "note: fewer than 5 speakers: b (4)." in said


def test_a_plan_promises_no_gap_between_groups_that_are_only_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for speakers in (4, 5):
        manifest = write_corpus(tmp_path / str(speakers), speakers=speakers, utterances=1)
        study = ["study=own", "grid=clean", "corpus=manifest", f"corpus.path={manifest}"]
        assert main(["plan", *study, f"output={tmp_path / 'run'}"]) == 0
        said = capsys.readouterr().out
        promised = any(" points" in line for line in said.splitlines() if line.startswith("│ a "))
        found.append((promised, "Fewer than 5 speakers: a, b." in said))
        assert "1 condition × 1 replicate × " in said
    assert found == [(False, True), (True, False)]


def test_check_gives_json_and_takes_a_corpus_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = write_corpus(tmp_path, speakers=5, utterances=1)
    out = tmp_path / "imported.csv"
    assert main(["corpus", "import", "manifest", f"path={manifest}", "--out", str(out)]) == 0
    (tmp_path / "u3.wav").write_bytes((tmp_path / "u4.wav").read_bytes())
    capsys.readouterr()
    found = []
    for call in ([str(out)], [str(manifest)], ["manifest", f"path={manifest}"]):
        assert main(["corpus", "check", *call, "--json"]) == 2
        said = json.loads(capsys.readouterr().out)
        assert said["utterances"] == 10
        found.append([(f["file"], f["utterance"], f["kind"]) for f in said["findings"]])
    twin = (str(tmp_path / "u4.wav"), "u4", "duplicate")
    assert found == [[(str(tmp_path / "u3.wav"), "u3", "changed"), twin], [twin], [twin]]
    assert main(["corpus", "check", str(out), "--headers"]) == 0


def test_describe_gives_json_and_a_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, plot = write_corpus(tmp_path, speakers=3, utterances=2), tmp_path / "groups.png"
    call = ["corpus", "describe", "manifest", f"path={manifest}", "max_utterances_per_speaker=1"]
    assert main([*call, "--json", "--quality", "--plot", str(plot)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {name: row["speakers"] for name, row in said["groups"].items()} == {"a": 3, "b": 3}
    assert said["shared_prompts"] == 1
    assert said["choice"] == ["At most 1 utterance of a speaker.", "Used: 6 of 12 utterances, 6 of 6 speakers."]
    assert set(said["quality"]) == {"a", "b"}
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert main([*call, "--plot", str(tmp_path / "groups.gif")]) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["describe", "manifst"], "manifst"),
        (["describe", "manifest"], "corpus.path has no value"),
        (["describe", "manifest", "path=/nowhere.csv"], "/nowhere.csv"),
        (["describe", "manifest", "pth=x"], "no key 'pth' in corpus; allowed: "),
        (["describe", "manifest", "groups=[القاهرة]"], "in quotes: 'corpus.groups=[\"…\"]'"),
        (["check", "/nowhere.csv"], "/nowhere.csv"),
        (["check", "/nowhere.csv", "path=x"], "takes no options; got path=x"),
    ],
)
def test_what_is_wrong_is_one_message(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("stresstest: ")
    assert says in said
    assert "Traceback" not in said


def test_import_to_a_folder_without_the_speech_or_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = write_corpus(tmp_path / "speech")
    (tmp_path / "other").mkdir()
    for folder in ("other", "nowhere"):
        call = ["corpus", "import", "manifest", f"path={manifest}", "--out", str(tmp_path / folder / "m.csv")]
        assert main(call) == 2
        said = capsys.readouterr().err
        assert str(tmp_path / folder) in said
        assert said.count("\n") == 1


def test_doctor_says_what_works_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for module in ("torch", "audiomentations", "pocketsphinx", "hydra_plugins.hydra_joblib_launcher"):
        assert any(line.split()[:2] == ["ok", module] for line in said.splitlines())
    assert str(data_folder("conf")) in said
    assert str(cache_folder()) in said


def test_doctor_names_the_line_that_installs_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if line.startswith("missing  pocketsphinx ")]
    assert "recognizer=pocketsphinx" in line
    assert "pip install 'stresstest[demo]'" in line
    monkeypatch.setitem(sys.modules, "soxr", None)
    assert main(["doctor"]) == 2
