# SPDX-License-Identifier: Apache-2.0
"""Laws of counts, gaps and changes, and what the inference does where the truth is known."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.statistics import (
    ErrorCounts,
    Gap,
    PairedCounts,
    SpeakerCounts,
    benjamini_hochberg,
    change,
    crossfit_gaps,
    describe_gap,
    difference_in_differences,
    gaps,
    holm,
    log_ratio_difference,
    permutation_gaps,
    rate_intervals,
    verdict,
)
from stresstest.statistics.linearized import cluster_variance, rates
from stresstest.statistics.permutation import gaps_under, p_values

some_counts = st.builds(ErrorCounts, *[st.integers(0, 99)] * 4)


@settings(deadline=None)
@given(some_counts, some_counts, some_counts)
def test_counts_add_like_numbers(a: ErrorCounts, b: ErrorCounts, c: ErrorCounts) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + ErrorCounts.zero() == a
    assert (a + b).words == a.words + b.words
    assert (a + b).errors == a.errors + b.errors


@settings(deadline=None)
@given(some_counts.filter(lambda c: c.words > 0), some_counts.filter(lambda c: c.words > 0))
def test_a_pooled_rate_lies_between_the_rates(a: ErrorCounts, b: ErrorCounts) -> None:
    low, high = sorted([a.wer, b.wer])
    assert low - 1e-12 <= (a + b).wer <= high + 1e-12


@st.composite
def tables(draw: st.DrawFn, smallest: int = 2, conditions: int = 2) -> SpeakerCounts:
    """Two to four groups of `smallest` to six speakers, 1 to 60 words each."""
    groups = [name for name in "abcd"[: draw(st.integers(2, 4))] for _ in range(draw(st.integers(smallest, 6)))]
    shape = (len(groups), conditions)
    numbers = st.lists(st.integers(0, 60), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
    errors, words = np.reshape(draw(numbers), shape), np.reshape(draw(numbers), shape) + 1
    return SpeakerCounts(tuple(map(str, range(len(groups)))), tuple(groups), errors, words)


@settings(deadline=None)
@given(tables(), st.permutations("abcd"))
def test_renaming_groups_renames_the_gap(table: SpeakerCounts, names: list[str]) -> None:
    renamed = SpeakerCounts(
        table.speakers, tuple(names["abcd".index(g)] for g in table.groups), table.errors, table.words
    )
    before, after = describe_gap(table, 0), describe_gap(renamed, 0)
    assert after.difference == before.difference
    assert dict(zip(after.groups, after.rates, strict=True)) == {
        names["abcd".index(g)]: rate for g, rate in zip(before.groups, before.rates, strict=True)
    }


@settings(deadline=None)
@given(tables())
def test_every_speaker_twice_keeps_the_points(table: SpeakerCounts) -> None:
    twice = SpeakerCounts(
        (*table.speakers, *(f"{s}'" for s in table.speakers)), table.groups * 2,
        np.tile(table.errors, (2, 1)), np.tile(table.words, (2, 1)),
    )  # fmt: skip
    assert describe_gap(twice, 0).rates == pytest.approx(describe_gap(table, 0).rates)


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=9))
def test_every_speaker_twice_scales_the_variance_as_the_formula_says(values: list[float]) -> None:
    residuals, n = np.array(values)[:, None], len(values)
    once = cluster_variance(residuals, np.array([n]))
    twice = cluster_variance(np.vstack([residuals, residuals]) / 2, np.array([2 * n]))
    assert twice == pytest.approx(once * (n - 1) / (2 * n - 1))


@settings(deadline=None)
@given(tables(), st.integers(2, 9))
def test_more_words_of_the_same_speakers_do_not_shrink_the_spread_between_them(
    table: SpeakerCounts, times: int
) -> None:
    """Recruit speakers, not minutes: above the floor the variance depends on the speakers' rates alone."""
    group = table.of("a")

    def spread(k: int) -> np.ndarray:
        errors, words = group.errors * k, group.words * k
        residuals = (errors - rates(errors.sum(0), words.sum(0)) * words) / words.sum(0)
        return cluster_variance(residuals, (words > 0).sum(axis=0))

    assert spread(times) == pytest.approx(spread(1))


