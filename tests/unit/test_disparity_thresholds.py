# SPDX-License-Identifier: Apache-2.0
"""`thresholds` of disparity.json, and the section that prints it, from tables whose curves are known."""

from __future__ import annotations

import math
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stresstest import disparity
from stresstest.conditions import Condition
from stresstest.results import Results
from stresstest.sections.base import Evidence, Table
from stresstest.sections.thresholds import Thresholds
from stresstest.seeds import rng_for
from stresstest.statistics.psychometric import Curve
from stresstest.study import Tolerance

SNRS = (20, 15, 10, 5, 0, -5)
BABBLE = tuple(Condition(noise="ward_babble", snr_db=s) for s in SNRS)
PHONE = tuple(Condition(noise="hum", snr_db=s, device="irs_handset") for s in SNRS[:2])
CURVES = {"a": Curve(5.0, 0.4, 0.05, 1.0), "b": Curve(9.0, 0.4, 0.08, 1.0), "c": Curve(5.0, 0.4, 0.05, 1.0)}


def results_of(make: ModuleType, study: Any, speakers: dict[str, int]) -> Results:
    rows = []
    for condition in study.grid:
        snr = 1000.0 if condition.snr_db is None else condition.snr_db
        for accent, count in speakers.items():
            for s in range(count):
                rng = rng_for(3, accent, s)
                for u in range(4):
                    rate = CURVES[accent].rate(snr + rng.normal(0, 1.0))
                    errors = int(rng_for(3, accent, s, u, condition.label).binomial(make.WORDS, rate))
                    rows.append(make.row("pocketsphinx", condition, accent, f"{accent}-{s}", u, errors))
    return Results.from_rows(rows, ())


def found(make: ModuleType, speakers: dict[str, int]) -> tuple[Any, Results, dict[str, Any]]:
    study = make.study_of((*BABBLE, *PHONE))
    results = results_of(make, study, speakers)
    return study, results, disparity.compute(results, study, replicates=500)


@pytest.fixture(scope="module")
def twelve(synthetic_run: ModuleType) -> tuple[Any, Results, dict[str, Any]]:
    return found(synthetic_run, {"a": 12, "b": 12, "c": 12})


def test_one_entry_a_ladder_of_snrs(twelve: tuple[Any, Results, dict[str, Any]]) -> None:
    babble, phone = twelve[2]["thresholds"]
    assert (babble["noise"], babble["rest"], babble["quiet"]) == ("ward_babble", "clean", True)
    assert babble["snrs_db"] == sorted(map(float, SNRS))
    assert (phone["noise"], phone["rest"], phone["quiet"]) == ("hum", "device=irs_handset", False)


def test_the_shift_of_a_group_is_against_the_mean_of_the_others(twelve: tuple[Any, Results, dict[str, Any]]) -> None:
    entry = twelve[2]["thresholds"][0]
    groups = entry["groups"]
    needs = {name: group["threshold_db"] for name, group in groups.items()}
    assert entry["target_wer"] == 0.5
    assert groups["b"]["shift_db"] == pytest.approx(needs["b"] - (needs["a"] + needs["c"]) / 2)
    assert groups["b"]["shift_low"] < 4.2 < groups["b"]["shift_high"]
    assert groups["b"]["p_adjusted"] < 0.001
    assert needs["b"] == pytest.approx(9.4, abs=1.0)
    spread = entry["spread"]
    assert spread["worst"] == "b"
    assert spread["difference_db"] == pytest.approx(needs["b"] - min(needs.values()))
    assert 0 < spread["low"] < 4.2 < spread["high"]


def test_a_declared_target_is_the_one_at_which_groups_are_compared(twelve: tuple[Any, Results, dict[str, Any]]) -> None:
    study, results, _ = twelve
    declared = replace(study, tolerance=Tolerance(target_wer=0.3))
    babble = disparity.compute(results, declared, 100)["thresholds"][0]
    curve = babble["groups"]["b"]
    rise = (curve["ceiling"] - curve["floor"]) / (0.3 - curve["floor"])
    assert babble["target_wer"] == 0.3
    assert curve["threshold_db"] == pytest.approx(curve["midpoint_db"] + math.log(rise - 1) / curve["slope_per_db"])
    beyond = disparity.compute(results, replace(study, tolerance=Tolerance(target_wer=0.02)), 100)["thresholds"][0]
    assert (beyond["target_wer"], beyond["spread"]) == (None, None)
    assert all(group["reason"] for group in beyond["groups"].values())


def test_two_snrs_carry_no_curve_and_the_file_says_so(twelve: tuple[Any, Results, dict[str, Any]]) -> None:
    entry = twelve[2]["thresholds"][1]
    assert (entry["target_wer"], entry["spread"]) == (None, None)
    assert all("at least 3 SNRs" in g["reason"] and g["threshold_db"] is None for g in entry["groups"].values())


def test_a_group_of_four_speakers_has_a_reason_and_the_others_are_compared(synthetic_run: ModuleType) -> None:
    entry = found(synthetic_run, {"a": 6, "b": 6, "c": 4})[2]["thresholds"][0]
    assert "fewer than 5" in entry["groups"]["c"]["reason"]
    assert entry["groups"]["c"]["shift_db"] is None
    needs = {name: entry["groups"][name]["threshold_db"] for name in "ab"}
    assert entry["groups"]["b"]["shift_db"] == pytest.approx(needs["b"] - needs["a"])


def test_the_order_of_rows_does_not_matter(twelve: tuple[Any, Results, dict[str, Any]]) -> None:
    study, results, before = twelve
    order = np.random.default_rng(1).permutation(results.table.num_rows)
    again = disparity.compute(Results(results.table.take(order)), study, replicates=500)
    assert again["thresholds"] == before["thresholds"]


def test_the_section_says_it_in_words(twelve: tuple[Any, Results, dict[str, Any]]) -> None:
    study, results, numbers = twelve
    blocks = Thresholds().build(Evidence(study, results, numbers, {}))
    group = numbers["thresholds"][0]["groups"]["b"]
    assert blocks[0].text.startswith(f"In ward babble, b needs {group['shift_db']:.1f} dB [")  # type: ignore[union-attr]
    table = next(b for b in blocks if isinstance(b, Table))
    assert len(table.rows) == 6
    assert "at least 3 SNRs" in table.rows[-1][-1].text


def test_a_run_from_before_there_were_thresholds_has_no_such_section(
    twelve: tuple[Any, Results, dict[str, Any]],
) -> None:
    study, results, numbers = twelve
    old = {k: v for k, v in numbers.items() if k != "thresholds"}
    assert Thresholds().build(Evidence(study, results, old, {})) == []
