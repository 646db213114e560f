# SPDX-License-Identifier: Apache-2.0
"""Minimum detectable gaps against published figures of the design, and estimates against simulated truth."""

import numpy as np
import pytest

from stresstest.statistics import minimum_detectable_gap, speaker_cv, speakers_to_detect, variances
from stresstest.statistics.power import detectable_from_variance


@pytest.mark.parametrize(
    ("rate", "speakers", "words", "points"),
    [
        (0.05, 5, 100, 5.9), (0.05, 100, 400, 1.1), (0.10, 10, 100, 7.4), (0.20, 20, 400, 9.1), (0.40, 50, 100, 11.8),
    ],
)  # fmt: skip
def test_known_figures_at_a_cv_of_one_half(rate: float, speakers: int, words: float, points: float) -> None:
    assert 100 * minimum_detectable_gap(rate, speakers, words) == pytest.approx(points, abs=0.051)


@pytest.mark.parametrize("gap", [0.02, 0.05, 0.1])
def test_speakers_to_detect_is_the_smallest_number_that_suffices(gap: float) -> None:
    speakers = speakers_to_detect(gap, 0.2, 60)
    assert minimum_detectable_gap(0.2, speakers, 60) <= gap < minimum_detectable_gap(0.2, speakers - 1, 60)


def test_a_gap_of_nothing_cannot_be_detected() -> None:
    with pytest.raises(ValueError, match="must be above 0; got 0"):
        speakers_to_detect(0, 0.2, 60)


@pytest.mark.parametrize("cv", [0.2, 0.5])
def test_the_cv_of_simulated_speakers_is_found(cv: float) -> None:
    rng = np.random.default_rng(0)
    words = rng.integers(100, 300, (400, 1)).astype(float)
    errors = rng.poisson(words * 0.15 * rng.gamma(1 / cv**2, cv**2, (400, 1))).astype(float)
    assert speaker_cv(errors, words) == pytest.approx(cv, rel=0.12)


def test_speakers_no_more_different_than_counting_have_a_cv_of_zero() -> None:
    assert speaker_cv(np.full((6, 1), 9.0), np.full((6, 1), 60.0)) == 0


def test_measured_and_planned_gaps_agree() -> None:
    rng = np.random.default_rng(1)
    errors = rng.poisson(100 * 0.2 * rng.gamma(4, 1 / 4, (300, 1))).astype(float)
    measured = detectable_from_variance(float(variances(errors, np.full((300, 1), 100.0))[0]))
    assert measured == pytest.approx(minimum_detectable_gap(0.2, 300, 100), rel=0.1)
