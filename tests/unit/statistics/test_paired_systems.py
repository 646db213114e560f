# SPDX-License-Identifier: Apache-2.0
"""Two systems on the same speakers: exact by enumeration, by scipy's formulas, and calibrated on known worlds."""

from __future__ import annotations

import itertools
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stresstest.seeds import rng_for
from stresstest.statistics.changes import PairedCounts, change, difference_in_differences
from stresstest.statistics.gap_changes import gap_change
from stresstest.statistics.paired_systems import equivalence, flip_test, probability_of_improvement

ERRORS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=5, max_size=9)


def pair_of(first: list[int], second: list[int], words: float = 100.0) -> PairedCounts:
    heard = np.full(len(first), words)
    return PairedCounts(np.array(second, float), heard, np.array(first, float), heard)


@given(ERRORS)
@settings(deadline=None)
def test_the_flip_test_is_the_enumeration_of_all_swaps(errors: list[tuple[int, int]]) -> None:
    first, second = (list(column) for column in zip(*errors, strict=True))
    observed = abs(sum(second) - sum(first))
    reached = [
        abs(sum(s * (b - a) for s, (a, b) in zip(signs, errors, strict=True))) >= observed
        for signs in itertools.product((1, -1), repeat=len(errors))
    ]
    found = flip_test(pair_of(first, second), rng_for(0, "flips"))
    assert found is not None
    assert found.exact
    assert found.p_value == sum(reached) / len(reached)
    assert found == flip_test(pair_of(second, first), rng_for(1, "flips"))


def test_drawn_flips_agree_with_scipy() -> None:
    rng = rng_for(3, "drawn")
    first, second = rng.poisson(10, 20).tolist(), rng.poisson(12, 20).tolist()
    differences = np.array(second) - np.array(first)
    found = flip_test(pair_of(first, second), rng, 20_000)
    assert found is not None
    assert not found.exact
    expected = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(1)
    ).pvalue
    assert found.p_value == pytest.approx(expected, abs=0.01)


def test_equal_systems_have_p_1_and_an_even_chance() -> None:
    same = pair_of([3, 4, 5, 6, 7] * 2, [3, 4, 5, 6, 7] * 2)
    found = flip_test(same, rng_for(0, "same"))
    assert found is not None
    assert (found.p_value, found.patterns) == (1.0, 1)
    assert probability_of_improvement(same, rng_for(0, "same"), 500) == 0.5


def test_under_five_speakers_nothing_is_inferred() -> None:
    four = pair_of([3, 4, 5, 6], [9, 9, 9, 9])
    assert flip_test(four, rng_for(0, "four")) is None
    assert probability_of_improvement(four, rng_for(0, "four")) is None
    assert equivalence(four, 0.5) is None


def test_the_probability_of_improvement_is_that_of_all_resamples() -> None:
    first, second = [5, 2, 8, 4, 6, 3, 3, 7, 5, 4], [4, 4, 5, 5, 5, 3, 4, 6, 6, 3]
    one = np.bincount(np.array(second) - np.array(first) + 5, minlength=11) / 10  # of a difference, from -5 to 5
    ten = reduce(np.convolve, [one] * 10)  # of the sum of ten, from -50 to 50
    exact = ten[:50].sum() + ten[50] / 2
    found = probability_of_improvement(pair_of(first, second), rng_for(0, "improvement"), 40_000)
    assert found == pytest.approx(exact, abs=0.01)
    assert probability_of_improvement(pair_of(first[:9], second[:9]), rng_for(0, "improvement")) is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=5, max_size=20), st.floats(0.01, 0.3))
