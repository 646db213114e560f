# SPDX-License-Identifier: Apache-2.0
"""Variances of a pooled rate against two oracles: the textbook formula and the bootstrap."""

import numpy as np
import pytest

from stresstest.statistics import bootstrap_rates, rates, variances
from stresstest.statistics.linearized import variance_floor


def test_with_equal_words_it_is_the_variance_of_a_mean() -> None:
    rng = np.random.default_rng(0)
    errors = rng.integers(5, 60, (9, 3)).astype(float)
    words = np.full((9, 3), 100.0)
    assert variances(errors, words) == pytest.approx(np.var(errors / words, axis=0, ddof=1) / 9)


def test_with_unequal_words_it_is_near_the_bootstraps() -> None:
    rng = np.random.default_rng(1)
    words = rng.integers(40, 200, (25, 1)).astype(float)
    errors = rng.poisson(words * 0.15 * rng.gamma(4, 1 / 4, (25, 1))).astype(float)
    resampled = bootstrap_rates(errors, words, rng, 10_000).std(axis=0)
    assert np.sqrt(variances(errors, words)) == pytest.approx(resampled, rel=0.05)


def test_no_errors_still_have_a_variance() -> None:
    errors, words = np.zeros((10, 1)), np.full((10, 1), 60.0)
    assert variances(errors, words) == variance_floor(np.zeros(1), np.full(1, 600.0))
    assert variances(errors, words) == pytest.approx(2 / 600**2, rel=0.02)


def test_all_words_wrong_still_have_a_variance() -> None:
    assert variances(np.full((10, 1), 60.0), np.full((10, 1), 60.0)) > 0


def test_one_speaker_has_no_variance() -> None:
    assert np.isnan(variances(np.ones((1, 1)), np.full((1, 1), 10.0))).all()


def test_a_speaker_without_words_counts_for_nothing() -> None:
    errors, words = np.array([[1.0], [4], [9]]), np.full((3, 1), 20.0)
    silent = variances(np.vstack([errors, [[0.0]]]), np.vstack([words, [[0.0]]]))
    assert silent == pytest.approx(variances(errors, words))


def test_a_rate_of_no_words_is_not_a_number() -> None:
    assert np.isnan(rates(np.array([3.0]), np.array([0.0]))).all()