@settings(deadline=None)
@given(tables(), st.integers(0, 2**32))
def test_a_p_value_is_a_positive_probability(table: SpeakerCounts, seed: int) -> None:
    observed = gaps_under(table.codes[None], table)[0]
    p = p_values(observed, permutation_gaps(table, np.random.default_rng(seed), 60))
    assert ((p > 0) & (p <= 1)).all()


@settings(deadline=None, max_examples=40)
@given(tables(smallest=5), st.floats(0, 1))
def test_the_interval_holds_the_gap_and_the_verdict_follows_it(table: SpeakerCounts, max_gap: float) -> None:
    for gap in gaps(table, np.random.default_rng(0), 200, splits=50):
        assert gap.interval is not None
        assert 0 <= gap.interval.low <= gap.difference <= gap.interval.high
        outcome = verdict(gap, max_gap, np.random.default_rng(1)).outcome
        assert (outcome == "within") == (gap.interval.high <= max_gap)
        assert (outcome == "exceeds") == (gap.interval.low > max_gap)


@settings(deadline=None, max_examples=40)
@given(tables(smallest=5))
def test_the_crossfit_gap_never_beats_the_range_of_the_speakers(table: SpeakerCounts) -> None:
    speaker_rates = rates(table.errors, table.words)
    reach = speaker_rates.max(axis=0) - speaker_rates.min(axis=0)
    assert (np.abs(crossfit_gaps(table, np.random.default_rng(0), 50)) <= reach + 1e-12).all()


@st.composite
def pairs(draw: st.DrawFn, least: int = 0) -> PairedCounts:
    n = draw(st.integers(5, 9))
    counts = st.lists(st.integers(least, 60), min_size=n, max_size=n)
    words = np.array(draw(st.lists(st.integers(1, 80), min_size=n, max_size=n)), float)
    return PairedCounts(np.array(draw(counts), float), words, np.array(draw(counts), float), words)


@settings(deadline=None)
@given(pairs())
def test_exchanging_condition_and_reference_mirrors_the_change(pair: PairedCounts) -> None:
    there, back = change(pair), change(PairedCounts(pair.base_errors, pair.base_words, pair.errors, pair.words))
    assert there is not None
    assert back is not None
    assert there.interval is not None
    assert back.interval is not None
    assert back.value == pytest.approx(-there.value)
    assert (back.interval.low, back.interval.high) == (
        pytest.approx(-there.interval.high),
        pytest.approx(-there.interval.low),
    )
    assert back.p_value == pytest.approx(there.p_value)


@settings(deadline=None)
@given(pairs(least=1), pairs(least=1))
def test_exchanging_group_and_rest_mirrors_the_difference(group: PairedCounts, rest: PairedCounts) -> None:
    for measure in (difference_in_differences, log_ratio_difference):
        there, back = measure(group, rest), measure(rest, group)
        assert there is not None
        assert back is not None
        assert back.value == pytest.approx(-there.value)
        assert back.p_value == pytest.approx(there.p_value)


@settings(deadline=None)
@given(pairs(least=1), pairs(least=1), st.integers(2, 5))
def test_noise_that_multiplies_every_rate_leaves_the_log_ratio_alone(
    group: PairedCounts, rest: PairedCounts, factor: int
) -> None:
    """And multiplies the change: the two measures answer two questions."""
    louder = [PairedCounts(p.errors * factor, p.words, p.base_errors, p.base_words) for p in (group, rest)]
    before, after = log_ratio_difference(group, rest), log_ratio_difference(*louder)
    assert before is not None
    assert after is not None
    assert after.value == pytest.approx(before.value, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=20))
