# SPDX-License-Identifier: Apache-2.0
"""`stresstest run` in this process, and what follows on a finished folder: plan, report, rescore."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_studies import write_corpus
from tiny_runs import overrides, write_configs

from stresstest import provenance
from stresstest.cli import main
from stresstest.cli.run import _flags_first, _folder_name, _redacted
from stresstest.engine.store import RunFolder
from stresstest.results import Results

SECRET = "sk-do-not-show"
FILES = ("study.yaml", "provenance.json", "results.parquet", "disparity.json", "appendix.md")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and configs."""
    folder = tmp_path_factory.mktemp("place")
    write_corpus(folder / "corpus", speakers=5, utterances=2)
    write_configs(folder / "conf", keyed={"api_key": SECRET})
    return folder


def call(place: Path, output: Path, recognizer: str = "loudness", *more: str) -> list[str]:
    manifest = place / "corpus" / "manifest.csv"
    return ["--config-dir", str(place / "conf"), *overrides(manifest, recognizer), f"output={output}", *more]


@pytest.fixture(scope="module")
def restored() -> Iterator[None]:
    """What Hydra's entry point leaves behind in a process goes."""
    from hydra.core.hydra_config import HydraConfig

    before = sys.argv, os.environ.get("HYDRA_FULL_ERROR"), signal.getsignal(signal.SIGTERM)
    yield
    sys.argv = before[0]
    if before[1] is None:
        os.environ.pop("HYDRA_FULL_ERROR", None)
    signal.signal(signal.SIGTERM, before[2])
    HydraConfig.instance().cfg = None


@pytest.fixture(scope="module")
def finished(place: Path, restored: None) -> Path:
    """The folder of a finished run; read only."""
    assert main(["run", *call(place, place / "out")]) == 0
    return place / "out"


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_a_run_leaves_every_file_of_the_contract(finished: Path) -> None:
    assert all((finished / name).is_file() for name in FILES)
    results = Results.read(finished / "results.parquet")
    assert results.names("condition") == ["clean", "noise=white/snr_db=10", "noise=white/snr_db=0", "channel=g711_ulaw"]
    assert results.table.num_rows == 4 * 20
    command = provenance.read(finished)["command"]
    assert command.startswith("stresstest run ")
    assert f"output={finished}" in command


def test_the_same_call_again_decodes_nothing(
    place: Path, copy: Path, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {f: f.stat().st_mtime_ns for f in (copy / "units").iterdir()}
    assert main(["run", *call(place, copy)]) == 0
    captured = capsys.readouterr()
    assert "80 cells, 80 of them already done" in captured.err
    assert f"wrote {copy / 'appendix.md'}" in captured.out
    assert {f: f.stat().st_mtime_ns for f in (copy / "units").iterdir()} == before


def test_a_changed_study_is_refused_with_the_difference(
    place: Path, copy: Path, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *call(place, copy, "loudness", "seed=9")]) == 2
    said = capsys.readouterr().err
    assert "seed: 20260 -> 9" in said
    assert "output=DIR" in said


@pytest.mark.parametrize(("recognizer", "status"), [("moody", 5), ("interrupted", 130)])
def test_failed_cells_are_5_and_an_interruption_130(
    recognizer: str, status: int, place: Path, tmp_path: Path, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *call(place, tmp_path / "out", recognizer)]) == status
    said = capsys.readouterr().err
    assert "Traceback" not in said
    if status == 130:
        assert "interrupted; the same command goes on from here" in said
        assert not (tmp_path / "out" / "results.parquet").exists()
    else:
        failed = [r for r in Results.read(tmp_path / "out" / "results.parquet").table.to_pylist() if r["failure_kind"]]
        assert f"finished, but {len(failed)} of 80 cells failed" in said
        assert (tmp_path / "out" / "appendix.md").is_file()


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("grid.axes.noise=[wite]", "no noise profile 'wite'; allowed: "),
        ("grid.axes.snr=[5]", "snr"),
        ("+nothing=1", "no key 'nothing' in the configuration; allowed: "),
        ("study=nothing", "nothing"),
        ("corpus.path=/nowhere.csv", "/nowhere.csv"),
        ("corpus.groups=[c]", "no group 'c'; allowed: a, b"),
        ("recognizer._target_=subprocess.Popen", "not in an allowed package"),
        ("grid.axes.noise=[", "cannot be read"),
        ("output=/proc/nowhere/out", "/proc/nowhere"),
    ],
)
def test_what_is_wrong_is_2_without_a_traceback(
    override: str, says: str, place: Path, tmp_path: Path, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *call(place, tmp_path / "out"), override]) == 2
    said = capsys.readouterr().err
    assert said.startswith("stresstest: ")
    assert says in said
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "units").exists()


