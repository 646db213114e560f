# SPDX-License-Identifier: Apache-2.0
"""The Poisson regression: the same quantity as the paired log ratio, its variance by hand, and known truths."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import root
from scipy.stats import t as student

from stresstest.statistics import PairedCounts, log_ratio_difference
from stresstest.statistics.gee import _library as library
from stresstest.statistics.gee import available, poisson_gee

FloatArray = NDArray[np.float64]


def side(
    rng: np.random.Generator, speakers: int, log_ratio: float | FloatArray = 1.0, words: int | None = None
) -> PairedCounts:
    """Speakers who differ in their rate (CV 0.5) and in what the condition does to them (CV 0.4)."""
    own, reaction = rng.gamma(4, 1 / 4, speakers), rng.gamma(6, 1 / 6, speakers)
    spoken = rng.integers(40, 250, speakers).astype(float) if words is None else np.full(speakers, float(words))
    errors = rng.poisson(0.25 * spoken * own * reaction * np.exp(log_ratio)).astype(float)
    return PairedCounts(errors, spoken, rng.poisson(0.12 * spoken * own).astype(float), spoken)


@pytest.mark.parametrize("seed", range(5))
def test_with_equal_words_it_is_the_paired_log_ratio_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group, rest = side(rng, 8, words=100), side(rng, 20, words=100)
    fit, paired = poisson_gee(group, rest), log_ratio_difference(group, rest)
    assert fit is not None
    assert paired is not None
    assert fit.change.value == pytest.approx(paired.value, abs=1e-5)


def test_group_and_rest_exchanged_change_the_sign_alone() -> None:
    rng = np.random.default_rng(0)
    group, rest = side(rng, 8), side(rng, 20)
    there, back = poisson_gee(group, rest), poisson_gee(rest, group)
    assert there is not None
    assert back is not None
    assert there.change.interval is not None
    assert back.change.interval is not None
    assert there.change.value == pytest.approx(-back.change.value, abs=1e-5)
    assert there.change.interval.low == pytest.approx(-back.change.interval.high, abs=1e-5)
    assert there.change.p_value == pytest.approx(back.change.p_value, abs=1e-5)


def by_hand(pair: PairedCounts, correlation: float) -> tuple[float, float]:
    """The log ratio of one side and its Mancl–DeRouen variance, from the textbook's matrices, speaker by speaker."""
    design, link = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, correlation], [correlation, 1.0]])
    counts = np.stack([pair.base_errors, pair.errors], 1)
    words = np.stack([pair.base_words, pair.words], 1)

    def parts(beta: FloatArray) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
        for y, w in zip(counts, words, strict=True):
            mean = w * np.exp(design @ beta)
            spread = np.sqrt(np.diag(mean))
            yield mean[:, None] * design, np.linalg.inv(spread @ link @ spread), y - mean

    beta = root(lambda b: sum(d.T @ v @ r for d, v, r in parts(b)), np.log([0.1, 2.0]), tol=1e-12).x
    bread = np.linalg.inv(sum(d.T @ v @ d for d, v, _ in parts(beta)))
    scores = [d.T @ v @ np.linalg.solve(np.eye(2) - d @ bread @ d.T @ v, r) for d, v, r in parts(beta)]
    return float(beta[1]), float((bread @ sum(np.outer(s, s) for s in scores) @ bread)[1, 1])


def test_estimate_and_interval_are_the_textbooks() -> None:
    rng = np.random.default_rng(3)
    group, rest = side(rng, 9), side(rng, 21)
    fit = poisson_gee(group, rest)
    assert fit is not None
    assert fit.change.interval is not None
    assert fit.working == "exchangeable"
    assert fit.correlation is not None
    assert 0 < fit.correlation < 1
    (ours, our_variance), (theirs, their_variance) = (by_hand(p, fit.correlation) for p in (group, rest))
    variance = our_variance + their_variance
    df = variance**2 / (our_variance**2 / 8 + their_variance**2 / 20)
    reach = float(student.ppf(0.975, df)) * variance**0.5
    assert fit.change.value == pytest.approx(ours - theirs, abs=1e-4)
    assert fit.change.interval.low == pytest.approx(ours - theirs - reach, abs=1e-4)
    assert fit.change.p_value == pytest.approx(2 * student.sf(abs(ours - theirs) / variance**0.5, df), abs=1e-4)


