# SPDX-License-Identifier: Apache-2.0
"""The warning about groups whose speakers do not differ alike."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from stresstest import disparity
from stresstest.results import Results


def _warnings(synthetic_run: ModuleType, spread_of_last: float, speakers: int = 12) -> list[str]:
    study = synthetic_run.study_of()
    rows: list[dict[str, Any]] = []
    for row in synthetic_run.rows(study, synthetic_run.ACCENTS, speakers, failed=0):
        number = int(row["speaker"].rpartition("-")[2])
        factor = 1 + (spread_of_last * (2 * number / (speakers - 1) - 1) if row["accent"] == "en-029" else 0)
        errors = min(int(row["substitutions"] * factor), row["words"])
        rows.append(row | {"substitutions": errors, "deletions": 0, "hits": row["words"] - errors})
    found: list[str] = disparity.compute(Results.from_rows(rows, ()), study, 200)["warnings"]
    return [w for w in found if "differ more from one another" in w]


def test_a_group_of_unlike_speakers_is_named_and_alike_ones_are_not(synthetic_run: ModuleType) -> None:
    assert _warnings(synthetic_run, 0.0) == []
    [warning] = _warnings(synthetic_run, 0.9)
    assert warning.startswith("Speakers of en-029 differ more from one another than those of ")


def test_twenty_such_speakers_are_enough(synthetic_run: ModuleType) -> None:
    assert _warnings(synthetic_run, 0.9, 19)
    assert _warnings(synthetic_run, 0.9, 20) == []
