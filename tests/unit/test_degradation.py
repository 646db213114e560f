# SPDX-License-Identifier: Apache-2.0
"""Changes against clean and against controls in disparity.json: paired, at once, and marked at the ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
import scipy.stats

from stresstest import disparity
from stresstest.conditions import CLEAN, Condition
from stresstest.results import Results
from stresstest.study import Study

BABBLE, PHONE, WIRE = Condition(noise="ward_babble", snr_db=5), Condition(channel="phone"), Condition(channel="wire")
WORDS = 24
Wrong = Callable[[str, int, Condition], int]


@pytest.fixture(scope="module")
def study(synthetic_run: ModuleType) -> Study:
    """Babble, and a telephone whose control is a wire."""
    made: Study = synthetic_run.study_of(conditions=(BABBLE, WIRE, PHONE))
    phone = replace(made.profiles["channel/phone"], control="wire")
    return replace(made, profiles={**made.profiles, "channel/phone": phone})


@pytest.fixture(scope="module")
def compute(synthetic_run: ModuleType, study: Study) -> Callable[..., dict[str, Any]]:
    def rows(wrong: Wrong, speakers: dict[str, int]) -> Iterator[dict[str, Any]]:
        for condition in study.grid:
            for name, count in speakers.items():
                for s in range(count):
                    for u in range(2):
                        person = f"{name}-{s}"
                        yield synthetic_run.row("pocketsphinx", condition, name, person, u, wrong(name, s, condition))

    def computed(wrong: Wrong, speakers: dict[str, int]) -> dict[str, Any]:
        found = disparity.compute(Results.from_rows(rows(wrong, speakers), ()), study, replicates=400)
        return {cell["condition"]: cell for cell in found["cells"]}

    return computed


TWELVE = {"a": 12, "b": 12, "c": 12}


def uneven(name: str, speaker: int, condition: Condition) -> int:
    """2 to 5 errors in 24 words; babble adds 3, and 3 more to `c`; the telephone 2; the wire 1, and 2 more to `b`."""
    base = 2 + (speaker * 7 + ord(name[0])) % 4
    wobble = (speaker * 5 + len(condition.label)) % 3
    if condition == BABBLE:
        return base + wobble + 3 + 3 * (name == "c")
    return (
        base + wobble * (condition != CLEAN) + 2 * (condition == PHONE) + (1 + 2 * (name == "b")) * (condition == WIRE)
    )


def test_a_channel_whose_profile_names_a_control_is_read_against_it(compute: Callable[..., dict[str, Any]]) -> None:
    cells = compute(uneven, TWELVE)
    phone = cells[PHONE.label]
    assert (phone["against"], phone["control"]["against"]) == ("clean", WIRE.label)
    clean, wire = phone["degradation"], phone["control"]["degradation"]
    for name in TWELVE:
        moved = cells[WIRE.label]["degradation"][name]["delta_wer"]["value"]
        assert clean[name]["delta_wer"]["value"] - wire[name]["delta_wer"]["value"] == pytest.approx(moved)
    assert wire["b"]["did"]["value"] < 0 < cells[WIRE.label]["degradation"]["b"]["did"]["value"]
    assert cells[BABBLE.label]["control"] is None


def test_a_speakers_own_rate_cancels(compute: Callable[..., dict[str, Any]]) -> None:
    """Speakers who differ wildly but lose the same: the change is told from 0 far below the spread of their rates."""
    cells = compute(lambda n, s, c: (s * 2) % 18 + 2 * (c == BABBLE), TWELVE)
    change = cells[BABBLE.label]["degradation"]["a"]["delta_wer"]
    group = cells[BABBLE.label]["groups"]["a"]
    assert change["value"] == pytest.approx(2 / WORDS)
    assert change["high"] - change["low"] < 0.5 * (group["high"] - group["low"])
    assert change["p_value"] < 0.01


def test_intervals_for_all_at_once_hold_those_beside_them_and_only_where_something_is_compared(
    compute: Callable[..., dict[str, Any]],
) -> None:
    cells = compute(uneven, {**TWELVE, "few": 4})
    for cell in cells.values():
        for name, entry in cell["degradation"].items():
            for measure in (entry["delta_wer"], entry["did"], entry["log_did"]):
                ends = [measure[k] for k in ("simultaneous_low", "low", "high", "simultaneous_high")]
                if name == "few":
                    assert ends == [None] * 4
                else:
                    assert ends == sorted(ends)
    found = cells[BABBLE.label]["degradation"]["c"]["did"]
    assert found["simultaneous_low"] > 0
    assert found["simultaneous_high"] - found["simultaneous_low"] > 1.1 * (found["high"] - found["low"])


def test_one_group_alone_has_changes_for_all_conditions_at_once(compute: Callable[..., dict[str, Any]]) -> None:
    for cell in compute(uneven, {"a": 12}).values():
        for entry in cell["degradation"].values():
            change = entry["delta_wer"]
            ends = [change[k] for k in ("simultaneous_low", "low", "value", "high", "simultaneous_high")]
            assert ends == sorted(ends)
            assert ends[4] - ends[0] > 1.05 * (ends[3] - ends[1])
            assert entry["did"]["simultaneous_low"] is None


def test_adjusted_p_values_are_scipys_over_all_groups_and_conditions(compute: Callable[..., dict[str, Any]]) -> None:
    cells = compute(uneven, TWELVE)
    for measure in ("delta_wer", "did", "log_did"):
        found = [e[measure] for c in cells.values() for e in c["degradation"].values()]
        oracle = scipy.stats.false_discovery_control([e["p_value"] for e in found])
        assert [e["p_adjusted"] for e in found] == pytest.approx(list(oracle))


@pytest.mark.parametrize("full", ["a", "b"])
def test_a_change_is_marked_where_the_group_or_the_rest_is_at_the_ceiling(
    compute: Callable[..., dict[str, Any]], full: str
) -> None:
    """`a` has 10 % wrong; in babble one group has all wrong. A rest of one group is at the ceiling as well."""
    cells = compute(lambda n, s, c: WORDS if (n, c) == (full, BABBLE) else 2 + s % 2, {"a": 8, "b": 8})
    assert [e["ceiling"] for e in cells[BABBLE.label]["degradation"].values()] == [True, True]
    assert [e["ceiling"] for e in cells[PHONE.label]["degradation"].values()] == [False, False]


def test_a_gap_that_closes_at_the_ceiling_is_marked_though_its_change_is_below_zero(
    compute: Callable[..., dict[str, Any]],
) -> None:
    cells = compute(lambda n, s, c: WORDS - s % 2 if c == BABBLE else (12 if n == "c" else 3) + s % 2, TWELVE)
    worst = cells[BABBLE.label]["degradation"]["c"]
    assert worst["did"]["value"] < 0
    assert worst["did"]["p_adjusted"] < 0.05
    assert worst["ceiling"]


def test_equal_groups_merged_leave_the_change_of_the_others_alone(compute: Callable[..., dict[str, Any]]) -> None:
    """The rest is pooled by speaker: whether it is called one group or two does not move the group beside it."""
    three = compute(lambda n, s, c: uneven(n if n == "c" else "a", s, c), TWELVE)
    merged = compute(lambda n, s, c: uneven(n if n == "c" else "a", s % 12, c), {"a": 24, "c": 12})
    for label in (BABBLE.label, PHONE.label):
        one, two = three[label]["degradation"]["c"], merged[label]["degradation"]["c"]
        for measure in ("did", "log_did"):
            for key in ("value", "low", "high", "p_value"):
                assert one[measure][key] == pytest.approx(two[measure][key])
