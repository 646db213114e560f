# SPDX-License-Identifier: Apache-2.0
"""`stresstest check`: the exit status follows the interval of the gap."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stresstest.cli import main
from stresstest.cli.check import verdict


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
