# SPDX-License-Identifier: Apache-2.0
"""The search finds the first crossing that lasts, in as few looks as it promises."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.statistics.between import distance_shares, rates_between, rises
from stresstest.statistics.bisection import Question, Seen, bracket, coarse, doubts, looks_expected, needed, next_step
from stresstest.statistics.psychometric import Curve

LIMIT = 0.1


def searched(at: Callable[[int], Seen], asked: Question, most: int | None = None) -> dict[int, Seen]:
    seen: dict[int, Seen] = {}
    while (step := next_step(seen, asked)) is not None and len(seen) < (most or asked.steps):
        assert step not in seen
        assert 0 <= step < asked.steps
        seen[step] = at(step)
    return seen


def gap_of(value: float) -> Seen:
    return Seen((0.05, 0.05 + value), value)


def first_lasting(values: Sequence[float], asked: Question) -> int | None:
    """The answer by its definition, from every step."""
    over = [value > asked.limit for value in values]
    return next((n for n in range(asked.steps) if all(over[n : n + asked.lasts + 1])), None)


@settings(max_examples=40)
@given(st.integers(3, 100), st.integers(1, 40), st.integers(0, 110), st.integers(0, 3))
def test_the_first_step_of_a_monotone_axis_is_found(steps: int, stride: int, first: int, lasts: int) -> None:
    asked = Question(steps, stride, lasts, LIMIT)
    seen = searched(lambda step: gap_of(0.2 if step >= first else 0.0), asked)
    holds, breaks = bracket(seen, asked)
    assert breaks == (first if first < steps else None)
    assert holds == (min(first, steps) - 1 if first else None)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 0.3), min_size=3, max_size=50), st.integers(1, 20), st.integers(0, 3))
def test_on_any_axis_the_answer_exceeds_and_lasts_and_the_step_before_it_does_not(
    values: list[float], stride: int, lasts: int
) -> None:
    asked = Question(len(values), stride, lasts, LIMIT)
    seen = searched(lambda step: gap_of(values[step]), asked)
    holds, breaks = bracket(seen, asked)
    assert needed(seen, asked) is None
    assert set(coarse(len(values), stride)) & set(range(breaks or 0)) <= set(seen)
    if breaks is None:
        assert set(coarse(len(values), stride)) <= set(seen)
        return
    assert min(values[breaks : breaks + lasts + 1]) > LIMIT
    assert holds == (breaks - 1 if breaks else None)
    assert holds is None or values[holds] <= LIMIT
    first = first_lasting(values, asked)
    assert first is not None
    assert first <= breaks


@given(st.integers(2, 300), st.integers(1, 40))
def test_the_coarse_pass_is_even_and_no_wider_than_asked(steps: int, stride: int) -> None:
    places = coarse(steps, stride)
    assert (places[0], places[-1]) == (0, steps - 1)
    assert all(0 < wide <= stride for wide in np.diff(places))


def test_what_does_not_last_is_no_crossing_and_the_search_goes_on() -> None:
    values = [0.0] * 8 + [0.2] + [0.0] * 7 + [0.2] * 16
    asked = Question(32, 8, 1, LIMIT)
    seen = searched(lambda step: gap_of(values[step]), asked)
    assert 8 in seen
    assert bracket(seen, asked) == (15, 16)
    assert bracket(searched(lambda step: gap_of(values[step]), Question(32, 8, 0, LIMIT)), asked)[1] == 8


def test_a_hump_is_found_from_the_clean_side() -> None:
    """The gap opens at step 12 and closes at step 28: bisection of the whole range would find the wrong crossing."""
    asked = Question(40, 8, 1, LIMIT)
    seen = searched(lambda step: gap_of(0.2 if 12 <= step < 28 else 0.0), asked)
    assert bracket(seen, asked) == (11, 12)
    assert max(seen) == 16


def test_a_hump_between_two_looks_of_the_coarse_pass_is_seen_by_the_rise_of_the_rates() -> None:
    """Two groups 3 dB apart: their gap is above a tenth over six steps and nil at both ends of the stretch."""
    near, far = Curve(6.0, 1.0, 0.0, 1.0), Curve(9.0, 1.0, 0.0, 1.0)

    def at(step: int) -> Seen:
        rates = (near.rate(25.0 - step), far.rate(25.0 - step))
        return Seen(rates, abs(rates[1] - rates[0]))

    asked = Question(32, 16, 1, LIMIT)
    first = first_lasting([at(step).value for step in range(32)], asked)
    assert first is not None
    assert all(at(step).value < LIMIT for step in coarse(32, 16) if step != 16)
    assert bracket(searched(at, asked), asked) == (first - 1, first)


def test_what_is_seen_alone_decides_so_a_search_can_be_taken_up_again() -> None:
    def at(step: int) -> Seen:
        return gap_of(0.2 if step >= 13 else 0.07)

    asked = Question(32, 8, 1, LIMIT)
    whole = searched(at, asked)
    for cut in range(len(whole)):
        assert next_step(dict(list(whole.items())[:cut]), asked) == list(whole)[cut]


def test_values_near_the_limit_are_looked_at_with_what_is_left_and_values_far_from_it_are_not() -> None:
    asked = Question(32, 8, 1, LIMIT)
    near, far = (searched(lambda step, v=v: gap_of(v), asked, 9) for v in (0.095, 0.02))  # type: ignore[misc]
    assert len(near) == 9
    assert set(near) > set(far) == set(coarse(32, 8))
    assert doubts(near, asked)
    assert not doubts(far, asked)


def test_of_thirty_two_steps_nine_settle_a_smooth_crossing_anywhere() -> None:
    asked = Question(32, 8, 1, LIMIT)
    for first in range(33):
        seen = searched(lambda step, first=first: gap_of(LIMIT + (step - first + 0.5) / 200), asked, 9)  # type: ignore[misc]
        breaks = bracket(seen, asked)[1]
        assert needed(seen, asked) is None
        assert breaks == (first if first < 32 else None)


def test_the_looks_expected_are_fewer_than_the_most_and_grow_with_the_axis() -> None:
    expected = [looks_expected(Question(steps, 8, 1, LIMIT), 3 * steps // 10) for steps in (32, 61, 121)]
    assert expected == sorted(expected)
    assert all(1 < looks < 3 * steps // 10 for looks, steps in zip(expected, (32, 61, 121), strict=True))


def test_a_value_about_which_nothing_can_be_said_does_not_exceed() -> None:
    nothing = Seen((float("nan"), float("nan")), float("nan"))
    asked = Question(12, 4, 1, LIMIT)
    seen = searched(lambda step: nothing if step < 5 else gap_of(0.2), asked)
    assert bracket(seen, asked) == (4, 5)
    assert bracket(searched(lambda step: nothing, asked), asked)[1] is None


def test_curves_go_through_what_was_seen_and_a_lower_bound_stays_as_far_below() -> None:
    looks = {0: (0.1, float("nan")), 4: (0.5, 0.3), 8: (0.9, 0.2)}
    curves = rates_between(looks, 9)
    assert curves[:, 4] == pytest.approx([0.5, 0.3])
    assert curves[0, [0, 8]] == pytest.approx([0.1, 0.9])
    assert curves[0, 2] == pytest.approx(0.25)  # half the log odds of 0.1
    assert np.diff(curves[0]).min() > 0
    assert distance_shares([0, 4, 8], 9).tolist() == [0, 0.25, 0.5, 0.25, 0, 0.25, 0.5, 0.25, 0]
    assert rises({0: 0.1, 4: 0.5, 8: 0.4}, 9).tolist() == pytest.approx([0, 0.4, 0.4, 0.4, 0.4, 0, 0, 0, 0])
