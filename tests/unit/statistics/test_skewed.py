# SPDX-License-Identifier: Apache-2.0
"""Limits of skewed estimates: never inside Student's, and in one with their p."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from stresstest.statistics import PairedCounts, change
from stresstest.statistics.skewed import limits, reached, third_moment

values = st.floats(-0.5, 0.5)
errors = st.floats(0.001, 0.2)
skewness = st.floats(-0.6, 0.6)


def test_the_third_moment_is_scipys_unbiased_skewness() -> None:
    speakers = np.random.default_rng(0).lognormal(size=12)
    parts = (speakers - speakers.mean()) / 12  # what each adds to the mean
    expected = scipy.stats.skew(speakers, bias=False) * speakers.std(ddof=1) ** 3 / 12**2
    assert third_moment(parts, 12) == pytest.approx(expected)
    assert third_moment(parts[:2], 2) == 0


@given(values, errors, skewness, st.integers(4, 60))
def test_limits_are_never_inside_students(value: float, error: float, skew: float, df: int) -> None:
    low, high = limits(value, error, df, skew * error**3, 0.95)
    students = scipy.stats.t.interval(0.95, df, value, error)
    assert low <= students[0] + 1e-12
    assert high >= students[1] - 1e-12
    moved_low, moved_high = low < students[0] - 1e-9, high > students[1] + 1e-9
    assert not (moved_low and moved_high)
    assert moved_high == (skew > 1e-6) or abs(skew) < 1e-4


@given(values, errors, skewness, st.integers(4, 60))
def test_the_limit_lies_where_its_t_says(room: float, error: float, skew: float, df: int) -> None:
    t = reached(room, error, skew * error**3)
    level = 1 - 2 * float(scipy.stats.t.sf(t, df))
    if t > 0.01 and level < 0.999999:
        assert limits(0.0, error, df, skew * error**3, level)[1] == pytest.approx(room, rel=1e-4)


@given(st.floats(0.001, 0.5), errors)
def test_hardly_any_skewness_is_none(room: float, error: float) -> None:
    assert reached(room, error, 1e-25) == pytest.approx(room / error, rel=1e-9)
    assert reached(room, error, 0.0) == room / error == reached(room, error, -1.0)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=5, max_size=15))
def test_p_is_small_exactly_where_the_interval_leaves_out_0(moves: list[tuple[int, int]]) -> None:
    here, there = (np.array(side, float) for side in zip(*moves, strict=True))
    words = np.full(here.size, 100.0)
    found = change(PairedCounts(here, words, there, words))
    assert found is not None
    assert found.interval is not None
    assert found.p_value is not None
    assert 0 < found.p_value <= 1
    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.p_value < 0.05) == (found.interval.low > 0 or found.interval.high < 0)


def test_the_mean_of_few_skewed_speakers_is_covered_more_often_than_by_students_t() -> None:
    """Log-normal speakers, 8 at a time: the limits that matter are the upper ones."""
    drawn = np.random.default_rng(1).lognormal(sigma=0.9, size=(4000, 8))
    true = np.exp(0.9**2 / 2)
    kept = {"students": 0, "skewed": 0}
    for speakers in drawn:
        mean, error = speakers.mean(), speakers.std(ddof=1) / np.sqrt(8)
        third = third_moment((speakers - mean) / 8, 8)
        low, high = limits(mean, error, 7, third, 0.95)
        kept["skewed"] += low <= true <= high
        kept["students"] += abs(mean - true) <= scipy.stats.t.ppf(0.975, 7) * error
    assert kept["students"] / 4000 < 0.89
    assert kept["skewed"] / 4000 > kept["students"] / 4000 + 0.02