@settings(deadline=None)
def test_equivalence_is_two_t_tests_of_scipy_or_stricter(errors: list[tuple[int, int]], margin: float) -> None:
    first, second = (list(column) for column in zip(*errors, strict=True))
    differences = (np.array(second) - np.array(first)) / 100
    found = equivalence(pair_of(first, second), margin)
    assert found is not None
    assert found.shown == (found.p_value <= 0.05)
    floor = (np.abs(differences).sum() * 100 + 2) / (100 * len(first)) ** 2
    if differences.var(ddof=1) / len(first) <= floor:
        return  # speakers agree more closely than chance allows: the floor of `change` holds, t tests have none
    above = stats.ttest_1samp(differences, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(differences, margin, alternative="less").pvalue
    assert found.p_value >= max(above, below) - 1e-9
    if abs(stats.skew(differences)) < 1e-9:
        assert found.p_value == pytest.approx(max(above, below), abs=1e-9)


def test_symmetric_speakers_are_judged_by_scipys_t_tests_and_skewed_ones_by_a_wider_limit() -> None:
    moves = np.array([-2, -1, 0, 1, 2, 3])
    symmetric, skewed = ([10 + m for m in moves], [10 + m for m in (-1, -1, -1, -1, -1, 8)])
    for second, wider in ((symmetric, False), (skewed, True)):
        found = equivalence(pair_of([10] * 6, second), 0.05)
        low, high = stats.t.interval(0.9, 5, np.mean(second) / 100 - 0.1, stats.sem(np.array(second) / 100))
        assert found is not None
        assert found.interval.low == pytest.approx(low)
        assert (found.interval.high > high + 0.005) == wider


def test_equivalence_needs_a_margin() -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        equivalence(pair_of([1] * 5, [1] * 5), 0.0)


def world(rng: np.random.Generator, rates: list[float], moves: list[float], speakers: int) -> list[PairedCounts]:
    """Speakers vary with CV 0.5, and in what the second system does to them; 200 words each."""
    groups = []
    for rate, move in zip(rates, moves, strict=True):
        own, taste = (np.exp(s * rng.standard_normal(speakers) - s * s / 2) for s in (0.5, 0.3))
        first, second = rng.poisson(200 * rate * own), rng.poisson(200 * (rate + move) * own * taste)
        words = np.full(speakers, 200.0)
        groups.append(PairedCounts(second.astype(float), words, first.astype(float), words))
    return groups


def share(worlds: int, *names: str, speakers: int, move: float, margin: float) -> tuple[float, float, float]:
    """How often intervals cover the true move, flips reject, and equivalence is shown."""
    covered = rejected = shown = 0
    for k in range(worlds):
        rng = rng_for(k, "worlds", *names)
        (pair,) = world(rng, [0.15], [move], speakers)
        found, flips, same = change(pair), flip_test(pair, rng, 400), equivalence(pair, margin)
        assert found is not None
        assert found.interval is not None
        assert flips is not None
        assert same is not None
        covered += found.interval.low <= move <= found.interval.high
        rejected += flips.p_value <= 0.05
        shown += same.shown
    return covered / worlds, rejected / worlds, shown / worlds


def test_worlds_of_equal_systems_are_rejected_in_one_of_twenty() -> None:
    covered, rejected, _ = share(500, "null", speakers=10, move=0.0, margin=0.02)
    assert 0.92 <= covered <= 0.98
    assert 0.02 <= rejected <= 0.08


def test_equivalence_is_claimed_wrongly_in_at_most_one_of_twenty() -> None:
    at_margin = share(400, "margin", speakers=40, move=0.03, margin=0.03)[2]
    assert at_margin <= 0.08
    assert share(60, "equal", speakers=60, move=0.0, margin=0.03)[2] > 0.9


@pytest.mark.parametrize(
    ("rates", "moves", "speakers"),
    [([0.15] * 4, [0.0] * 4, 10), ([0.1, 0.1, 0.3], [0.0, 0.0, 0.1], 20), ([0.1, 0.2], [0.0, 0.05], 8)],
)
def test_the_interval_of_a_change_of_the_gap_covers_it(rates: list[float], moves: list[float], speakers: int) -> None:
    true = np.ptp(np.add(rates, moves)) - np.ptp(rates)
    found = [
        gap_change(world(rng_for(k, "gaps"), rates, moves, speakers), rng_for(k, "gap draws"), 400).interval
        for k in range(120)
    ]
    assert np.mean([i is not None and i.low <= true <= i.high for i in found]) >= 0.95


def test_a_clear_pair_of_groups_has_nearly_the_interval_of_its_own_change() -> None:
    groups = world(rng_for(1, "clear"), [0.05, 0.4], [0.0, 0.1], 40)
    found = gap_change(groups, rng_for(0, "draws"))
    own = difference_in_differences(groups[1], groups[0])
    assert found.interval is not None
    assert own is not None
    assert own.interval is not None
    assert found.difference == pytest.approx(own.value)
    assert found.interval.low > 0
    width = (found.interval.high - found.interval.low) / (own.interval.high - own.interval.low)
    assert 0.8 < width < 1.2  # its own is wider by skewness


def test_a_gap_needs_two_groups_and_few_speakers_are_only_described() -> None:
    with pytest.raises(ValueError, match="two groups"):
        gap_change([pair_of([1] * 5, [2] * 5)], rng_for(0, "one"))
    few = gap_change([pair_of([1] * 4, [2] * 4), pair_of([5] * 9, [8] * 9)], rng_for(0, "few"))
    assert few.interval is None
    assert few.difference == pytest.approx(0.02)
