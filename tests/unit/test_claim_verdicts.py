# SPDX-License-Identifier: Apache-2.0
"""Written claims judged: by the bounds of the file where there is one, and rarely wrong where there are many."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stresstest.disparity.claim_points import f1_bounds
from stresstest.disparity.claim_texts import parse_claim
from stresstest.disparity.claim_verdicts import FAIL, PASS, UNKNOWN, Judged, judge
from stresstest.errors import ConfigError
from stresstest.seeds import rng_for
from stresstest.statistics import ErrorCounts

SPEAKERS = 12


def group(value: float, low: float | None, high: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "wer": value, "f1": 1 - value, "low": low, "high": high, "speakers": SPEAKERS, "words": 1000, "failed_words": 0,
        "speakers_lost": 0, "missing": 0, "ceiling": False, **changes,
    }  # fmt: skip


def cell(condition: str = "clean", recognizer: str = "r", **groups: dict[str, Any]) -> dict[str, Any]:
    return cell_of(groups, condition, recognizer)


def cell_of(groups: dict[str, dict[str, Any]], condition: str = "clean", recognizer: str = "r") -> dict[str, Any]:
    return {
        "recognizer": recognizer, "condition": condition, "groups": groups, "ceiling": False, "against": None,
        "degradation": {}, "gap": None,
    }  # fmt: skip


def judged(cells: list[dict[str, Any]], *claims: str) -> list[Judged]:
    return judge([parse_claim(text) for text in claims], {"cells": cells})


def outcome(cells: list[dict[str, Any]], claim: str) -> str:
    return judged(cells, claim)[0].outcome


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 1000))
def test_one_claim_about_one_figure_is_the_bound_in_the_file(a: float, b: float, c: float, thousandths: int) -> None:
    low, value, high = sorted((a, b, c))
    limit = thousandths / 1000
    if min(abs(low - limit), abs(high - limit)) < 1e-9 or high - value < 1e-9 or value - low < 1e-9:
        return
    expected = PASS if high < limit else FAIL if low > limit else UNKNOWN
    assert outcome([cell(a=group(value, low, high))], f"wer <= {limit}") == expected
    opposite = {PASS: FAIL, FAIL: PASS, UNKNOWN: UNKNOWN}[expected]
    assert outcome([cell(a=group(value, low, high))], f"wer >= {limit}") == opposite


def test_every_group_has_to_keep_a_claim_and_one_can_break_it() -> None:
    kept, broken = group(0.1, 0.08, 0.12), group(0.5, 0.45, 0.55)
    assert outcome([cell(a=kept, b=kept)], "wer <= 0.2") == PASS
    assert outcome([cell(a=kept, b=broken)], "wer <= 0.2") == FAIL
    assert outcome([cell(a=kept, b=broken)], "wer <= 0.2 for a") == PASS
    assert outcome([cell(a=kept), cell("device=d", a=broken)], "wer <= 0.2 for a under d") == FAIL
    assert outcome([cell(a=kept, b=group(0.1, None, None, speakers=4))], "wer <= 0.2") == UNKNOWN


def test_each_recognizer_is_judged() -> None:
    cells = [cell(recognizer="one", a=group(0.1, 0.08, 0.12)), cell(recognizer="two", a=group(0.5, 0.45, 0.55))]
    found = judged(cells, "wer <= 0.2")
    assert [(j.recognizer, j.outcome) for j in found] == [("one", PASS), ("two", FAIL)]


def test_what_barely_breaks_a_claim_by_itself_is_not_enough_among_many() -> None:
    barely = cell(a=group(0.3, 0.2, 0.4))
    assert outcome([barely], "wer <= 0.199") == FAIL
    found = judged([barely], "wer <= 0.199", *(f"wer <= 0.{k}" for k in (25, 26, 27, 28)))
    assert found[0].outcome == UNKNOWN
    assert found[0].reason.endswith("By itself this is a fail; of 5 claims judged together it is not sure. "
                                    "Record more speakers.")  # fmt: skip
    many = cell_of({**{f"g{k}": group(0.1, 0.05, 0.15) for k in range(9)}, "a": group(0.3, 0.2, 0.4)})
    assert outcome([many], "wer <= 0.199") == UNKNOWN


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(1, 30))
def test_f1_lies_between_the_bounds_that_its_wer_gives(s: int, d: int, i: int, h: int) -> None:
    counts = ErrorCounts(h, s, d, i)
    low, high = f1_bounds(counts.wer, counts.wer)
    assert low is not None
    assert high is not None
    assert low - 1e-12 <= counts.f1 <= high + 1e-12
    assert f1_bounds(ErrorCounts(h, s, 0, 0).wer, 0.0)[0] is not None
    only_wrong, only_more = ErrorCounts(h, s, 0, 0), ErrorCounts(h, 0, 0, i)
    assert f1_bounds(only_wrong.wer, only_wrong.wer)[0] == pytest.approx(only_wrong.f1)
    assert f1_bounds(only_more.wer, only_more.wer)[1] == pytest.approx(only_more.f1)


def test_f1_is_judged_by_its_own_bound_where_the_file_has_one() -> None:
    assert outcome([cell(a=group(0.1, 0.05, 0.15))], "f1 >= 0.84") == PASS
    assert outcome([cell(a=group(0.1, 0.05, 0.15))], "f1 >= 0.87") == UNKNOWN
    assert outcome([cell(a=group(0.1, 0.05, 0.15, f1_low=0.88))], "f1 >= 0.87") == PASS
    assert outcome([cell(a=group(0.5, 0.4, 0.6))], "f1 >= 0.84") == FAIL
    assert outcome([cell(a=group(0.2, 0.1, 0.3))], "f1 >= 0.9") == UNKNOWN
    assert outcome([cell(a=group(0.2, 0.1, 0.3, f1_low=0.75, f1_high=0.85))], "f1 >= 0.9") == FAIL


def test_changes_are_broken_by_bounds_that_hold_at_once() -> None:
    noisy = {**cell("device=d", a=group(0.3, 0.2, 0.4), b=group(0.1, 0.05, 0.2)), "against": "clean"}
    entry = {"value": 0.1, "low": 0.04, "high": 0.16}
    wide = {**entry, "simultaneous_low": 0.03, "simultaneous_high": 0.17}
    small = {"value": 0.0, "low": -0.02, "high": 0.02, "simultaneous_low": -0.03, "simultaneous_high": 0.03}
    noisy["degradation"] = {"a": {"did": wide, "ceiling": False}, "b": {"did": small, "ceiling": False}}
    clean = cell(a=group(0.1, 0.05, 0.15), b=group(0.1, 0.05, 0.15))
    assert outcome([clean, noisy], "did <= 0.02") == FAIL
    assert outcome([clean, noisy], "did <= 0.035") == UNKNOWN
    assert outcome([clean, noisy], "did <= 0.17") == PASS
    noisy["degradation"]["a"]["ceiling"] = True
    found = judged([clean, noisy], "did <= 0.17")[0]
    assert (found.outcome, "at the ceiling" in found.reason) == (UNKNOWN, True)
    with pytest.raises(ConfigError, match="did is a change against clean, and no condition has it"):
        judged([clean], "did <= 0.1")


def test_gaps_are_judged_by_their_interval_and_its_doubts() -> None:
    gap = {"difference": 0.1, "low": 0.02, "high": 0.2, "speakers": 24, "groups": ["a", "b"]}
    wide = {**cell(a=group(0.1, 0.05, 0.15), b=group(0.2, 0.1, 0.3)), "gap": gap}
    assert outcome([wide], "gap <= 0.21") == PASS
    assert outcome([wide], "gap <= 0.01") == FAIL
    assert outcome([wide], "gap <= 0.1") == UNKNOWN
    wide["groups"]["b"]["ceiling"] = True
    assert outcome([wide], "gap <= 0.21") == UNKNOWN
    assert outcome([{**wide, "gap": {**gap, "low": None, "high": None}}], "gap <= 0.3") == UNKNOWN
    assert outcome([{**wide, "gap": None}], "gap <= 0.3") == UNKNOWN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"failed_words": 250}, "Failed decodes hold 20 % of the words"),
        ({"missing": 3}, "3 decodes are missing"),
    ],
)
def test_what_was_not_heard_forbids_a_pass_but_not_a_fail(change: dict[str, int], said: str) -> None:
    kept, broken = group(0.1, 0.08, 0.12, **change), group(0.5, 0.45, 0.55, **change)
    found = judged([cell(a=kept)], "wer <= 0.2")[0]
    assert found.outcome == UNKNOWN
    assert said in found.reason
    assert outcome([cell(a=broken)], "wer <= 0.2") == FAIL


def test_few_failures_that_could_not_break_a_claim_leave_it_kept() -> None:
    assert outcome([cell(a=group(0.1, 0.08, 0.12, failed_words=10))], "wer <= 0.2") == PASS


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("wer <= 0.1 for c", "There is no group 'c'; allowed: a, every group"),
        ("wer <= 0.1 under x", "no condition 'x'"),
    ],
)
def test_names_that_are_not_there_are_sentences(claim: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        judged([cell(a=group(0.1, 0.05, 0.15))], claim)


def wrongly_decided(worlds: int, claims: int, together: bool) -> float:
    """How often any of `claims` figures that lie exactly at their limit is called kept or broken."""
    t = float(stats.t.ppf(0.975, SPEAKERS - 1))
    wrong = 0
    for world in range(worlds):
        rng = rng_for(world, "claims")
        means = 0.3 + 0.05 * rng.standard_normal(claims)
        errors = 0.05 * (rng.chisquare(SPEAKERS - 1, claims) / (SPEAKERS - 1)) ** 0.5
        groups = {f"g{k}": group(m, m - t * e, m + t * e) for k, (m, e) in enumerate(zip(means, errors, strict=True))}
        texts = [f"wer <= 0.3 for {name}" for name in groups]
        batches = [texts] if together else [[text] for text in texts]
        wrong += any(j.outcome != UNKNOWN for batch in batches for j in judged([cell_of(groups)], *batch))
    return wrong / worlds


def test_claims_at_their_limit_are_decided_in_one_of_twenty_studies() -> None:
    assert wrongly_decided(300, 1, together=True) == pytest.approx(0.05, abs=0.03)
    assert wrongly_decided(300, 6, together=True) <= 0.08
    assert wrongly_decided(300, 6, together=False) > 0.2


def test_wider_bounds_are_those_of_student() -> None:
    """Of m claims of which none else can be decided, the first is decided as by a t interval of level 1 - 0.05 / m."""
    t, wide = (float(stats.t.ppf(1 - tail, SPEAKERS - 1)) for tail in (0.025, 0.025 / 4))
    figure = cell(a=group(0.3, 0.3 - 0.02 * t, 0.3 + 0.02 * t), b=group(0.3, 0.1, 0.5))
    others = ["wer <= 0.3 for b"] * 3
    edge = 0.3 + 0.02 * wide
    for limit, expected in ((edge + 1e-6, PASS), (edge - 1e-6, UNKNOWN)):
        assert judged([figure], f"wer <= {limit:.9f} for a", *others)[0].outcome == expected
    assert math.isfinite(edge)
