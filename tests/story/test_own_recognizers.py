# SPDX-License-Identifier: Apache-2.0
"""The pages on one's own recognizer and on a vendor's are followed to the letter."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pages import follow, run

from stresstest.results import Results

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def python_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python` is the one that runs the tests."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def heard(folder: Path) -> dict[tuple[str, str], str]:
    """(utterance, condition) → what was heard; every decode must have an answer."""
    rows = Results.read(folder / "results.parquet").table.to_pylist()
    assert {row["status"] for row in rows} == {"ok"}
    return {(row["utterance"], row["condition"]): row["hypothesis"] for row in rows}


def test_bring_your_own_recognizer(tmp_path: Path) -> None:
    commands = follow(DOCS / "bring_your_own_recognizer.md", tmp_path)
    assert len(commands) == 2
    by_callable, by_program = (heard(tmp_path / "outputs" / name) for name in ("callable", "program"))
    assert any(by_callable.values())
    assert by_program == {cell: by_callable[cell] for cell in by_program}, "the same model by either way"


def test_judge_a_vendor(tmp_path: Path) -> None:
    *_, judge = follow(DOCS / "judge_a_vendor.md", tmp_path)
    assert any(heard(tmp_path / "outputs" / "vendor").values())
    answers = tmp_path / "answers.csv"
    lines = answers.read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text("".join(lines[:-1]), encoding="utf-8")
    status, said = run(judge.replace("outputs/vendor", "outputs/late"), tmp_path)
    assert (status, "cells failed" in said) == (5, True)
    rows = Results.read(tmp_path / "outputs" / "late" / "results.parquet").table.to_pylist()
    (missing,) = [row for row in rows if row["status"] == "failed"]
    assert missing["failure_kind"] == "unavailable"
    assert missing["audio_sha256"].startswith(lines[-1].partition(",")[0])
