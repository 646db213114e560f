# SPDX-License-Identifier: Apache-2.0
"""Intervals: the rule for few speakers, and no interval of zero width."""

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import Interval, SpeakerCounts, rate_intervals


def one_group(errors: np.ndarray, words: float = 50) -> SpeakerCounts:
    n = len(errors)
    return SpeakerCounts(tuple(map(str, range(n))), ("a",) * n, errors, np.full(errors.shape, float(words)))


def only(errors: list[float], words: float = 50) -> Interval | None:
    (interval,) = rate_intervals(one_group(np.array(errors)[:, None], words), np.random.default_rng(0), 4000)
    return interval


def test_under_five_speakers_there_is_none() -> None:
    assert only([5, 10, 15, 20]) is None


def test_from_five_to_nine_it_is_students_on_the_logarithm() -> None:
    errors = [5.0, 10, 15, 20, 30, 12]
    found, rate = only(errors), np.array(errors) / 50
    mean, stretch = rate.mean(), np.exp(scipy.stats.t.ppf(0.975, 5) * scipy.stats.sem(rate) / rate.mean())
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(mean / stretch), pytest.approx(mean * stretch))
    assert (found.speakers, found.level, found.method) == (6, 0.95, "on the logarithm, Student's t")


def test_from_ten_the_bootstrap_may_widen_it_and_never_narrows_it() -> None:
    errors = np.random.default_rng(2).integers(5, 46, (10, 200)).astype(float)
    found = rate_intervals(one_group(errors), np.random.default_rng(0), 4000)
    rate, error = errors.mean(axis=0) / 50, scipy.stats.sem(errors / 50)
    students = scipy.stats.t.ppf(0.975, 9) * error / rate
    reach = np.array([np.log(interval.high / interval.low) / 2 for interval in found if interval])
    assert {interval.method for interval in found if interval} == {"on the logarithm, studentized speaker bootstrap"}
    assert (reach >= students - 1e-12).all()
    assert 1 < np.mean(reach / students) < 1.2


def test_where_draws_have_no_errors_the_bootstrap_is_left_out() -> None:
    found = only([20.0] + [0.0] * 11)
    assert found is not None
    assert found.method == "on the logarithm, Student's t"
    assert found.low < 20 / 600 < found.high


@pytest.mark.parametrize("speakers", [5, 9, 10, 40])
@pytest.mark.parametrize("errors", [0.0, 50.0])
def test_speakers_that_all_agree_do_not_make_the_interval_a_point(speakers: int, errors: float) -> None:
    found = only([errors] * speakers)
    assert found is not None
    assert found.low <= errors / 50 < found.high
    assert found.method.endswith("variance at its floor")


def test_one_error_in_all_is_not_a_point_either() -> None:
    found = only([1.0] + [0.0] * 11)
    assert found is not None
    assert found.low == 0
    assert found.high > 3 / 600


def test_each_condition_has_its_own_rule() -> None:
    table = one_group(np.random.default_rng(0).integers(5, 25, (12, 2)).astype(float))
    words = table.words.copy()
    words[3:, 1] = 0
    errors = np.where(words > 0, table.errors, 0)
    found = rate_intervals(SpeakerCounts(table.speakers, table.groups, errors, words), np.random.default_rng(0), 500)
    assert found[0] is not None
    assert found[0].speakers == 12
    assert found[1] is None


def test_more_than_one_group_is_refused() -> None:
    table = SpeakerCounts(("x", "y"), ("a", "b"), np.ones((2, 1)), np.full((2, 1), 9.0))
    with pytest.raises(ValueError, match="one group at a time; got a, b"):
        rate_intervals(table, np.random.default_rng(0))


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_impossible_bounds_are_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="low ≤ high"):
        Interval(low, high, 0.95, "by hand", 5)


@pytest.mark.parametrize(("level", "speakers"), [(95.0, 5), (0.0, 5), (0.95, 0)])
def test_impossible_levels_are_refused(level: float, speakers: int) -> None:
    with pytest.raises(ValueError, match="at least 1 speaker"):
        Interval(0.0, 1.0, level, "by hand", speakers)
