# SPDX-License-Identifier: Apache-2.0
"""The speaker bootstrap against full enumeration and against scipy's."""

import itertools

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import bootstrap_rates
from stresstest.statistics.bootstrap import bootstrap_t, resampled_speakers
from stresstest.statistics.linearized import rates, variances


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
    low, high = np.quantile(bootstrap_rates(errors[:, None], words[:, None], rng, 20_000)[:, 0], [0.025, 0.975])
    assert (low, high) == (pytest.approx(oracle.low, rel=0.03), pytest.approx(oracle.high, rel=0.03))


def test_conditions_share_the_resampled_speakers() -> None:
    errors, words = np.array([[1.0, 2], [5, 10], [7, 14]]), np.full((3, 2), 40.0)
    found = bootstrap_rates(errors, words, np.random.default_rng(0), 100)
    assert found[:, 1].tolist() == (2 * found[:, 0]).tolist()


def test_chunks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    errors, words = np.arange(8.0).reshape(4, 2), np.full((4, 2), 10.0)
    whole = bootstrap_rates(errors, words, np.random.default_rng(0), 50)
    monkeypatch.setattr("stresstest.statistics.bootstrap._CHUNK", 12)
    assert (bootstrap_rates(errors, words, np.random.default_rng(0), 50) == whole).all()


def every_t(errors: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The studentized distance of the logarithm in all n^n resamples, one after the other."""
    rate, found = errors.sum() / words.sum(), []
    for draw in itertools.product(range(len(errors)), repeat=len(errors)):
        e, w = errors[list(draw)][:, None], words[list(draw)][:, None]
        drawn = rates(e.sum(axis=0), w.sum(axis=0))[0]
        found.append(abs(np.log(drawn / rate)) / (np.sqrt(variances(e, w)[0]) / drawn))
    return np.array(found)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_the_studentized_quantile_is_that_of_all_3125_resamples_of_five_speakers(level: float) -> None:
    errors, words = np.array([3.0, 8, 5, 12, 20]), np.array([40.0, 50, 60, 45, 70])
    every = every_t(errors, words)
    found = bootstrap_t(errors[:, None], words[:, None], level, np.random.default_rng(0), 40_000)[0]
    assert (every < found - 1e-9).mean() == pytest.approx(level, abs=0.015)
    assert (every <= found + 1e-9).mean() == pytest.approx(level, abs=0.015)


def test_chunks_do_not_change_the_studentized_quantile(monkeypatch: pytest.MonkeyPatch) -> None:
    errors, words = np.arange(1, 13.0).reshape(6, 2), np.full((6, 2), 20.0)
    whole = bootstrap_t(errors, words, 0.9, np.random.default_rng(0), 300)
    monkeypatch.setattr("stresstest.statistics.bootstrap._CACHED", 50)
    assert (bootstrap_t(errors, words, 0.9, np.random.default_rng(0), 300) == whole).all()


def test_draws_without_errors_are_infinitely_far_and_a_rate_of_0_has_no_logarithm() -> None:
    errors = np.array([[9.0, 0.0]] + [[0.0, 0.0]] * 5)
    found = bootstrap_t(errors, np.full((6, 2), 30.0), 0.95, np.random.default_rng(0), 500)
    assert found[0] == np.inf
    assert np.isnan(found[1])
