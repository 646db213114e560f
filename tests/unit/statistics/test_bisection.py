# SPDX-License-Identifier: Apache-2.0
"""The search finds the first crossing that its coarse pass can see, in as few looks as it promises."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from stresstest.statistics.bisection import bracket, coarse, next_step


def searched(exceeded: Callable[[int], bool], steps: int, stride: int) -> dict[int, bool]:
    seen: dict[int, bool] = {}
    while (step := next_step(seen, steps, stride)) is not None:
        assert step not in seen
        assert 0 <= step < steps
        seen[step] = exceeded(step)
    return seen


@given(st.integers(2, 200), st.integers(1, 40), st.integers(0, 220))
def test_the_first_step_of_a_monotone_axis_is_found(steps: int, stride: int, first: int) -> None:
    seen = searched(lambda step: step >= first, steps, stride)
    holds, breaks = bracket(seen, steps, stride)
    assert breaks == (first if first < steps else None)
    assert holds == (min(first, steps) - 1 if first else None)
    assert len(seen) <= len(coarse(steps, stride)) + (stride - 1).bit_length()


@given(st.integers(2, 120), st.integers(1, 20), st.sets(st.integers(0, 119)))
def test_on_any_axis_the_answer_is_a_crossing_before_the_first_coarse_step_that_is_exceeded(
    steps: int, stride: int, bad: set[int]
) -> None:
    seen = searched(lambda step: step in bad, steps, stride)
    holds, breaks = bracket(seen, steps, stride)
    first = next((step for step in coarse(steps, stride) if step in bad), None)
    assert (breaks is None) == (first is None)
    if first is not None and holds is not None and breaks is not None:
        assert breaks - holds == 1
        assert first - stride <= holds < breaks <= first
        assert holds not in bad
        assert breaks in bad


def test_a_hump_is_found_from_the_clean_side() -> None:
    """The gap opens at step 12 and closes at step 28: bisection of the whole range would find the wrong crossing."""
    seen = searched(lambda step: 12 <= step < 28, 40, 8)
    assert bracket(seen, 40, 8) == (11, 12)
    assert max(seen) == 16


def test_what_is_seen_alone_decides_so_a_search_can_be_taken_up_again() -> None:
    whole = searched(lambda step: step >= 13, 32, 8)
    for cut in range(len(whole)):
        before = dict(list(whole.items())[:cut])
        assert next_step(before, 32, 8) == list(whole)[cut]


def test_a_narrow_hump_needs_a_narrow_stride() -> None:
    """Measured with PocketSphinx in ward babble: the gap of two accents was above 0.2 from 10 to 5 dB alone."""
    seen = searched(lambda step: 11 <= step < 16, 27, 4)
    assert bracket(seen, 27, 4) == (10, 11)
    assert len(seen) / 27 <= 0.3
    assert bracket(searched(lambda step: 11 <= step < 16, 27, 8), 27, 8) == (26, None)


def test_of_thirty_two_steps_less_than_a_third_is_looked_at_up_to_a_crossing_in_the_first_24_or_to_none() -> None:
    looks = [len(searched(lambda step, first=first: step >= first, 32, 4)) for first in (*range(25), 32)]
    assert max(looks) / 32 <= 0.3
