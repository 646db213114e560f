# SPDX-License-Identifier: Apache-2.0
"""Laws of conditions and grids: a label parses back, clean comes once and first, nothing is twice or lost."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.conditions import AXES, CLEAN, Condition, ConditionGrid, control_condition
from stresstest.errors import ConfigError

NAMES = st.one_of(st.from_regex(r"[a-z][a-z0-9_]{0,8}(@[a-z0-9_]{1,6})?", fullmatch=True), st.just("a=b"))
SNR = st.one_of(st.integers(-60, 100), st.floats(-60, 100))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    noise = draw(st.none() | NAMES)
    others = {axis: draw(st.none() | NAMES) for axis in ("voice", "room", "device", "channel")}
    snr_db = None if noise is None else draw(SNR)
    speech_dba = None if others["device"] is None else draw(st.none() | st.sampled_from([40, 65.5, 98]))
    return Condition(**others, noise=noise, snr_db=snr_db, speech_dba=speech_dba)


AXES_OF_A_GRID = st.fixed_dictionaries(
    {
        "voice": st.none() | st.lists(st.sampled_from([None, "v1", "v2"]), min_size=1, max_size=3),
        "room": st.none() | st.lists(st.sampled_from([None, "r1"]), min_size=1, max_size=3),
        "noise": st.lists(st.sampled_from([None, "n1", "n2"]), max_size=3).map(lambda some: [*some, "n0"]),
        "snr_db": st.lists(st.sampled_from([20, 10, 0.5]), min_size=1, max_size=3),
        "speech_dba": st.none() | st.lists(st.sampled_from([None, 60, 45.5]), max_size=2),
        "device": st.none() | st.lists(st.sampled_from([None, "d1"]), max_size=2),
        "channel": st.lists(st.sampled_from([None, "c1"]), max_size=2),
    }
)


def control_of(stage: str, reference: str) -> str | None:
    return "control" if stage in ("voice", "room") and reference not in ("control", "v2") else None


@settings(deadline=None)
@given(conditions())
def test_a_label_parses_back_to_its_condition(condition: Condition) -> None:
    assert Condition.parse(condition.label) == condition
    assert (condition.label == "clean") == (condition == CLEAN) == (condition.path == ())


@settings(deadline=None)
@given(conditions(), conditions())
def test_different_conditions_have_different_labels(one: Condition, other: Condition) -> None:
    assert (one.label == other.label) == (one == other)


@settings(deadline=None)
@given(conditions(), st.randoms())
def test_the_order_of_axes_means_nothing(condition: Condition, random: Any) -> None:
    pairs = list(condition.path)
    parts = condition.label.split("/")
    random.shuffle(pairs)
    random.shuffle(parts)
    assert Condition.from_mapping(dict(pairs)) == condition
    assert Condition.parse("/".join(parts)).label == condition.label
    assert [axis for axis, _ in condition.path] == [a for a in AXES if getattr(condition, a) is not None]


@settings(deadline=None)
@given(conditions(), st.sampled_from(["voice", "room", "noise", "device", "channel"]), st.sampled_from(["", "a/b", 3]))
def test_a_name_that_a_label_cannot_hold_is_refused(condition: Condition, axis: str, name: object) -> None:
    with pytest.raises(ConfigError, match=f"axis {axis} .* got {name!r}"):
        Condition.from_mapping({"snr_db": 5, "noise": "n", **dict(condition.path), axis: name})


@given(AXES_OF_A_GRID, st.permutations(AXES))
@settings(max_examples=60, deadline=None)
def test_a_grid_is_the_product_of_its_axes_with_clean_first(axes: dict[str, Any], order: list[str]) -> None:
    grid = ConditionGrid.from_axes({axis: axes[axis] for axis in order if axis in axes})
    values = [axes.get(axis) or [None] for axis in AXES]
    product = {CLEAN}
    for voice, room, noise, snr, level, device, channel in itertools.product(*values):
        product.add(Condition(voice, room, noise, snr if noise else None, level if device else None, device, channel))
    assert set(grid) == product
    assert len(grid) == len(product)
    assert next(iter(grid)) == CLEAN
    assert list(grid) == list(ConditionGrid.from_axes(axes))


@given(AXES_OF_A_GRID, conditions())
@settings(max_examples=60, deadline=None)
def test_controls_join_and_extra_conditions_stay(axes: dict[str, Any], single: Condition) -> None:
    grid = ConditionGrid.from_axes(axes, extra=[dict(single.path)], control_of=control_of)
    plain = set(ConditionGrid.from_axes(axes, extra=[dict(single.path)]))
    assert single in plain
    wanted = {control for c in plain if (control := control_condition(c, control_of))}
    assert set(grid) == plain | wanted
    for control in wanted:
        assert control_condition(control, control_of) is None


@given(AXES_OF_A_GRID, st.sampled_from(["n0", ["n1", "n0"], None]), st.sampled_from([20, 10.0, [0.5, 20]]))
@settings(max_examples=60, deadline=None)
def test_an_exclusion_takes_what_matches_all_of_it_and_nothing_else(
    axes: dict[str, Any], noise: Any, snr_db: Any
) -> None:
    def matches(c: Condition) -> bool:
        snrs = snr_db if isinstance(snr_db, list) else [snr_db]
        return c.noise in (noise if isinstance(noise, list) else [noise]) and c.snr_db in snrs

    kept = set(ConditionGrid.from_axes(axes, exclude=[{"noise": noise, "snr_db": snr_db}]))
    assert kept == {c for c in ConditionGrid.from_axes(axes) if not matches(c)}