def test_adjusted_p_values_keep_their_order_and_grow(p: list[float]) -> None:
    strict, loose = holm(p), benjamini_hochberg(p)
    assert (strict >= loose - 1e-12).all()
    assert (loose >= np.array(p) - 1e-12).all()
    assert (strict <= 1).all()
    for adjusted in (strict, loose):
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


DATA_SETS = 400


def simulated(rate: list[float], speakers: int, seed: int, data_sets: int = DATA_SETS) -> SpeakerCounts:
    """Independent data sets as conditions: 200 words a speaker, rates with a coefficient of variation of 0.5."""
    rng = np.random.default_rng(seed)
    groups = tuple("abcdefgh"[g] for g in range(len(rate)) for _ in range(speakers))
    true = np.repeat(rate, speakers)[:, None] * rng.gamma(4, 1 / 4, (len(groups), data_sets))
    errors = rng.poisson(200 * true).astype(float)
    return SpeakerCounts(tuple(map(str, range(len(groups)))), groups, errors, np.full(errors.shape, 200.0))


@functools.cache
def equal_accents() -> list[Gap]:
    """Six identical accents, ten speakers each, at a WER of 15 %."""
    return gaps(simulated([0.15] * 6, 10, seed=11), np.random.default_rng(0), 1000, splits=50)


def test_identical_accents_have_a_naive_gap_of_about_6_4_points() -> None:
    assert 100 * np.mean([g.difference for g in equal_accents()]) == pytest.approx(6.4, abs=0.3)


def test_the_permutation_null_says_so() -> None:
    assert 100 * np.mean([g.null_mean or 0 for g in equal_accents()]) == pytest.approx(6.4, abs=0.3)
    assert 100 * np.mean([g.null_q95 or 0 for g in equal_accents()]) == pytest.approx(10.2, abs=0.5)


def test_the_crossfit_gap_of_identical_accents_is_about_zero() -> None:
    assert 100 * np.mean([g.crossfit or 0 for g in equal_accents()]) == pytest.approx(0, abs=0.5)


def test_p_is_uniform_where_nothing_is_to_be_found() -> None:
    p = np.array([g.p_value for g in equal_accents()])
    for level in (0.05, 0.2, 0.5, 0.8):
        assert (p <= level).mean() == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / DATA_SETS))


def test_five_speakers_a_group_are_enough_for_a_valid_p() -> None:
    table = simulated([0.15] * 3, 5, seed=12)
    p = p_values(gaps_under(table.codes[None], table)[0], permutation_gaps(table, np.random.default_rng(0), 1000))
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.035)


@pytest.mark.parametrize("rate", [[0.15] * 4, [0.1, 0.14, 0.18, 0.22], [0.1, 0.1, 0.1, 0.25]])
def test_the_interval_covers_the_true_gap(rate: list[float]) -> None:
    found = gaps(simulated(rate, 10, seed=13, data_sets=250), np.random.default_rng(0), 1000, splits=50)
    true = max(rate) - min(rate)
    covered = [g.interval is not None and g.interval.low <= true <= g.interval.high for g in found]
    assert np.mean(covered) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 250)


@pytest.mark.parametrize("speakers", [5, 10, 30])
def test_the_interval_of_a_rate_covers_it(speakers: int) -> None:
    found = rate_intervals(simulated([0.15], speakers, seed=14), np.random.default_rng(0), 1000)
    covered = np.mean([i is not None and i.low <= 0.15 <= i.high for i in found])
    assert 0.95 - 4 * np.sqrt(0.05 * 0.95 / DATA_SETS) <= covered <= 0.99


def test_a_truly_worse_accent_is_found() -> None:
    """The power that makes the laws above worth something: 15 % against 35 %, thirty speakers each."""
    found = gaps(simulated([0.15, 0.15, 0.35], 30, seed=15, data_sets=50), np.random.default_rng(0), 500, splits=50)
    assert np.mean([(g.p_value or 1) <= 0.05 for g in found]) > 0.95
    assert np.mean([verdict(g, 0.02, np.random.default_rng(0)).outcome == "exceeds" for g in found]) > 0.9