def test_the_level_is_held_where_counts_taken_for_independent_find_what_is_not_there() -> None:
    """120 worlds without an effect, 10 speakers against 20. The naive test is the same model, its rows independent."""
    rng = np.random.default_rng(11)
    false = naive = 0
    for _ in range(120):
        group, rest = side(rng, 10), side(rng, 20)
        fit = poisson_gee(group, rest)
        assert fit is not None
        false += fit.change.p_value is not None and fit.change.p_value < 0.05
        error = sum(1 / p.errors.sum() + 1 / p.base_errors.sum() for p in (group, rest)) ** 0.5
        naive += abs(fit.change.value) > 1.96 * error
    assert 1 <= false <= 12, false
    assert naive >= 30, naive


def test_a_trait_that_goes_with_the_group_is_held_equal() -> None:
    """The condition doubles the errors of one gender, which is 4 of 5 in the group and 1 of 5 in the rest."""
    rng = np.random.default_rng(2)
    plain, adjusted = [], []
    for _ in range(12):
        women = [np.arange(n) % 5 < k for n, k in ((20, 4), (30, 1))]
        group, rest = (side(rng, w.size, 0.3 + 0.7 * w) for w in women)
        trait = np.concatenate(women).astype(float)[:, None]
        for fits, covariates in ((plain, None), (adjusted, trait)):
            fit = poisson_gee(group, rest, covariates)
            assert fit is not None
            fits.append(fit.change.value)
    assert np.mean(plain) > 0.3
    assert abs(np.mean(adjusted)) < 0.15


def test_the_unit_of_a_covariate_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    group, rest, age = side(rng, 10), side(rng, 20), rng.uniform(20, 70, (30, 1))
    years, seconds = poisson_gee(group, rest, age), poisson_gee(group, rest, age * 31_557_600)
    assert years is not None
    assert seconds is not None
    assert years.change.value == pytest.approx(seconds.change.value, abs=1e-9)


def test_a_speaker_without_words_is_passed_over() -> None:
    rng = np.random.default_rng(5)
    group, rest = side(rng, 8), side(rng, 12)
    silent = PairedCounts(
        *(np.append(getattr(group, n), 0.0) for n in ("errors", "words", "base_errors", "base_words"))
    )
    age = rng.uniform(20, 70, (20, 1))
    assert poisson_gee(silent, rest, np.insert(age, 8, 99, axis=0)) == poisson_gee(group, rest, age)


def test_more_variable_than_poisson_is_said() -> None:
    rng = np.random.default_rng(6)
    wild = poisson_gee(side(rng, 20), side(rng, 20))
    words = np.full(30, 200.0)
    group, rest = (PairedCounts(rng.poisson(20, 30) * 1.0, words, rng.poisson(20, 30) * 1.0, words) for _ in "ab")
    tame = poisson_gee(group, rest)
    assert wild is not None
    assert tame is not None
    assert wild.dispersion > 2
    assert tame.dispersion == pytest.approx(1, abs=0.3)


def test_what_cannot_be_fitted_has_no_answer() -> None:
    rng = np.random.default_rng(7)
    enough = side(rng, 10)
    assert poisson_gee(side(rng, 4), enough) is None
    spoken, errors = np.full(6, 50.0), np.arange(6.0)
    assert poisson_gee(PairedCounts(errors * 0, spoken, errors, spoken), enough) is None
    assert poisson_gee(PairedCounts(errors, spoken, errors, spoken), enough) is None, "all speakers agree on no change"
    indicator = np.repeat([1.0, 0.0], [6, 10])[:, None]
    assert poisson_gee(PairedCounts(errors, spoken, errors[::-1], spoken), enough, indicator) is None


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available()
    library.cache_clear()
    monkeypatch.setitem(sys.modules, "statsmodels.genmod.cov_struct", None)
    assert not available()
    monkeypatch.undo()
    assert available()
