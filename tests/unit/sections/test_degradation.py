# SPDX-License-Identifier: Apache-2.0
"""Changes beside the rest: what is told apart from chance, what is not to be read, and what is withheld."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from stresstest import appendix, disparity
from stresstest.plugins import load
from stresstest.results import Results
from stresstest.sections.base import Block, Evidence, Figure, Paragraph, Table


@pytest.fixture(scope="module")
def evidence(ward_run: Path) -> Evidence:
    return appendix.read(ward_run, {})


def built(section: str, evidence: Evidence) -> list[Block]:
    return list(load("sections", section)().build(evidence))


def tables(blocks: list[Block]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def column(table: Table, name: str, nth: int = 0) -> int:
    return [k for k, title in enumerate(table.columns) if title == name][nth]


def test_every_interval_for_all_at_once_holds_the_one_beside_it(evidence: Evidence) -> None:
    points, logs = tables(built("degradation", evidence))
    for table, nth in ((points, 0), (points, 1), (logs, 0)):
        own, wide = column(table, "95 % interval", nth), column(table, "95 % for all at once", nth)
        pairs = [(row[own].value, row[wide].value) for row in table.rows if row[own].value]
        assert pairs
        assert all(w[0] <= o[0] and o[1] <= w[1] for o, w in pairs)
        assert any(w[1] - w[0] > 1.1 * (o[1] - o[0]) for o, w in pairs)


def at_ceiling(evidence: Evidence, group: str) -> Evidence:
    """The same evidence with one group's change marked."""
    cells = [
        {**c, "degradation": {g: {**e, "ceiling": g == group} for g, e in c["degradation"].items()}}
        for c in evidence.disparity["cells"]
    ]
    return replace(evidence, disparity={**evidence.disparity, "cells": cells})


def test_a_change_at_the_ceiling_is_marked_and_bears_no_star(evidence: Evidence) -> None:
    marked = built("degradation", at_ceiling(evidence, "en-029"))
    for table in tables(marked):
        clean = [row for row in table.rows if row[2].text == "clean"]
        for row in clean:
            assert ("†" in row[3].text) == (row[1].value == "en-029")
            assert (row[3].tone == "muted") == (row[1].value == "en-029")
    assert any("no sign that a gap has closed" in block.text for block in marked if isinstance(block, Paragraph))
    before = "".join(b.svg for b in built("degradation", evidence) if isinstance(b, Figure))
    after = "".join(b.svg for b in marked if isinstance(b, Figure))
    assert before != after


def test_groups_of_other_columns_are_called_groups_and_withheld_ones_are_named(synthetic_run: ModuleType) -> None:
    study = replace(synthetic_run.study_of(conditions=synthetic_run.WARD[:1]), group_by="accent+gender")
    rows = [
        {**r, "gender": "male" if r["speaker"][-1] in "01" else "female"}
        for r in synthetic_run.rows(study, {"a": 1.0, "b": 1.4}, 8, failed=0)
    ]
    results = Results.from_rows(rows, ("gender",))
    evidence = Evidence(study, results, disparity.compute(results, study, 300), {})
    points = tables(built("degradation", evidence))[0]
    assert points.columns[1] == "Group"
    assert {row[1].value for row in points.rows} == {"a+female", "b+female"}
    withheld = tables(built("heat_map", evidence))[-1]
    assert withheld.caption == "Groups withheld"
    assert [[cell.value for cell in row] for row in withheld.rows] == [["a+male", 2], ["b+male", 2]]
