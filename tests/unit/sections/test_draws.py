# SPDX-License-Identifier: Apache-2.0
"""The draws of the noise and the scenes, in a run that has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

from stresstest import appendix
from stresstest.conditions import CLEAN, ConditionGrid
from stresstest.scenes import Scene
from stresstest.sections.base import Paragraph, Table
from stresstest.sections.conditions import Conditions
from stresstest.sections.draws import Draws


def test_the_share_of_the_draws_is_said_for_conditions_that_a_draw_changes(
    synthetic_run: ModuleType, tmp_path: Path
) -> None:
    study = replace(synthetic_run.study_of(), reps=3)
    evidence = appendix.read(synthetic_run.write_run(tmp_path, study, failed=0), {})
    [paragraph, table] = Draws().build(evidence)
    assert isinstance(paragraph, Paragraph)
    assert "3\u00a0draws" in paragraph.text
    assert isinstance(table, Table)
    shown = {row[0].text for row in table.rows}
    assert len(shown) == len([c for c in study.grid if c.noise])
    shares = [cell.value for row in table.rows for cell in row[1:]]
    cells = {c["condition"]: c for c in evidence.disparity["cells"]}
    assert cells["clean"]["groups"]["en-us"]["draws"]["draw_se"] < 1e-9
    assert all(0 < share <= 1 for share in shares)


def test_one_draw_says_nothing_about_draws(synthetic_run: ModuleType, tmp_path: Path) -> None:
    assert Draws().build(appendix.read(synthetic_run.write_run(tmp_path), {})) == []


def test_scenes_are_listed_with_the_levels_that_they_come_to(synthetic_run: ModuleType, tmp_path: Path) -> None:
    scene = Scene("bedside", "ward_babble", ambient_dba=60, distance_m=1)
    study = synthetic_run.study_of([scene.condition])
    study = replace(study, scenes=(scene,), render=replace(study.render, snr_weighting="A"))
    assert study.grid == ConditionGrid((CLEAN, scene.condition))
    evidence = appendix.read(synthetic_run.write_run(tmp_path, study), {})
    [entry] = evidence.disparity["scenes"]
    assert (entry["speech_dba"], entry["ambient_dba"], entry["snr_db"], entry["lift_db"]) == (66, 60, 6, 6)
    tables = [b for b in Conditions().build(evidence) if isinstance(b, Table)]
    row = next(row for t in tables for row in t.rows if row[0].text == "bedside")
    assert [c.value for c in row[1:7]] == [
        entry[k] for k in ("talker_dba", "lift_db", "distance_m", "speech_dba", "ambient_dba", "snr_db")
    ]