def test_a_secret_is_in_no_file_and_no_message(
    place: Path, tmp_path: Path, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "sk-neither-this"
    for number, (leaks, status) in enumerate([("nowhere", 0), ("raise", 5), ("open", 2)]):
        out = tmp_path / str(number)
        more = [f"recognizer.api_key={other}", f"+recognizer.leaks={leaks}"]
        assert main(["run", *call(place, out, "keyed", *more)]) == status
        captured = capsys.readouterr()
        for secret in (SECRET, other):
            assert secret not in captured.out + captured.err
            for file in out.rglob("*"):
                assert file.is_dir() or secret.encode() not in file.read_bytes(), file
    assert "recognizer.api_key=(redacted)" in provenance.read(tmp_path / "0")["command"]


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("recognizer.api_key=x", "recognizer.api_key=(redacted)"),
        ("++recognizer.auth_token='a b'", "++recognizer.auth_token=(redacted)"),
        ("+recognizer={api_key: x}", "+recognizer=(redacted)"),
        ("seed=3", "seed=3"),
        ("corpus.path=/data/password/manifest.csv", "corpus.path=/data/password/manifest.csv"),
        ("-m", "-m"),
    ],
)
def test_the_command_is_kept_without_its_secrets(argument: str, shown: str) -> None:
    assert _redacted(argument) == shown


def test_folders_of_a_multirun_are_named_by_what_they_override() -> None:
    assert _folder_name(["seed=1", "study=smoke"], 0) == "seed=1,study=smoke"
    assert _folder_name(["corpus.path=/a/b.csv", "seed=1"], 3) == "3,seed=1"
    assert _folder_name(["recognizer.api_key=x"], 1) == "1"
    many = [_folder_name([f"grid.axes.noise=[{n}]", *(f"key{k}=value" for k in range(90))], n) for n in (1, 2)]
    assert many[0] != many[1]
    assert all(len(name) < 200 for name in many)


def test_options_may_stand_anywhere() -> None:
    assert _flags_first(["a=1", "-m", "b=2", "--cfg", "job"]) == ["-m", "--cfg", "job", "a=1", "b=2"]
    assert _flags_first(["a=1", "--config-dir", "here"]) == ["--config-dir", os.path.abspath("here"), "a=1"]


def test_cfg_prints_the_configuration_and_runs_nothing(
    place: Path, tmp_path: Path, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--cfg", "job", *call(place, tmp_path / "out")]) == 0
    assert f"output: {tmp_path / 'out'}" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_plan_counts_and_decodes_nothing(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *call(place, tmp_path / "out", "interrupted")]) == 0
    said = capsys.readouterr().out
    assert "4 conditions × 1 replicate × 20 utterances × 1 recognizer = 80 decodes" in said
    assert "0 decodes (0 units) are done already" in said
    assert "conditions: clean, noise=white/snr_db=10, noise=white/snr_db=0, channel=g711_ulaw" in said
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines() if line.startswith("│")]
    assert [row[:4] for row in rows if row[0] in "ab"] == [["a", "5", "10", "50"], ["b", "5", "10", "50"]]
    assert "time unknown, cost $0.00" in said
    assert not (tmp_path / "out").exists()


def test_plan_knows_what_is_done(place: Path, finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *call(place, finished)]) == 0
    units = len(list((finished / "units").glob("*.parquet")))
    assert f"80 decodes ({units} units) are done already" in capsys.readouterr().out
    assert main(["plan", *call(place, finished, "loudness", "seed=9")]) == 0
    assert "0 decodes (0 units) are done already" in capsys.readouterr().out


