# SPDX-License-Identifier: Apache-2.0
"""Changes against scipy's paired and Welch tests, which they equal where all speakers have the same words.

But for the limit that skewness moves outward, and the p that follows it: tests/laws/test_oracles_resampling.py.
"""

import math

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import PairedCounts, change, difference_in_differences, log_ratio_difference

WORDS = 200.0


def pair(speakers: int, seed: int, factor: float = 2.0) -> PairedCounts:
    rng = np.random.default_rng(seed)
    rate = 0.15 * rng.gamma(4, 1 / 4, speakers)
    base, noisy = (rng.poisson(rate * f * WORDS).astype(float) for f in (1, factor))
    words = np.full(speakers, WORDS)
    return PairedCounts(noisy, words, base, words)


def deltas(p: PairedCounts) -> np.ndarray:
    return (p.errors - p.base_errors) / WORDS


def test_a_change_is_the_paired_t_test() -> None:
    counts = pair(8, 0)
    found, oracle = change(counts), scipy.stats.ttest_1samp(deltas(counts), 0)
    assert found is not None
    assert found.interval is not None
    assert found.value == pytest.approx(deltas(counts).mean())
    assert found.error == pytest.approx(scipy.stats.sem(deltas(counts)))
    assert found.p_value is not None
    assert found.p_value >= oracle.pvalue
    interval = oracle.confidence_interval(0.95)
    assert found.interval.low <= interval.low + 1e-12 <= interval.high <= found.interval.high + 1e-12


def test_a_difference_in_differences_is_welchs_test_of_the_changes() -> None:
    group, rest = pair(7, 1, 3), pair(30, 2)
    found = difference_in_differences(group, rest)
    oracle = scipy.stats.ttest_ind(deltas(group), deltas(rest), equal_var=False)
    assert found is not None
    assert found.interval is not None
    assert found.value == pytest.approx(deltas(group).mean() - deltas(rest).mean())
    assert found.p_value is not None
    assert found.p_value >= oracle.pvalue
    interval = oracle.confidence_interval(0.95)
    assert found.interval.low <= interval.low + 1e-12 <= interval.high <= found.interval.high + 1e-12


def test_the_log_ratio_agrees_with_a_bootstrap_of_speakers() -> None:
    group, rest = pair(40, 3, 3), pair(60, 4)
    found = log_ratio_difference(group, rest)
    assert found is not None
    assert found.interval is not None
    rng = np.random.default_rng(0)

    def resampled(p: PairedCounts) -> np.ndarray:
        rows = rng.integers(p.speakers, size=(8000, p.speakers))
        return np.log(p.errors[rows].sum(1) / p.base_errors[rows].sum(1))

    spread = (resampled(group) - resampled(rest)).std()
    assert found.interval.high - found.interval.low == pytest.approx(2 * 1.98 * spread, rel=0.06)
    assert found.value == pytest.approx(math.log(3 / 2), abs=4 * spread)


def test_equal_transcripts_have_an_interval_around_zero_and_p_one() -> None:
    counts = pair(12, 5)
    same = change(PairedCounts(counts.errors, counts.words, counts.errors, counts.words))
    assert same is not None
    assert same.interval is not None
    assert (same.value, same.p_value) == (0, 1)
    assert same.interval.low < 0 < same.interval.high


def test_under_five_speakers_there_is_a_value_and_nothing_else() -> None:
    found = difference_in_differences(pair(4, 0), pair(30, 1))
    assert found is not None
    assert found.value != 0
    assert (found.interval, found.p_value) == (None, None)


def test_no_words_have_no_change() -> None:
    zero = np.zeros(6)
    silent = PairedCounts(zero, zero, zero, zero)
    assert change(silent) is None
    assert difference_in_differences(pair(6, 0), silent) is None


def test_a_rate_of_zero_has_no_logarithm() -> None:
    counts = pair(6, 0)
    perfect = PairedCounts(counts.errors, counts.words, np.zeros(6), counts.words)
    assert log_ratio_difference(perfect, counts) is None
    assert log_ratio_difference(counts, perfect) is None
    assert difference_in_differences(perfect, counts) is not None


def test_a_speaker_with_words_in_one_condition_only_is_refused() -> None:
    with pytest.raises(ValueError, match="in both conditions or in neither"):
        PairedCounts(np.ones(2), np.array([5.0, 5]), np.ones(2), np.array([5.0, 0]))


def test_arrays_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="four arrays of one shape"):
        PairedCounts(np.ones(2), np.ones(2), np.ones(3), np.ones(2))
