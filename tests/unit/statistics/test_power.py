# SPDX-License-Identifier: Apache-2.0
"""Detectable differences against published figures of the design, and against simulated studies of known truth."""

import math

import numpy as np
import pytest

from stresstest.statistics import minimum_detectable_gap, speaker_cv, speakers_to_detect
from stresstest.statistics.power import (
    Spread,
    change_spread,
    detectable_gaps,
    group_spread,
    measured_spread,
    rate_spread,
)

Counts = np.ndarray


def speakers(rng: np.random.Generator, shape: tuple[int, ...], cv: float) -> Counts:
    """What multiplies the rates of so many speakers: mean 1, coefficient of variation `cv`."""
    return rng.gamma(1 / cv**2, cv**2, shape)


def found(first: Counts, second: Counts) -> float:
    """The share of studies, a row each, in which Welch's t tells two groups of equal size apart."""
    from scipy.special import stdtrit

    n = first.shape[1]
    a, b = first.var(axis=1, ddof=1) / n, second.var(axis=1, ddof=1) / n
    df = (a + b) ** 2 / ((a**2 + b**2) / (n - 1))
    return float((np.abs(second.mean(axis=1) - first.mean(axis=1)) > stdtrit(df, 0.975) * np.sqrt(a + b)).mean())


@pytest.mark.parametrize(
    ("rate", "number", "words", "points"),
    [
        (0.05, 50, 100, 1.9), (0.05, 100, 400, 1.1), (0.10, 50, 100, 3.3), (0.20, 50, 400, 5.7), (0.20, 100, 100, 4.3),
        (0.40, 100, 100, 8.3),
    ],
)  # fmt: skip
def test_large_groups_have_the_known_figures_at_a_cv_of_one_half(
    rate: float, number: int, words: float, points: float
) -> None:
    assert 100 * minimum_detectable_gap(rate, number, words) == pytest.approx(points, abs=0.051, rel=0.03)


@pytest.mark.parametrize(("rate", "number", "points"), [(0.05, 5, 5.9), (0.10, 10, 7.4), (0.20, 20, 9.7)])
def test_small_groups_need_more_than_the_normal_figures_which_student_does_not_know(
    rate: float, number: int, points: float
) -> None:
    assert points < 100 * minimum_detectable_gap(rate, number, 100) < points * (1 + 2 / number)


def power_of(gap: float, rate: float, number: int, words: int, cv: float = 0.5, studies: int = 3000) -> float:
    rng = np.random.default_rng(7)
    sides = (rate - gap / 2, rate + gap / 2)
    return found(*(rng.poisson(words * r * speakers(rng, (studies, number), cv)) / words for r in sides))


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.4])
@pytest.mark.parametrize(("number", "words"), [(5, 100), (10, 400), (20, 100), (50, 40)])
def test_the_power_achieved_is_the_power_promised(rate: float, number: int, words: int) -> None:
    gap = minimum_detectable_gap(rate, number, words)
    assert power_of(gap, rate, number, words) == pytest.approx(0.8, abs=0.05)


def test_the_normal_figure_would_promise_too_much_with_five_speakers() -> None:
    """What the test above is worth: the large-sample gap is found in little more than half of the studies."""
    assert power_of(0.194, 0.2, 5, 100) < 0.65


@pytest.mark.parametrize(("number", "words"), [(5, 200), (10, 200), (20, 60), (50, 400)])
def test_the_power_for_a_difference_in_differences_is_the_power_promised_or_a_little_more(
    number: int, words: int
) -> None:
    """Speakers are skewed and the group that loses more also varies more, which at 10 speakers helps by 5 points."""
    rng, base, rate = np.random.default_rng(8), 0.08, 0.24
    did = change_spread(base, rate).detectable(number, words)
    changes = []
    for noisy in (rate - did / 2, rate + did / 2):
        own = speakers(rng, (3000, number), 0.5)
        before, after = base * own, noisy * own * speakers(rng, own.shape, 0.25)
        changes.append((rng.poisson(words * after) - rng.poisson(words * before)) / words)
    assert 0.75 <= found(*changes) <= 0.87


@pytest.mark.parametrize("gap", [0.02, 0.05, 0.1])
def test_speakers_to_detect_is_the_smallest_number_that_suffices(gap: float) -> None:
    number = speakers_to_detect(gap, 0.2, 60)
    assert number is not None
    assert minimum_detectable_gap(0.2, number, 60) <= gap < minimum_detectable_gap(0.2, number - 1, 60)


def test_the_fewest_speakers_of_any_group_are_two() -> None:
    assert Spread(0.0, 1e-9).speakers_for(0.5, 100) == 2


def test_a_gap_that_no_number_of_speakers_shows_has_no_number() -> None:
    assert speakers_to_detect(1e-4, 0.2, 60) is None
    assert minimum_detectable_gap(0.2, 3, 100, cv=2.0) == math.inf
    assert math.isnan(minimum_detectable_gap(0.2, 1, 100))


def test_a_gap_of_nothing_cannot_be_detected() -> None:
    with pytest.raises(ValueError, match="must be above 0; got 0"):
        speakers_to_detect(0, 0.2, 60)


def test_twice_the_speakers_do_more_than_eight_times_the_words() -> None:
    now = minimum_detectable_gap(0.15, 20, 200)
    assert minimum_detectable_gap(0.15, 40, 200) < minimum_detectable_gap(0.15, 20, 1600) < now


@pytest.mark.parametrize("cv", [0.2, 0.5])
def test_the_cv_of_simulated_speakers_is_found(cv: float) -> None:
    rng = np.random.default_rng(0)
    words = rng.integers(100, 300, (400, 1)).astype(float)
    errors = rng.poisson(words * 0.15 * speakers(rng, (400, 1), cv)).astype(float)
    assert speaker_cv(errors, words) == pytest.approx(cv, rel=0.12)


def test_speakers_no_more_different_than_counting_have_a_cv_of_zero() -> None:
    assert speaker_cv(np.full((6, 1), 9.0), np.full((6, 1), 60.0)) == 0


def test_a_measured_spread_is_the_one_that_made_the_data() -> None:
    rng = np.random.default_rng(3)
    words = rng.integers(80, 160, 2000).astype(float)
    values = rng.poisson(words * 0.2 * speakers(rng, (2000,), 0.4)) / words
    measured, true = measured_spread(values, words, 0.2, 0.2), rate_spread(0.2, 0.4)
    assert measured.between == pytest.approx(true.between, rel=0.12)
    assert measured.detectable(20, 100) == pytest.approx(true.detectable(20, 100), rel=0.06)
    with pytest.raises(ValueError, match="needs two speakers; got 1"):
        measured_spread(values[:1], words[:1], 0.2, 0.2)


def test_measured_and_planned_gaps_agree() -> None:
    rng = np.random.default_rng(1)
    errors = rng.poisson(100 * 0.2 * speakers(rng, (300, 1), 0.5)).astype(float)
    measured = detectable_gaps(errors, np.full((300, 1), 100.0))
    assert measured == pytest.approx(minimum_detectable_gap(0.2, 300, 100), rel=0.1)


def test_speakers_without_words_and_groups_without_errors_promise_no_more_than_they_can() -> None:
    errors, words = np.array([[0.0, 3], [0, 4], [0, 0]]), np.array([[50.0, 50], [50, 50], [50, 0]])
    without, two = detectable_gaps(errors, words)
    assert without > 0
    assert two == group_spread(errors[:2, 1], words[:2, 1]).detectable(2, 50)
    assert np.isnan(detectable_gaps(errors[:1], words[:1])).all()
