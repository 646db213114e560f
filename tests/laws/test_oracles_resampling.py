# SPDX-License-Identifier: Apache-2.0
"""Inference beside another's, scipy's, and beside brute force where every case can be counted."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stresstest.statistics import (
    Change,
    PairedCounts,
    SpeakerCounts,
    benjamini_hochberg,
    bootstrap_rates,
    change,
    difference_in_differences,
    holm,
    permutation_gaps,
    rate_intervals,
    variances,
)
from stresstest.statistics.permutation import gaps_under, largest_t, p_values, permutation_null

FloatArray = NDArray[np.float64]


def speakers(rng: np.random.Generator, number: int) -> tuple[FloatArray, FloatArray]:
    """Errors and words, (speakers, 1), of speakers who differ in rate and length."""
    words = rng.integers(60, 140, (number, 1)).astype(float)
    return rng.poisson(0.2 * words * rng.gamma(4, 1 / 4, (number, 1))).astype(float), words


def table(errors: FloatArray, words: FloatArray, groups: str) -> SpeakerCounts:
    return SpeakerCounts(tuple(map(str, range(len(groups)))), tuple(groups), errors, words)


def test_the_bootstrap_draws_every_sample_of_four_speakers_as_often_as_it_should() -> None:
    """All 4⁴ ordered samples are counted; each rate has its share of 20,000 replicates within 5 standard errors."""
    errors, words = np.array([[1.0], [4.0], [9.0], [2.0]]), np.array([[20.0], [31.0], [43.0], [59.0]])
    samples = [list(sample) for sample in itertools.product(range(4), repeat=4)]
    truth = np.round([(errors[s].sum() / words[s].sum()) for s in samples], 12)
    values, counts = np.unique(truth, return_counts=True)
    drawn = np.round(bootstrap_rates(errors, words, np.random.default_rng(1), 20_000)[:, 0], 12)
    assert set(drawn) == set(values)
    for value, share in zip(values, counts / 256, strict=True):
        assert (drawn == value).mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / 20_000))


@pytest.mark.parametrize("seed", range(3))
def test_bootstrap_percentiles_are_scipys(seed: int) -> None:
    """Within what 20,000 replicates leave to chance: a twentieth of the interval."""
    errors, words = speakers(np.random.default_rng(seed), 15)
    oracle = scipy.stats.bootstrap(
        (errors[:, 0], words[:, 0]), ratio, paired=True, method="percentile", n_resamples=20_000, rng=seed + 10
    ).confidence_interval
    drawn = bootstrap_rates(errors, words, np.random.default_rng(seed), 20_000)[:, 0]
    low, high = np.quantile(drawn, [0.025, 0.975])
    slack = 0.05 * (oracle.high - oracle.low)
    assert (low, high) == (pytest.approx(oracle.low, abs=slack), pytest.approx(oracle.high, abs=slack))


def test_the_interval_of_a_group_is_the_wider_of_students_and_the_studentized_bootstraps() -> None:
    """Limits of the logarithm, made here of scipy's t and of 5,000 resamples drawn and studentized one by one."""
    rng = np.random.default_rng(5)
    errors, words = speakers(rng, 12)
    rate, error = errors.sum() / words.sum(), np.sqrt(variances(errors, words)[0])
    distances = []
    for _ in range(5_000):
        draw = rng.integers(12, size=12)
        drawn = errors[draw].sum() / words[draw].sum()
        spread = np.sqrt(12 / 11 * ((errors[draw] - drawn * words[draw]) ** 2).sum()) / words[draw].sum()
        distances.append(abs(np.log(drawn / rate)) / (spread / drawn))
    q = max(np.quantile(distances, 0.95), scipy.stats.t.ppf(0.975, 11))
    (found,) = rate_intervals(table(errors, words, "a" * 12), np.random.default_rng(0), 20_000)
    assert found is not None
    assert (found.low, found.high) == (
        pytest.approx(rate * np.exp(-q * error / rate), rel=0.03),
        pytest.approx(rate * np.exp(q * error / rate), rel=0.03),
    )


def test_a_bootstrap_of_utterances_would_not_pass() -> None:
    """The same words as if each of ten utterances were a speaker: its interval is less than half as wide as scipy's."""
    rng = np.random.default_rng(6)
    errors, words = speakers(rng, 15)
    oracle = scipy.stats.bootstrap((errors[:, 0], words[:, 0]), ratio, paired=True, method="percentile", rng=0)
    wide = oracle.confidence_interval.high - oracle.confidence_interval.low
    pieces = rng.multinomial(errors[:, 0].astype(int), [0.1] * 10).reshape(-1, 1).astype(float)
    drawn = bootstrap_rates(pieces, np.repeat(words / 10, 10, axis=0), rng, 5_000)[:, 0]
    assert np.ptp(np.quantile(drawn, [0.025, 0.975])) < 0.5 * wide


