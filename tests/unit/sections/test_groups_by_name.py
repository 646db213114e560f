# SPDX-License-Identifier: Apache-2.0
"""Where other columns than the accent make the groups, no document calls a group an accent."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from stresstest import appendix
from stresstest.cli import main
from stresstest.results import Results
from stresstest.sections._words import of_groups
from stresstest.sections.base import Table
from stresstest.sections.failures import Failures
from stresstest.study import Study

OF_THE_CORPUS = (
    "Accent labels", "How much of it was used", "| Accent | Speakers |", "| Accent | Mixtures |", "Confound",
    "nothing here parts an accent", "made by accent and gender", "those of one accent", "dealt to the groups",
    "| Group | The speakers that a study puts together", "How does the gap between accents grow on a ward?",
)  # fmt: skip
"""Lines about the speech itself, or about the word."""


@pytest.fixture(scope="module")
def folder(synthetic_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve speakers of each accent, every other a woman, in two draws; the last condition has failures."""
    study: Study = replace(synthetic_run.study_of(), reps=2)
    accents = {"en-us": 1.0, "en-029": 1.9}
    made: Path = synthetic_run.write_run(tmp_path_factory.mktemp("grouped") / "run", study, accents, 12, replicates=50)
    spoken = synthetic_run.rows(study, accents, 12)
    rows = [{**r, "gender": "female" if int(r["speaker"].rpartition("-")[2]) % 2 else "male"} for r in spoken]
    Results.from_rows(rows, ("gender",)).write(made / "results.parquet")
    assert main(["rescore", str(made), "--group-by", "accent+gender"]) == 0
    return made


def test_no_line_calls_a_group_an_accent(folder: Path) -> None:
    text = (folder / "appendix.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.search(r"\baccents?\b", line, re.IGNORECASE)]
    assert [line for line in lines if not any(known in line for known in OF_THE_CORPUS)] == []
    assert "The groups of this document are made by accent and gender." in text
    assert "worst-served group, en-029+" in text


def test_recordings_are_compared_between_the_groups_of_the_study(folder: Path, tmp_path: Path) -> None:
    """Four women and four men of the speakers measured of each accent; the accents differ by 6 dB, the genders not."""
    found = json.loads((folder / "disparity.json").read_text(encoding="utf-8"))
    groups = ["en-029+female", "en-029+male", "en-us+female", "en-us+male"]
    assert list(found["recorded"]) == groups
    assert [entry["speakers"] for entry in found["recorded"].values()] == [4] * 4
    assert [round(entry["snr_db"]["median"], 3) for entry in found["recorded"].values()] == [35, 34.75, 41, 40.75]
    other = shutil.copytree(folder, tmp_path / "run")
    assert main(["rescore", str(other), "--group-by", "gender"]) == 0
    again = json.loads((other / "disparity.json").read_text(encoding="utf-8"))
    assert again["recordings"]["snr_db"]["difference"] == pytest.approx(0.25)
    assert not again["recordings"]["snr_db"]["matters"]
    assert list(again["recorded"]) == ["female", "male"]
    assert "values" not in again["recorded"]["male"]


def test_failures_of_a_withheld_group_are_not_told(folder: Path) -> None:
    """One woman does not say so, and is refused: her group is withheld, with the kind of her failure."""
    evidence = appendix.read(folder, {})
    rows = [
        {**row, "gender": None, "status": "failed", "failure_kind": "refusal"} if row["speaker"] == "en-us-1" else row
        for row in evidence.results.table.to_pylist()
    ]
    changed = replace(evidence, results=Results.from_rows(rows, ("gender",)))
    kinds = [table.rows[0][-1].text for table in Failures().build(changed) if isinstance(table, Table)]
    assert kinds == ["timeout"]


def test_of_accents_the_same_documents_say_accent(synthetic_run: ModuleType, tmp_path: Path) -> None:
    appendix.write(synthetic_run.write_run(tmp_path / "run"), ["md"])
    text = (tmp_path / "run" / "appendix.md").read_text(encoding="utf-8")
    assert "worst-served accent" in text
    assert "The groups of this document" not in text


def test_a_text_of_accents_reads_of_groups() -> None:
    text = "An accent: each accent, an accent, accents."
    assert of_groups("Accents and an accent.", "group") == "Groups and a group."
    assert of_groups(text, "accent") == text
