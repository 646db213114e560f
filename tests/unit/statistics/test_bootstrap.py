# SPDX-License-Identifier: Apache-2.0
"""The speaker bootstrap against full enumeration and against scipy's."""

import itertools

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import bootstrap_rates
from stresstest.statistics.bootstrap import bootstrap_quantiles, resampled_speakers


def test_every_resample_has_as_many_speakers() -> None:
    weights = resampled_speakers(7, 500, np.random.default_rng(0))
    assert weights.shape == (500, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(7), abs=0.15)


def test_three_speakers_give_the_distribution_of_all_27_draws() -> None:
    errors, words = np.array([1.0, 4, 9]), np.array([10.0, 20, 15])
    draws = np.array(list(itertools.product(range(3), repeat=3)))
    exact = errors[draws].sum(axis=1) / words[draws].sum(axis=1)
    found = bootstrap_rates(errors[:, None], words[:, None], np.random.default_rng(0), 27_000)[:, 0]
    values, expected = np.unique(np.round(exact, 12), return_counts=True)
    seen, counts = np.unique(np.round(found, 12), return_counts=True)
    assert seen.tolist() == values.tolist()
    assert scipy.stats.chisquare(counts, expected * 1000).pvalue > 0.001


def test_percentiles_are_near_scipys() -> None:
    rng = np.random.default_rng(3)
    words = rng.integers(30, 90, 14).astype(float)
    errors = rng.poisson(words * rng.uniform(0.05, 0.4, 14)).astype(float)
    oracle = scipy.stats.bootstrap(
        (errors, words), lambda e, w, axis: e.sum(axis) / w.sum(axis), paired=True, vectorized=True,
        n_resamples=20_000, method="percentile", rng=np.random.default_rng(4),
    ).confidence_interval  # fmt: skip
    low, high = bootstrap_quantiles(errors[:, None], words[:, None], np.array([0.025]), rng, 20_000)
    assert (low[0], high[0]) == (pytest.approx(oracle.low, rel=0.03), pytest.approx(oracle.high, rel=0.03))


def test_conditions_share_the_resampled_speakers() -> None:
    errors, words = np.array([[1.0, 2], [5, 10], [7, 14]]), np.full((3, 2), 40.0)
    found = bootstrap_rates(errors, words, np.random.default_rng(0), 100)
    assert found[:, 1].tolist() == (2 * found[:, 0]).tolist()


def test_chunks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    errors, words = np.arange(8.0).reshape(4, 2), np.full((4, 2), 10.0)
    whole = bootstrap_rates(errors, words, np.random.default_rng(0), 50)
    monkeypatch.setattr("stresstest.statistics.bootstrap._CHUNK", 12)
    assert (bootstrap_rates(errors, words, np.random.default_rng(0), 50) == whole).all()


def test_resamples_without_words_are_left_out_of_the_percentiles() -> None:
    errors, words = np.array([[2.0], [0], [0]]), np.array([[10.0], [0], [0]])
    low, high = bootstrap_quantiles(errors, words, np.array([0.025]), np.random.default_rng(0), 200)
    assert (low[0], high[0]) == (0.2, 0.2)