def ratio(errors: FloatArray, words: FloatArray, axis: int) -> FloatArray:
    found: FloatArray = errors.sum(axis=axis) / words.sum(axis=axis)
    return found


def labelings(groups: str) -> NDArray[np.int64]:
    """Every different way to deal the labels, (labelings, speakers)."""
    codes = [ord(g) - ord("a") for g in groups]
    return np.array(sorted(set(itertools.permutations(codes))))


@pytest.mark.parametrize("seed", range(3))
def test_the_permutation_p_is_exact_where_all_labelings_can_be_counted(seed: int) -> None:
    """Two groups of four speakers: 70 labelings, counted here and by scipy, against 20,000 permutations."""
    errors, words = speakers(np.random.default_rng(seed), 8)
    errors[:4] *= 2 + seed
    people = table(errors, words, "aaaabbbb")
    every = gaps_under(labelings("aaaabbbb"), people)
    observed = gaps_under(people.codes[None], people)
    exact = float((every >= observed - 1e-12).mean())
    scipys = scipy.stats.permutation_test(
        (np.arange(4), np.arange(4, 8)), gap_of(errors, words), n_resamples=np.inf, alternative="greater"
    )
    assert len(every) == len(scipys.null_distribution) == 70
    assert exact == pytest.approx(scipys.pvalue, abs=1e-12)
    drawn = permutation_gaps(people, np.random.default_rng(seed), 20_000)
    error = np.sqrt(exact * (1 - exact) / 20_000)
    assert p_values(observed[0], drawn)[0] == pytest.approx(exact, abs=5 * error + 1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_studentized_permutation_p_is_exact_where_all_labelings_can_be_counted(seed: int) -> None:
    """Welch's |t| of the logarithms, by hand, in each of the 70 labelings; then 20,000 permutations."""
    errors, words = speakers(np.random.default_rng(seed), 8)
    errors[:4] *= 2 + seed
    people = table(errors, words, "aaaabbbb")
    every = largest_t(labelings("aaaabbbb"), people)
    by_hand = [[welch(errors, words, codes)] for codes in labelings("aaaabbbb")]
    assert every == pytest.approx(np.array(by_hand), rel=1e-9)
    observed = largest_t(people.codes[None], people)
    exact = float((every >= observed - 1e-12).mean())
    gap, drawn = permutation_null(people, np.random.default_rng(seed), 20_000)
    assert (gap == permutation_gaps(people, np.random.default_rng(seed), 20_000)).all()
    error = np.sqrt(exact * (1 - exact) / 20_000)
    assert p_values(observed[0], drawn)[0] == pytest.approx(exact, abs=5 * error + 1e-4)


def welch(errors: FloatArray, words: FloatArray, codes: NDArray[np.int64]) -> float:
    logs, variance = [], 0.0
    for code in np.unique(codes):
        e, w = errors[codes == code], words[codes == code]
        shrunk = (e.sum() + 2) / (w.sum() + 4)
        logs.append(np.log(shrunk))
        variance += variances(e, w)[0] / shrunk**2
    return float(abs(logs[0] - logs[1]) / np.sqrt(variance))


def gap_of(errors: FloatArray, words: FloatArray) -> Callable[..., float]:
    def gap(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
        return float(abs(errors[first].sum() / words[first].sum() - errors[second].sum() / words[second].sum()))

    return gap


def test_three_groups_are_dealt_as_often_as_they_should_be() -> None:
    """Groups of three, two and one speaker: 60 labelings; the null distribution in its whole length."""
    errors, words = speakers(np.random.default_rng(9), 6)
    people = table(errors, words, "aaabbc")
    values, counts = np.unique(np.round(gaps_under(labelings("aaabbc"), people)[:, 0], 12), return_counts=True)
    drawn = np.round(permutation_gaps(people, np.random.default_rng(0), 20_000)[:, 0], 12)
    assert set(drawn) <= set(values)
    for value, share in zip(values, counts / counts.sum(), strict=True):
        assert (drawn == value).mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / 20_000))


