# SPDX-License-Identifier: Apache-2.0
"""`stresstest check`: the exit status follows the interval of the gap, and the bounds that claims are judged by."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stresstest.cli import main
from stresstest.cli._junit import FAIL, PASS, UNKNOWN, Outcome, junit
from stresstest.cli.check import verdict
from stresstest.declared import Claim
from stresstest.study import Tolerance


@pytest.fixture
def ward(ward_run: Path, tmp_path: Path) -> Path:
    """A run of three accents whose gap grows with noise."""
    return Path(shutil.copytree(ward_run, tmp_path / "ward"))


def gaps(folder: Path) -> dict[str, dict[str, Any]]:
    cells = json.loads((folder / "disparity.json").read_text())["cells"]
    return {cell["condition"]: cell["gap"] for cell in cells}


def test_check_is_0_3_or_4_by_the_interval_of_the_gap(ward: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worst = max(gaps(ward).values(), key=lambda gap: gap["low"])
    highest = max(gap["high"] for gap in gaps(ward).values())
    assert main(["check", str(ward), "--max-gap", str(min(1.0, highest + 0.01))]) == 0
    assert "exceeds 0" not in capsys.readouterr().out
    assert main(["check", str(ward), "--max-gap", str(worst["low"] - 0.01)]) == 3
    assert "exceeds" in capsys.readouterr().out
    assert main(["check", str(ward), "--max-gap", str((worst["low"] + worst["high"]) / 2)]) == 4
    said = capsys.readouterr().out
    assert "inconclusive" in said
    assert "0 exceeds" in said


def test_check_of_one_condition_and_of_the_studys_own_tolerance(ward: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean = gaps(ward)["clean"]
    assert clean["high"] < 0.2
    assert main(["check", str(ward), "--max-gap", "0.2", "--condition", "clean"]) == 0
    assert main(["check", str(ward), "--max-gap", "0.2"]) == 4
    capsys.readouterr()
    assert main(["check", str(ward)]) == 3
    assert "gap of at most 0.1;" in capsys.readouterr().out


@pytest.mark.parametrize("change", ["one group", "few speakers"])
def test_check_without_an_interval_is_4(
    change: str, synthetic_run: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accents = {"en-us": 1.0} if change == "one group" else {"en-us": 1.0, "en-029": 1.2}
    write: Callable[..., Path] = synthetic_run.write_run
    folder = write(tmp_path / "run", accents=accents, speakers=3, replicates=100)
    assert main(["check", str(folder)]) == 4
    said = capsys.readouterr().out
    assert ("no gap" if change == "one group" else "descriptive only") in said


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.0, 0.1, "within"), (0.0, 0.1001, "inconclusive"), (0.1, 0.2, "inconclusive"), (0.1001, 0.2, "exceeds")],
)
def test_a_bound_on_the_tolerance_is_within(low: float, high: float, outcome: str) -> None:
    assert verdict({"gap": {"low": low, "high": high}}, 0.1) == outcome


def test_check_agrees_with_the_verdicts_of_the_run(ward: Path) -> None:
    cells = json.loads((ward / "disparity.json").read_text())["cells"]
    for cell in cells:
        assert verdict(cell, cell["verdict"]["max_gap"]) == cell["verdict"]["outcome"]


@pytest.mark.parametrize(("content", "said"), [("{half", "is not JSON"), ("[]", "holds a list")])
def test_a_broken_file_is_one_sentence(content: str, said: str, ward: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (ward / "disparity.json").write_text(content)
    assert main(["check", str(ward)]) == 2
    assert said in capsys.readouterr().err


def test_claims_are_judged_and_written_as_junit(ward: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, report = tmp_path / "claims.txt", tmp_path / "junit.xml"
    file.write_text("wer <= 15 % under clean\nf1 >= 0.84 for every group under clean  # as the card says\n")
    arguments = ["check", str(ward), "--claims", str(file), "--junit", str(report)]
    assert main(arguments) == 0
    assert "claims: 2 pass, 0 fail, 0 not enough data" in capsys.readouterr().out
    assert main([*arguments, "--claim", "gap <= 0.2 under ward_babble"]) == 4
    broken = "wer <= 0.2 for every group under <&\x01ward_babble"
    assert main([*arguments, "--claim", broken]) == 2
    assert "There is no condition" in capsys.readouterr().err
    assert main([*arguments, "--claim", broken.replace("<&\x01", ""), "--claim", "gap <= 0.2 under ward_babble"]) == 3
    root = ET.parse(report).getroot()
    (suite,) = root
    cases = suite.findall("testcase")
    assert [case.get("classname") for case in cases] == ["pocketsphinx"] * 4
    assert [len(case.findall("failure")) for case in cases] == [1, 0, 0, 0]
    assert [len(case.findall("error")) for case in cases] == [0, 1, 0, 0]
    for element in (root, suite):
        assert [element.get(k) for k in ("tests", "failures", "errors")] == ["4", "1", "1"]
    assert cases[3].get("name") == "f1 >= 0.84 for every group under clean"


def test_junit_of_the_tolerance_has_a_case_a_condition(ward: Path, tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    status = main(["check", str(ward), "--max-gap", "0.2", "--junit", str(report)])
    before = report.read_bytes()
    root = ET.parse(report).getroot()
    kinds = [[child.tag for child in case] for case in root.iter("testcase")]
    cells = json.loads((ward / "disparity.json").read_text())["cells"]
    tags = {"within": "system-out", "exceeds": "failure", "inconclusive": "error"}
    assert kinds == [[tags[verdict(cell, 0.2)]] for cell in cells]
    assert status == 4
    assert main(["check", str(ward), "--max-gap", "0.2", "--junit", str(report)]) == 4
    assert report.read_bytes() == before


@given(st.lists(st.tuples(st.text(), st.text(), st.sampled_from([PASS, FAIL, UNKNOWN]), st.text()), max_size=5))
def test_any_text_makes_xml(lines: list[tuple[str, str, str, str]]) -> None:
    root = ET.fromstring(junit("a suite", [Outcome(*line) for line in lines]))
    assert root.get("failures") == str(len(list(root.iter("failure"))))
    assert root.get("errors") == str(len(list(root.iter("error"))))
    assert len(list(root.iter("testcase"))) == len(lines)


def test_the_claims_of_the_study_are_checked(
    ward: Path, synthetic_run: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = (Claim("wer", "clean", at_most=0.01), Claim("wer", "clean", "en-us", at_most=0.5))
    mapping = replace(synthetic_run.study_of(), claims=claims, tolerance=Tolerance(1.0)).to_mapping()
    (ward / "study.yaml").write_text(yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True), encoding="utf-8")
    assert main(["check", str(ward)]) == 3
    assert "claims: 1 pass, 1 fail, 0 not enough data" in capsys.readouterr().out
    assert main(["check", str(ward), "--max-gap", "1"]) == 0
    assert "claims" not in capsys.readouterr().out
    assert main(["check", str(ward), "--claim", "wer <= 0.5 for en-us under clean"]) == 0


def test_a_run_without_cells_is_not_kept(ward: Path) -> None:
    (ward / "disparity.json").write_text('{"cells": []}')
    assert main(["check", str(ward)]) == 4
    assert main(["check", str(ward), "--claim", "wer <= 1"]) == 2