def test_plan_for_few_speakers_says_so(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = write_corpus(tmp_path / "corpus", speakers=1, utterances=1)
    assert main(["plan", *call(place, tmp_path / "out"), f"corpus.path={manifest}"]) == 0
    assert "2 utterances" in capsys.readouterr().out


def test_report_writes_the_documents_again_and_nothing_else(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {f: (copy / f).read_bytes() for f in FILES[:-1]}
    written = (copy / "appendix.md").read_bytes()
    (copy / "appendix.md").unlink()
    assert main(["report", str(copy), "--format", "md,json", "--sections", "headline"]) == 0
    assert f"wrote {copy / 'appendix.json'}" in capsys.readouterr().out
    assert (copy / "appendix.md").read_bytes() == written
    assert not (copy / "appendix.html").exists()
    assert {f: (copy / f).read_bytes() for f in kept} == kept


def test_rescore_scores_again_and_the_run_goes_on(place: Path, copy: Path, restored: None) -> None:
    before = Results.read(copy / "results.parquet")
    assert main(["rescore", str(copy), "--normalizer", "whisper_english", "--max-gap", "0.2"]) == 0
    after = Results.read(copy / "results.parquet")
    study = RunFolder(copy).study()
    assert (study.normalizer, study.tolerance.max_gap) == ("whisper_english", 0.2)
    assert after.table["hypothesis"] == before.table["hypothesis"]
    assert after.signature() != before.signature()
    assert provenance.read(copy)["results_signature"] == after.signature()
    assert json.loads((copy / "disparity.json").read_text())["tolerance"]["max_gap"] == 0.2
    again = ["normalizer=whisper_english", "study.tolerance.max_gap=0.2"]
    assert main(["run", *call(place, copy, "loudness", *again)]) == 0
    assert Results.read(copy / "results.parquet").signature() == after.signature()


@pytest.mark.parametrize("command", ["report", "rescore", "check"])
def test_a_folder_that_is_no_run_is_refused_and_left_alone(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "nothing") in said
    assert "stresstest run" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["report", "--format", "pfd"], "no format 'pfd'; allowed: html, json, md"),
        (["report", "--sections", "headlin"], "allowed: "),
        (["rescore", "--normalizer", "wisper"], "no normalizer 'wisper'; allowed: basic, whisper_english"),
        (["rescore", "--max-gap", "10"], "from 0 to 1"),
        (["check", "--max-gap", "10"], "from 0 to 1"),
        (["check", "--condition", "clear"], "no condition 'clear'; allowed: .*clean"),
    ],
)
def test_a_wrong_option_is_refused_and_changes_nothing(
    arguments: list[str], says: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {f: f.read_bytes() for f in copy.iterdir() if f.is_file()}
    assert main([arguments[0], str(copy), *arguments[1:]]) == 2
    assert says.split(".*")[-1] in capsys.readouterr().err
    assert {f: f.read_bytes() for f in copy.iterdir() if f.is_file()} == before


def test_a_search_looks_where_the_crossing_is_and_writes_the_answer(
    place: Path, restored: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "search=breaking_point", "search.profile=white", "search.from_db=20", "search.to_db=-4",
        "search.resolution_db=2", "search.coarse_steps=4", "search.measure=wer", "search.tolerance=0.99",
        "appendix.sections=[breaking_point]",
    ]  # fmt: skip
    assert main(["run", *call(place, tmp_path / "out", "loudness", *asked)]) == 0
    assert "breaking point: " in capsys.readouterr().out
    record = json.loads((tmp_path / "out" / "breaking_point.json").read_text("utf-8"))
    found = json.loads((tmp_path / "out" / "disparity.json").read_text("utf-8"))["breaking_point"]
    assert record["breaking_point"] == found
    assert (found["steps"], found["looked"]) == (14, len(record["looks"]))
    assert (
        record["decodes"] == 20 * found["looked"] == Results.read(tmp_path / "out" / "results.parquet").table.num_rows
    )
    assert "Where it breaks" in (tmp_path / "out" / "appendix.md").read_text("utf-8")
    assert main(["rescore", str(tmp_path / "out"), "--normalizer", "whisper_english"]) == 0
    assert json.loads((tmp_path / "out" / "disparity.json").read_text("utf-8"))["breaking_point"]["steps"] == 14