def test_the_p_value_never_finds_more_than_its_level_among_all_labelings() -> None:
    """Each of the 70 labelings is as likely as the others when labels mean nothing; so are their p-values."""
    errors, words = speakers(np.random.default_rng(12), 8)
    people = table(errors, words, "aaaabbbb")
    every = gaps_under(labelings("aaaabbbb"), people)
    drawn = permutation_gaps(people, np.random.default_rng(0), 20_000)
    p = np.concatenate([p_values(gap, drawn) for gap in every])
    for level in (0.05, 0.1, 0.2, 0.5):
        assert (p <= level).mean() <= level + 1e-9
    unadjusted = np.array([(drawn > gap).mean() for gap in every])  # ties left out: a method that is wrong
    assert (unadjusted <= 0.05).mean() > 0.05


@pytest.mark.parametrize("seed", range(5))
def test_with_equal_words_a_change_is_the_paired_t_test_but_for_skewness(seed: int) -> None:
    rng = np.random.default_rng(seed)
    words = np.full(9, 1000.0)
    pair = PairedCounts(rng.integers(100, 400, 9) * 1.0, words, rng.integers(100, 300, 9) * 1.0, words)
    moves = (pair.errors - pair.base_errors) / 1000
    judged_as(change(pair), scipy.stats.ttest_rel(pair.errors / 1000, pair.base_errors / 1000), third_of(moves))


@pytest.mark.parametrize("seed", range(5))
def test_with_equal_words_a_difference_in_differences_is_welchs_t_test_but_for_skewness(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group, rest = (
        PairedCounts(*(x for _ in "ab" for x in (rng.integers(low, high, n) * 1.0, np.full(n, 1000.0))))
        for n, low, high in ((6, 50, 200), (17, 100, 500))
    )
    changes = [(p.errors - p.base_errors) / 1000 for p in (group, rest)]
    oracle = scipy.stats.ttest_ind(*changes, equal_var=False)
    judged_as(difference_in_differences(group, rest), oracle, third_of(changes[0]) - third_of(changes[1]))


def third_of(values: FloatArray) -> float:
    """The third central moment of a mean, by scipy."""
    return float(scipy.stats.skew(values, bias=False) * values.std(ddof=1) ** 3 / values.size**2)


def judged_as(found: Change | None, oracle: Any, third: float) -> None:
    """Scipy's t limits, the outer one of the skewness moved by Johnson's κ (1 + 2 t²), and a p that follows it."""
    assert found is not None
    assert found.interval is not None
    assert found.p_value is not None
    bounds, value = oracle.confidence_interval(), found.value
    error = value / oracle.statistic
    move = third / (6 * error**2) * (1 + 2 * scipy.stats.t.ppf(0.975, oracle.df) ** 2)
    assert found.interval.low == pytest.approx(bounds.low + min(move, 0.0))
    assert found.interval.high == pytest.approx(bounds.high + max(move, 0.0))
    against = -third if value > 0 else third
    if against <= 0:
        assert found.p_value == pytest.approx(oracle.pvalue, rel=1e-9)
    else:
        assert found.p_value > oracle.pvalue


def test_with_equal_words_the_interval_of_few_speakers_is_students_on_the_logarithm() -> None:
    rates = np.array([0.1, 0.35, 0.22, 0.4, 0.15, 0.3, 0.27])
    (found,) = rate_intervals(
        table(rates[:, None] * 1000, np.full((7, 1), 1000.0), "a" * 7), np.random.default_rng(0), 10
    )
    assert found is not None
    oracle = scipy.stats.t.interval(0.95, 6, np.log(rates.mean()), scipy.stats.sem(rates) / rates.mean())
    assert np.log([found.low, found.high]) == pytest.approx(np.array(oracle))


def test_the_linearized_variance_is_the_jackknifes_but_for_terms_of_higher_order() -> None:
    errors, words = speakers(np.random.default_rng(3), 40)
    left = [(errors.sum() - e) / (words.sum() - w) for e, w in zip(errors[:, 0], words[:, 0], strict=True)]
    jackknife = 39 / 40 * np.sum((left - np.mean(left)) ** 2)
    assert variances(errors, words)[0] == pytest.approx(jackknife, rel=0.03)


some_p = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@settings(deadline=None)
@given(some_p)
def test_holm_is_the_closed_test_of_all_subsets_by_bonferroni(p: list[float]) -> None:
    """A claim stands at the largest p of the subsets that it is in, each judged by its smallest p times its size."""
    rows = range(len(p))
    subsets = [s for size in rows for s in itertools.combinations(rows, size + 1)]
    closed = [max(min(1.0, len(s) * min(p[j] for j in s)) for s in subsets if i in s) for i in rows]
    assert holm(p).tolist() == pytest.approx(closed)


@settings(deadline=None)
@given(some_p)
def test_benjamini_hochberg_is_scipys(p: list[float]) -> None:
    assert benjamini_hochberg(p).tolist() == pytest.approx(scipy.stats.false_discovery_control(p).tolist())
