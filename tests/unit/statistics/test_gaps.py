# SPDX-License-Identifier: Apache-2.0
"""The gap, its refusals, and its interval against distributions known in closed form."""

import math

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import SpeakerCounts, describe_gap, gaps
from stresstest.statistics.gaps import gap_bounds, max_t


def table(speakers: int = 6, seed: int = 0) -> SpeakerCounts:
    rng = np.random.default_rng(seed)
    groups = ("a",) * speakers + ("b",) * speakers + ("c",) * speakers
    rate = np.repeat([0.1, 0.2, 0.4], speakers)[:, None] * rng.gamma(8, 1 / 8, (3 * speakers, 2))
    errors = rng.poisson(rate * 100).astype(float)
    return SpeakerCounts(tuple(map(str, range(len(groups)))), groups, errors, np.full(errors.shape, 100.0))


def test_best_worst_difference_and_ratio() -> None:
    found = gaps(table(), np.random.default_rng(0), 500)[0]
    errors, words = table().totals()
    rate = errors[:, 0] / words[:, 0]
    assert (found.best, found.worst, found.groups) == ("a", "c", ("a", "b", "c"))
    assert found.difference == pytest.approx(rate[2] - rate[0])
    assert found.ratio == pytest.approx(rate[2] / rate[0])
    assert found.speakers == (6, 6, 6)


def test_under_five_speakers_inference_is_refused_and_description_is_not() -> None:
    with pytest.raises(ValueError, match="two groups, and 5 speakers in each"):
        gaps(table(speakers=4), np.random.default_rng(0))
    described = describe_gap(table(speakers=4), 0)
    assert described.worst == "c"
    assert (described.p_value, described.null_mean, described.crossfit, described.interval) == (None, None, None, None)


def test_fewer_than_fifty_splits_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 50 splits; got 10"):
        gaps(table(), np.random.default_rng(0), splits=10)


def test_a_gap_needs_two_groups_with_words() -> None:
    alone = SpeakerCounts(("x", "y"), ("a", "b"), np.ones((2, 1)), np.array([[5.0], [0]]))
    with pytest.raises(ValueError, match="needs two groups with words; got a"):
        describe_gap(alone, 0)


def test_a_best_group_without_errors_has_no_ratio() -> None:
    none_wrong = SpeakerCounts(("x", "y"), ("a", "b"), np.array([[0.0], [3]]), np.full((2, 1), 10.0))
    assert math.isnan(describe_gap(none_wrong, 0).ratio)


def chance(groups: int, df: float, draws: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.standard_normal((draws, groups)), rng.chisquare(df, (draws, groups)) / df


def test_two_equally_variable_groups_have_students_quantile() -> None:
    """s_a² + s_b² is then a chi-square with 2 (n - 1) degrees of freedom."""
    found = max_t(np.array([0.3, 0.3]), *chance(2, 7), 0.95)
    assert found == pytest.approx(scipy.stats.t.ppf(0.975, 14), rel=0.02)


def test_many_speakers_have_the_studentized_ranges_quantile() -> None:
    found = max_t(np.full(6, 0.01), *chance(6, 1e6), 0.95)
    assert found == pytest.approx(scipy.stats.studentized_range.ppf(0.95, 6, np.inf) / math.sqrt(2), rel=0.01)


def test_bounds_by_hand() -> None:
    """Standard errors 3, 4 and 0 in units of a point: pairs reach 5, 3 and 4 around differences of 2, 10 and 12."""
    low, high = gap_bounds(np.array([0.0, 0.02, 0.12]), np.array([9e-4, 16e-4, 0.0]), 1.0)
    assert (low, high) == (pytest.approx(0.09), pytest.approx(0.15))


def test_a_lower_bound_is_never_negative() -> None:
    assert gap_bounds(np.array([0.1, 0.1]), np.array([1e-4, 1e-4]), 2.0)[0] == 0
