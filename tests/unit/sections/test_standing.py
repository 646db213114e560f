# SPDX-License-Identifier: Apache-2.0
"""What the sections say of F1, of each accent beside the others, and of how words go wrong."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stresstest import appendix
from stresstest.sections.base import Evidence, Paragraph, Table
from stresstest.sections.beside import Beside
from stresstest.sections.f1 import F1
from stresstest.sections.headline import Headline
from stresstest.sections.mistakes import Mistakes


@pytest.fixture(scope="module")
def evidence(ward_run: Path) -> Evidence:
    return appendix.read(ward_run, {})


def changed(evidence: Evidence, change: Any) -> Evidence:
    found = copy.deepcopy(dict(evidence.disparity))
    for cell in found["cells"]:
        change(cell)
    return replace(evidence, disparity=found)


def tables(section: Any, evidence: Evidence) -> list[Table]:
    return [block for block in section.build(evidence) if isinstance(block, Table)]


def text(section: Any, evidence: Evidence) -> str:
    return " ".join(b.text for b in section.build(evidence) if isinstance(b, Paragraph)).replace("\u00a0", " ")


def test_the_sentence_of_a_service_card_has_its_bound_and_stands_in_the_headline(evidence: Evidence) -> None:
    smallest = next(c for c in evidence.disparity["cells"] if c["condition"] == "clean")["f1_min"]
    sentence = (
        f"F1 word recognition on clean speech was {100 * smallest['f1']:.1f} % or higher for every accent; with 95 % "
        f"confidence it is {100 * smallest['low']:.1f} % or higher."
    )
    assert sentence in text(F1(), evidence)
    assert sentence in text(Headline(), evidence)


def test_a_bound_of_some_accents_names_them_and_none_is_not_promised(evidence: Evidence) -> None:
    def one_less(cell: dict[str, Any]) -> None:
        cell["f1_min"]["bounded"] = ["en-gb", "en-us"]

    some = changed(evidence, one_less)
    assert "or higher for 2 accents of 3." in text(F1(), some)
    assert {row[4].text for row in tables(F1(), some)[0].rows} == {"en-gb and en-us"}

    def none(cell: dict[str, Any]) -> None:
        cell["f1_min"] |= {"low": None, "bounded": []}

    assert "or higher for every accent. " in text(F1(), changed(evidence, none)) + " "
    assert "confidence" not in text(Headline(), changed(evidence, none))


def test_accents_stand_beside_the_rest_and_beside_the_reference_where_one_is_declared(
    evidence: Evidence, synthetic_run: ModuleType, tmp_path: Path
) -> None:
    rest, spread = tables(Beside(), evidence)
    assert "from the other accents together" in rest.caption
    assert rest.columns == ("Condition", "en-029", "en-gb", "en-us")
    clean = next(c for c in evidence.disparity["cells"] if c["condition"] == "clean")
    one = clean["beside"]["rest"]["groups"]["en-029"]
    assert rest.rows[0][1].value == [one["difference"], one["low"], one["high"]]
    assert spread.rows[0][2].value == clean["gap"]["spread"]["corrected"]
    weighted = replace(evidence, study=replace(evidence.study, population={"en-us": 1, "en-gb": 1, "en-029": 1}))
    mean = tables(Beside(), weighted)[0]
    assert "from the mean over the declared population" in mean.caption
    assert mean.rows[0][1].value[0] == clean["beside"]["mean"]["groups"]["en-029"]["difference"]
    study = replace(synthetic_run.study_of(()), reference="en-us")
    declared = appendix.read(synthetic_run.write_run(tmp_path / "run", study), {})
    table = tables(Beside(), declared)[0]
    assert "from en-us" in table.caption
    assert table.columns == ("Condition", "en-029", "en-gb")
    assert json.loads((tmp_path / "run" / "disparity.json").read_text())["cells"][0]["beside"]["reference"]


def test_the_accent_with_most_invented_words_is_named_and_where_there_are_none_nobody_is(evidence: Evidence) -> None:
    assert {row[5].value for row in tables(Mistakes(), evidence)[1].rows} == {None}

    def invent(cell: dict[str, Any]) -> None:
        cell["groups"]["en-gb"]["hallucinated"] |= {"utterances": 3, "rate": 0.25, "low": 0.1, "high": 0.5}

    kinds, most = tables(Mistakes(), changed(evidence, invent))
    assert {(row[5].value, row[6].text) for row in most.rows} == {("en-gb", "25.0 (10.0 to 50.0)")}
    assert [row[7].text.partition(" ")[0] for row in kinds.rows] == ["0.0", "25.0", "0.0"]
    group = next(c for c in evidence.disparity["cells"] if c["condition"] == "clean")["groups"]["en-gb"]
    (row,) = (row for row in kinds.rows if row[0].value == "en-gb")
    ends = [group[f"substitution_{end}"] for end in ("rate", "low", "high")]
    assert row[1].value == ends
    assert row[1].text == "{:.1f} ({:.1f} to {:.1f})".format(*(100 * end for end in ends))


def test_a_run_from_before_these_figures_still_has_its_appendix(evidence: Evidence) -> None:
    def older(cell: dict[str, Any]) -> None:
        cell.pop("beside")
        cell["gap"].pop("spread")
        cell["f1_min"] = {key: cell["f1_min"][key] for key in ("group", "f1")}
        for group in cell["groups"].values():
            for key in ("insertion_rate", "deletion_rate", "substitution_rate", "hallucinated", "empty", "f1_low"):
                group.pop(key)

    old = changed(evidence, older)
    assert (list(Beside().build(old)), list(Mistakes().build(old))) == ([], [])
    assert "or higher for every accent." in text(Headline(), old)
