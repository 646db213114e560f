# SPDX-License-Identifier: Apache-2.0
"""`stresstest compare`: paired by decode and speaker, refused where it is not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from paired_runs import NOISY as NOISE
from paired_runs import Row, write

from stresstest.cli import main
from stresstest.results import Results

RATES = {"en-gb": 0.1, "en-us": 0.1}
NOISY = "noise=ward_babble/snr_db=10"
HEADS = ["p", "P(B better)", "MAPSSWE z", "B is", "equivalent"]
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def runs(synthetic_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A system, and one that is much worse for en-us."""
    folder = tmp_path_factory.mktemp("pair")
    worse = {**RATES, "en-us": 0.3}
    return write(folder / "a", synthetic_run, RATES), write(folder / "b", synthetic_run, worse, "b")


@pytest.fixture
def other(synthetic_run: ModuleType, tmp_path: Path) -> Write:
    def make(change: Callable[[list[Row]], list[Row]] = list, **options: Any) -> Path:
        return write(tmp_path / "other", synthetic_run, RATES, change=change, **options)

    return make


def compared(tmp_path: Path, *arguments: object) -> dict[str, Any]:
    out = tmp_path / "compare.json"
    assert main(["compare", *map(str, arguments), "--out", str(out)]) == 0
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_the_worse_system_is_found_where_it_is_worse(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(tmp_path, *runs, "--margin", "0.02")
    said = capsys.readouterr().out
    assert [cell["condition"] for cell in found["cells"]] == ["clean", NOISY]
    for cell in found["cells"]:
        harmed = cell["groups"]["en-us"]
        assert harmed["outcome"] == "worse"
        assert harmed["flips"]["p_value"] == 2 / 2**8
        assert (harmed["flips"]["patterns"], harmed["flips"]["exact"]) == (256, True)
        assert harmed["improvement"] is None  # eight speakers are too few for a bootstrap
        assert cell["overall"]["improvement"] < 0.05
        assert harmed["matched_pairs"]["z"] > 4
        assert harmed["against_rest"]["low"] > 0
        assert not harmed["equivalence"]["shown"]
        assert cell["groups"]["en-gb"]["outcome"] == "unclear"
        assert cell["gap"]["b"] > cell["gap"]["a"]
        assert cell["gap"]["low"] <= cell["gap"]["difference"] <= cell["gap"]["high"]
    heads, row = (next(line for line in said.splitlines() if start in line) for start in ("condition", "en-us"))
    assert [cell.strip() for cell in heads.split("┃")[1:-1]][-5:] == HEADS
    assert len(heads.split("┃")) == len(row.split("│"))
    assert "worse" in said
    assert "takes segments as independent" in said


def test_the_numbers_are_those_of_the_runs(runs: tuple[Path, Path], tmp_path: Path) -> None:
    found = compared(tmp_path, *runs)
    tables = [json.loads((run / "disparity.json").read_text())["cells"] for run in runs]
    for cell, a, b in zip(found["cells"], *tables, strict=True):
        assert cell["overall"]["equivalence"] is None
        for name, entry in cell["groups"].items():
            assert (entry["wer_a"], entry["wer_b"]) == (a["groups"][name]["wer"], b["groups"][name]["wer"])
            assert entry["difference"]["value"] == pytest.approx(entry["wer_b"] - entry["wer_a"])
            assert entry["errors_a"] == a["groups"][name]["errors"]
            pairs = entry["matched_pairs"]
            assert pairs["segments"] * pairs["mean"] == pytest.approx(entry["errors_b"] - entry["errors_a"])
        assert (cell["gap"]["a"], cell["gap"]["b"]) == (a["gap"]["difference"], b["gap"]["difference"])


def test_swapping_the_runs_turns_every_sign(runs: tuple[Path, Path], tmp_path: Path) -> None:
    forth, back = compared(tmp_path, *runs), compared(tmp_path, *reversed(runs))
    for one, other in zip(forth["cells"], back["cells"], strict=True):
        for a, b in zip(one["groups"].values(), other["groups"].values(), strict=True):
            assert a["difference"]["value"] == -b["difference"]["value"]
            assert a["difference"]["low"] == pytest.approx(-b["difference"]["high"])
            assert a["flips"] == b["flips"]
            assert a["matched_pairs"]["z"] == pytest.approx(-b["matched_pairs"]["z"])
        assert one["overall"]["improvement"] == pytest.approx(1 - other["overall"]["improvement"])
        assert one["gap"]["low"] == pytest.approx(-other["gap"]["high"])


def test_the_order_of_rows_does_not_matter(runs: tuple[Path, Path], other: Write, tmp_path: Path) -> None:
    shuffled = other(lambda rows: random.Random(1).sample(rows, len(rows)))
    assert compared(tmp_path, runs[1], shuffled) == compared(tmp_path, runs[1], runs[0])


def test_a_run_against_itself_is_equivalent(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(tmp_path, runs[0], runs[0], "--margin", "0.02")
    for cell in found["cells"]:
        for entry in (cell["overall"], *cell["groups"].values()):
            assert entry["difference"]["value"] == 0
            assert entry["flips"]["p_value"] == 1
            assert entry["equivalence"]["shown"]
    assert "gave the same text in every decode" in capsys.readouterr().out


def test_failed_decodes_are_left_out_and_stand_against_equivalence(
    runs: tuple[Path, Path], other: Write, tmp_path: Path
) -> None:
    def fail(rows: list[Row]) -> list[Row]:
        lost = dict.fromkeys(
            ("hypothesis", "hypothesis_normalized", "hits", "substitutions", "deletions", "insertions")
        )
        return [
            {**r, **lost, "status": "failed", "audio_sha256": None} if k % 16 == 0 else r for k, r in enumerate(rows)
        ]

    found = compared(tmp_path, runs[0], other(fail), "--margin", "0.03")
    overall = found["cells"][0]["overall"]
    assert (overall["decodes"], overall["left_out"], overall["left_out_words"]) == (30, 2, 48)
    assert not overall["equivalence"]["shown"]
    assert overall["equivalence"]["reason"] == "decodes that are left out could hide a difference"
    assert any("left out because a system failed" in sentence for sentence in found["warnings"])


def test_under_five_speakers_a_group_is_described(other: Write, tmp_path: Path) -> None:
    folder = other(speakers=3)
    found = compared(tmp_path, folder, folder, "--margin", "0.02")
    entry = found["cells"][0]["groups"]["en-us"]
    assert (entry["outcome"], entry["flips"]["p_value"], entry["improvement"]) == ("described", None, None)
    assert entry["equivalence"]["reason"] == "too few speakers"
    assert found["cells"][0]["overall"]["outcome"] == "unclear"  # six people in all


def broken(**values: Any) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [{**rows[0], **values}, *rows[1:]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[1:], "1 of 64 decodes of the first run are not in the second (condition clean"),
        (broken(utterance="z/1"), "1 of 64 decodes of the second run are not in the first"),
        (broken(audio_sha256="f"), "the audio differs in 1 of 64 decodes (condition clean, utterance en-gb-0/0, rep 0"),
        (broken(audio_sha256=None), "the audio differs in 1 of 64"),
        (broken(reference="other words"), "the reference text differs in 1 of 64"),
        (broken(reference_normalized="w"), "Score both with one normalizer: stresstest rescore"),
        (broken(speaker="somebody"), "the speaker differs in 1 of 64"),
        (broken(accent="en-us"), "the group differs in 1 of 64"),
        (lambda rows: [*rows, rows[0]], "hold a cell twice"),
        (lambda rows: rows[:32], "--condition LABEL takes one that both have: clean."),
    ],
)  # fmt: skip
def test_what_is_not_paired_is_refused_in_a_sentence(
    change: Callable[[list[Row]], list[Row]],
    said: str,
    runs: tuple[Path, Path],
    synthetic_run: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = write(tmp_path / "run", synthetic_run, RATES)
    rows = change(Results.read(folder / "results.parquet").table.to_pylist())
    Results.from_rows(rows, ()).write(folder / "results.parquet")
    assert main(["compare", str(runs[0]), str(folder)]) == 2
    assert said in capsys.readouterr().err


def test_the_common_conditions_can_be_picked(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(tmp_path, *runs, "--condition", NOISY)
    assert [cell["condition"] for cell in found["cells"]] == [NOISY]
    assert main(["compare", *map(str, runs), "--condition", "cleen"]) == 2
    assert "did you mean 'clean'?" in capsys.readouterr().err


def test_two_recognizers_of_one_run(other: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = other(recognizers=("one", "two"))
    assert len(compared(tmp_path, folder, folder)["cells"]) == 4
    found = compared(tmp_path, folder, folder, "--recognizers", "one", "two")
    assert {(c["recognizer_a"], c["recognizer_b"]) for c in found["cells"]} == {("one", "two")}
    assert main(["compare", str(folder), str(folder), "--recognizers", "one", "tow"]) == 2
    assert "The second run has no recognizer 'tow'" in capsys.readouterr().err


def test_other_recognizers_need_to_be_named(
    runs: tuple[Path, Path], other: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(runs[0]), str(other(recognizers=("one", "two")))]) == 2
    assert "--recognizers NAME NAME" in capsys.readouterr().err


@pytest.mark.parametrize("margin", ["0", "-0.1", "2"])
def test_a_margin_that_can_show_nothing_is_refused(
    margin: str, runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *map(str, runs), "--margin", margin]) == 2
    assert "between 0 and 1" in capsys.readouterr().err


def test_groups_are_those_of_the_first_runs_study(
    synthetic_run: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [write(tmp_path / name, synthetic_run, RATES, name, speakers=6) for name in ("a", "b")]
    study = replace(synthetic_run.study_of([NOISE]), min_cell_speakers=6).to_mapping()
    (folders[0] / "study.yaml").write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
    for folder in folders:
        rows = Results.read(folder / "results.parquet").table.to_pylist()
        moved = [{**r, "accent": "few" if r["speaker"] == "en-us-0" else r["accent"]} for r in rows]
        Results.from_rows([r for r in moved if r["accent"] != "en-us"], ()).write(folder / "results.parquet")
    found = compared(tmp_path, *folders)
    assert [list(cell["groups"]) for cell in found["cells"]] == [["en-gb"]] * 2
    assert found["cells"][0]["overall"]["speakers"] == 6
    assert found["cells"][0]["gap"] is None
    assert "few (1)" in capsys.readouterr().out
