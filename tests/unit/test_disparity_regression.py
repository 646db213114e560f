# SPDX-License-Identifier: Apache-2.0
"""The regression in disparity.json: beside `log_did`, with traits of the speakers held equal, and where they differ."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stresstest import disparity
from stresstest.conditions import CLEAN, Condition, ConditionGrid
from stresstest.disparity import regression
from stresstest.disparity.covariates import covariates
from stresstest.disparity.tally import Tally
from stresstest.plugins import load
from stresstest.profiles import Profile
from stresstest.results import Results
from stresstest.sections import Evidence, Paragraph, Table
from stresstest.statistics import gee
from stresstest.study import Component, Study

NOISE = "noise=babble/snr_db=5"
LABELS = (CLEAN.label, NOISE)
Row = dict[str, Any]


def people(seed: int = 0, share: int = 4) -> Iterator[Row]:
    """Ten speakers of accents a to c; `share` of 5 of `a` are women and 1 of 5 of the others; noise harms women alone.

    `country` says what the accent says, `prompt` differs within a speaker, `age` and
    `height_cm` are numbers, `name` is everybody's own, `left` is rare.
    """
    rng = np.random.default_rng(seed)
    for accent in "abc":
        for s in range(10):
            woman = s % 5 < (share if accent == "a" else 1)
            own, length = rng.gamma(9, 1 / 9), int(rng.integers(80, 120))
            for u in range(2):
                for label in LABELS:
                    rate = 0.15 * own * (2.5 if woman and label == NOISE else 1.0)
                    wrong = int(min(rng.poisson(rate * length), length))
                    yield {
                        "recognizer": "fake", "condition": label, "rep": 0, "utterance": f"{accent}{s}/{u}",
                        "speaker": f"{accent}{s}", "accent": accent, "status": "ok", "words": length,
                        "hits": length - wrong, "substitutions": wrong, "deletions": 0, "insertions": 0,
                        "gender": "woman" if woman else "man", "country": accent.upper(), "prompt": str(u),
                        "age": f"{20 + 5 * s}", "height_cm": f"{160.5 + s}", "name": f"{accent}{s}",
                        "left": "yes" if s == 3 else None,
                    }  # fmt: skip


STRATA = ("gender", "country", "prompt", "age", "height_cm", "name", "left")


def study() -> Study:
    profile = Profile("babble", "noise", "", "archetype", "", "", {"": ()}, "")
    grid = ConditionGrid(tuple(Condition.parse(label) for label in LABELS))
    return Study("s", "?", 1, Component("none"), {"fake": Component("none")}, grid, {"noise/babble": profile})


def compute(rows: list[Row], strata: tuple[str, ...]) -> dict[str, Any]:
    return disparity.compute(Results.from_rows(rows, strata), study(), replicates=100)


@pytest.fixture(scope="module")
def confounded() -> dict[str, Any]:
    return compute(list(people()), ("gender",))


def test_beside_every_log_did_stands_the_same_quantity(synthetic_run: ModuleType) -> None:
    """The texts of the synthetic run are equally long, so that the two methods weigh speakers alike."""
    asked = synthetic_run.study_of()
    results = Results.from_rows(synthetic_run.rows(asked, synthetic_run.ACCENTS, 8, failed=0), ())
    found = disparity.compute(results, asked, replicates=100)
    part = found["regression"]["recognizers"]["pocketsphinx"]
    paired = {
        (cell["condition"], table["against"], group): entry["log_did"]
        for cell in found["cells"]
        for table in filter(None, (cell, cell["control"]))
        for group, entry in table["degradation"].items()
    }
    assert len(part["coefficients"]) == part["compared"] + part["not_fitted"] == len(paired) == 30
    for entry in part["coefficients"]:
        beside = paired[entry["condition"], entry["against"], entry["group"]]
        assert entry["value"] is None or entry["value"] == pytest.approx(beside["value"], abs=1e-4)
    assert part["covariates"] == []


def test_a_confounded_effect_is_held_equal_and_the_disagreement_listed(confounded: dict[str, Any]) -> None:
    entry = confounded["regression"]
    assert "gender" in entry["recognizers"]["fake"]["covariates"]
    (found,) = (d for d in entry["disagreements"] if d["group"] == "a")
    cell = next(c for c in confounded["cells"] if c["condition"] == NOISE)
    assert found["log_did"]["value"] == cell["degradation"]["a"]["log_did"]["value"] > 0.3
    assert found["log_did"]["p_value"] < 0.05 < found["regression"]["p_value"]
    assert abs(found["regression"]["value"]) < 0.2 < found["without_covariates"]["value"]
    assert "significance" in found["kinds"]


def test_where_nothing_is_confounded_the_two_agree() -> None:
    entry = compute(list(people(1, share=1)), ("gender",))["regression"]
    assert entry["recognizers"]["fake"]["agreed"] == entry["recognizers"]["fake"]["compared"] == 3
    assert entry["disagreements"] == []


def test_the_order_of_rows_changes_nothing(confounded: dict[str, Any]) -> None:
    assert compute(list(people())[::-1], ("gender",))["regression"] == confounded["regression"]


def test_a_stratum_serves_or_the_reason_is_given() -> None:
    results = Results.from_rows(people(), STRATA)
    found = covariates(results, Tally(results.cube("fake"), LABELS))
    assert found.names == ("words an utterance", "gender", "age")
    assert found.columns.shape == (30, 3)
    assert sorted(set(found.columns[:, 2])) == [*range(20, 70, 5)]
    reasons = {entry["covariate"]: entry["reason"] for entry in found.left_out}
    assert set(reasons) == {"country", "prompt", "height_cm", "name", "left"}
    assert "each group has one value" in reasons["country"]
    assert "between the utterances of a speaker" in reasons["prompt"]
    assert "fewer than 5 speakers differ" in reasons["left"]
    assert "fewer than 5 speakers differ" in reasons["name"]
    assert reasons["height_cm"] == "fewer than 10 speakers would stand behind each column"


@pytest.mark.parametrize(
    ("first", "second", "kinds"),
    [
        ((0.5, 0.1, 0.9, 0.01), (0.4, 0.0, 0.8, 0.04), []),
        ((0.5, 0.1, 0.9, 0.01), (0.4, -0.1, 0.9, 0.06), ["significance"]),
        ((0.1, -0.1, 0.3, 0.3), (-0.1, -0.3, 0.1, 0.3), []),
        ((0.5, 0.1, 0.9, 0.01), (-0.5, -0.9, -0.1, 0.01), ["sign", "no_overlap"]),
        ((0.5, 0.1, 0.9, 0.01), (-0.1, -0.9, 0.2, 0.6), ["sign", "significance"]),
        ((0.5, 0.4, 0.6, 0.01), (0.9, 0.7, 1.1, 0.01), ["no_overlap"]),
    ],
)
def test_what_a_disagreement_is(first: tuple[float, ...], second: tuple[float, ...], kinds: list[str]) -> None:
    names = ("value", "low", "high", "p_value")
    answers = [dict(zip(names, answer, strict=True)) for answer in (first, second)]
    assert regression._kinds(*answers) == kinds
    assert regression._kinds(*answers[::-1]) == kinds


def test_too_few_speakers_are_not_regressed() -> None:
    few = [row for row in people() if int(row["speaker"][1:]) < 2]
    entry = compute(few, ())["regression"]
    assert (entry["computed"], entry["reason"]) == (False, regression.TOO_FEW)


def test_without_the_library_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    gee._library.cache_clear()
    monkeypatch.setitem(sys.modules, "statsmodels.genmod.cov_struct", None)
    found = compute(list(people()), ())
    assert "pip install 'stresstest[regression]'" in found["regression"]["reason"]
    (shown,) = blocks(found)
    assert isinstance(shown, Paragraph)
    assert "It was not computed: statsmodels is not installed" in shown.text


def test_a_grid_that_takes_too_long_is_fitted_at_even_steps(
    synthetic_run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regression, "MOST_WORK", 24 * 10)
    asked = synthetic_run.study_of()
    results = Results.from_rows(synthetic_run.rows(asked, synthetic_run.ACCENTS, 8), ())
    found = disparity.compute(results, asked, replicates=100)
    part = found["regression"]["recognizers"]["pocketsphinx"]
    assert (part["conditions"], part["conditions_left_out"]) == (3, 6)
    assert {c["condition"] for c in part["coefficients"]} == {WARD[k] for k in (0, 3, 6)}
    assert any("3 conditions at even steps" in b.text for b in blocks(found) if isinstance(b, Paragraph))


WARD = ("noise=ward_babble/snr_db=20", "", "", "noise=mri_cold_head/snr_db=20", "", "", "device=irs_handset")


def blocks(found: dict[str, Any]) -> list[Any]:
    empty = Results.from_rows([], ())
    return list(load("sections", "second_opinion")().build(Evidence(study(), empty, found, {})))


def test_the_section_shows_each_disagreement_with_both_answers(confounded: dict[str, Any]) -> None:
    shown = blocks(confounded)
    (table,) = (block for block in shown if isinstance(block, Table))
    assert len(table.rows) == len(confounded["regression"]["disagreements"])
    row = next(row for row in table.rows if row[1].value == "a")
    found = next(d for d in confounded["regression"]["disagreements"] if d["group"] == "a")
    assert row[3].value == found["log_did"]["value"]
    assert row[6].value == found["regression"]["value"]
    assert row[9].value == found["without_covariates"]["value"]
    assert "significance" in row[10].text
    assert any("Held equal: words an utterance and gender." in b.text for b in shown if isinstance(b, Paragraph))


def test_a_file_from_before_there_was_a_regression_has_no_section_on_it() -> None:
    assert blocks({"cells": []}) == []
