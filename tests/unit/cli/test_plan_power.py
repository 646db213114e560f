# SPDX-License-Identifier: Apache-2.0
"""`stresstest plan`: detectable gaps and degradations, and how many speakers to record."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from small_studies import write_corpus

from stresstest.cli import main
from stresstest.statistics import minimum_detectable_gap, speakers_to_detect


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two groups of six speakers, five words each."""
    folder = tmp_path_factory.mktemp("speech")
    manifest = write_corpus(folder, speakers=6, utterances=1)
    return ["study=own", "grid=clean", "corpus=manifest", f"corpus.path={manifest}", f"output={folder / 'run'}"]


def rows(said: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines() if line.startswith("│")]


def test_a_plan_says_what_gap_and_what_degradation_it_can_show(
    study: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *study]) == 0
    said = capsys.readouterr().out
    group = next(row for row in rows(said) if row[0] == "a")
    assert group[6] == f"{100 * minimum_detectable_gap(0.15, 6, 5):.1f} points"
    assert len(group) == 9
    assert "minimum detectable difference in degradation" in said
    assert "Speakers matter more than minutes (MDG at 15% WER)" in said
    assert "speakers to record" not in said


def test_a_plan_counts_the_groups_of_the_study_and_names_those_that_it_would_withhold(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every other speaker of an accent is a man."""
    asked = ["study=known_truth", "corpus.accents={north: 11, south: 9, west: 10}", "study.group_by=accent+gender"]
    assert main(["plan", *asked, f"output={tmp_path / 'run'}"]) == 0
    said = capsys.readouterr().out
    sizes = {row[0]: row[1] for row in rows(said) if "+" in row[0]}
    people = {"north+female": 6, "north+male": 5, "south+female": 5, "south+male": 4, "west+female": 5, "west+male": 5}
    assert sizes == {name: str(number) for name, number in people.items()}
    assert "Fewer than 5 speakers: south+male. Such groups are withheld" in said


def test_more_speakers_do_more_than_more_words_in_the_table(
    study: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *study]) == 0
    table = {row[0]: [float(cell.split()[0]) for cell in row[1:]] for row in rows(capsys.readouterr().out)
             if row[0] in ("5", "10", "20", "50", "100")}  # fmt: skip
    for speakers, numbers in table.items():
        assert numbers == sorted(numbers, reverse=True), speakers
    assert all(a > b for a, b in zip(table["10"], table["20"], strict=True))
    assert table["50"][2] < table["20"][3]


def test_a_target_says_how_many_speakers_to_record(study: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *study, "--target-gap", "0.1", "--target-did", "0.1"]) == 0
    said = capsys.readouterr().out
    needed = [row for row in rows(said) if len(row) == 6 and row[0] in "ab"]
    assert "speakers to record in each group" in said
    expected = [str(speakers_to_detect(0.1, rate, 5)) for rate in (0.05, 0.15, 0.30)]
    assert [row[1] for row in needed] == ["6", "6"]
    assert [row[2:5] for row in needed] == [expected, expected]
    assert int(needed[0][5]) > int(needed[0][3])


def test_an_earlier_run_says_how_much_speakers_differ(
    study: list[str], ward_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *study, "--from", str(ward_run), "--target-gap", "0.05"]) == 0
    said = capsys.readouterr().out
    assert f"the spread between speakers is that of {ward_run}" in re.sub(r"\s+", " ", said)
    needed = next(row for row in rows(said) if len(row) == 4 and row[0] == "a")
    groups = json.loads((ward_run / "disparity.json").read_text())["power"][0]["groups"].values()
    assert all(group["gap"]["within"] > 0 for group in groups)
    assert int(needed[2]) < int(needed[3])


@pytest.mark.parametrize(("option", "value"), [("--target-gap", "5"), ("--target-did", "0"), ("--target-gap", "-0.1")])
def test_a_target_that_is_no_fraction_is_refused(
    option: str, value: str, study: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *study, f"{option}={value}"]) == 2
    assert f"{option} takes a fraction between 0 and 1 (0.05 is five points of WER); got" in capsys.readouterr().err


def test_an_earlier_run_without_a_spread_is_refused(
    study: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *study, "--from", str(tmp_path)]) == 2
    (tmp_path / "disparity.json").write_text("{}", encoding="utf-8")
    assert main(["plan", *study, "--from", str(tmp_path)]) == 2
    assert "says nothing about the spread between speakers" in capsys.readouterr().err
