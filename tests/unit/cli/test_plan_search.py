# SPDX-License-Identifier: Apache-2.0
"""What `plan` says of a search is what the search then takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from stresstest.cli import main

ASKED = [
    "study=known_truth", "search=breaking_point", "search.profile=speech_shaped", "executor=inline",
    "corpus.utterances_per_speaker=1", "corpus.groups=[north,south]", "corpus.accents.north=6",
    "corpus.accents.south=6", "appendix.formats=[md]", "appendix.sections=[breaking_point]",
]  # fmt: skip
STEP = 12  # one utterance of each speaker


def planned(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    capsys.readouterr()
    assert main(["plan", *ASKED, *more]) == 0
    return capsys.readouterr().out


def test_the_plan_says_the_most_a_search_can_take_and_the_search_takes_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = f"output={tmp_path / 'out'}"
    before = planned(capsys, output)
    assert f"32 steps of {STEP} decodes, {32 * STEP} for every step" in before
    assert f"at most 9 looks, {9 * STEP} decodes (28 %)" in before
    assert "0 decodes are done already" in before
    assert main(["run", *ASKED, output]) == 0
    record = json.loads((tmp_path / "out" / "breaking_point.json").read_text("utf-8"))
    found = record["breaking_point"]
    assert record["decodes"] == found["decodes"] <= record["most_decodes"] == 9 * STEP
    assert found["decodes_of_every_step"] == 32 * STEP
    assert found["settled"]
    assert f"{record['decodes']} decodes are done already" in planned(capsys, output)


def test_the_expected_looks_are_fewer_than_the_most(capsys: pytest.CaptureFixture[str]) -> None:
    expected = re.search(r"about ([\d.]+) looks expected", planned(capsys))
    assert expected is not None
    assert 2 < float(expected[1]) < 9


def test_a_budget_is_said_and_one_that_is_too_small_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told = planned(capsys, f"search.budget_decodes={5 * STEP + 1}")
    assert f"at most 5 looks, {5 * STEP} decodes (16 %); the budget is {5 * STEP + 1}" in told
    assert main(["plan", *ASKED, f"search.budget_decodes={STEP}"]) == 2
    assert f"does not pay for clean and one step, {2 * STEP} decodes" in capsys.readouterr().err


def test_a_budget_that_ends_the_search_is_said_with_the_bracket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = [f"search.budget_decodes={4 * STEP}", "search.measure=wer", "search.tolerance=0.5", f"output={tmp_path}"]
    assert main(["run", *ASKED, *more]) == 0
    record = json.loads((tmp_path / "breaking_point.json").read_text("utf-8"))
    found = record["breaking_point"]
    assert (record["stopped"], found["settled"], found["looked"]) == ("budget", False, 4)
    assert found["holds_db"] - found["breaks_db"] > 1
    told = (tmp_path / "appendix.md").read_text("utf-8")
    assert "That is not settled: the looks ended first" in told
    assert "the budget ended the search" in capsys.readouterr().out
