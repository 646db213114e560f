# SPDX-License-Identifier: Apache-2.0
"""Matched prompts and standardized mixes on simulated readings of known truth."""

from __future__ import annotations

import numpy as np
import pytest

from stresstest.statistics.texts import Matched, matched_difference, standardized_rate

WORDS = 8.0


def readings(
    rng: np.random.Generator, group: int, rest: int, prompts: int, gap: float = 0.0, by_prompt: float = 0.05
) -> tuple[np.ndarray, ...]:
    """Every speaker reads every prompt; prompts differ in how much harder they are for the group (`by_prompt`)."""
    who, what = (a.ravel() for a in np.meshgrid(np.arange(group + rest), np.arange(prompts), indexing="ij"))
    ours = who < group
    own = rng.gamma(4, 1 / 4, group + rest)[who] * rng.gamma(6, 1 / 6, prompts)[what]
    rate = 0.2 * own + ours * (gap + by_prompt * rng.standard_normal(prompts)[what])
    return rng.poisson(WORDS * np.clip(rate, 0, None)).astype(float), np.full(who.size, WORDS), who, what, ours


def test_with_everybody_on_every_prompt_it_is_the_pooled_difference() -> None:
    errors, words, who, what, ours = readings(np.random.default_rng(1), 6, 9, 12)
    found = matched_difference(errors, words, who, what, ours)
    assert found is not None
    assert found.rate == pytest.approx(errors[ours].sum() / words[ours].sum())
    assert found.difference == pytest.approx(found.rate - errors[~ours].sum() / words[~ours].sum())


def test_only_prompts_of_both_sides_count_and_each_has_one_weight() -> None:
    errors = np.array([1.0, 0, 9, 2, 4, 4, 3, 9])
    words = np.full(8, 10.0)
    who, what = np.array([0, 0, 0, 1, 2, 2, 3, 3]), np.array([0, 1, 7, 1, 0, 1, 1, 8])
    found = matched_difference(errors, words, who, what, who < 2)
    assert found is not None
    assert (found.prompts, found.rate, found.rest) == (2, pytest.approx(0.1), pytest.approx(0.375))
    assert found.both is found.speakers_only is found.p_value is None


def test_no_shared_prompt_is_no_match() -> None:
    errors, words, who, what, ours = readings(np.random.default_rng(2), 6, 6, 12)
    assert matched_difference(errors, words, who, what + 100 * ours, ours) is None


def pigeonhole(data: tuple[np.ndarray, ...], rng: np.random.Generator, replicates: int = 2500) -> float:
    """The variance of the difference over draws of speakers and prompts, by brute force."""
    errors, _, who, what, ours = data
    speakers, prompts = who.max() + 1, what.max() + 1
    table, mine = errors.reshape(speakers, prompts), ours.reshape(speakers, prompts)[:, 0]
    values = []
    for _ in range(replicates):
        cols = rng.integers(prompts, size=prompts)
        a, b = (rng.choice(np.flatnonzero(m), m.sum()) for m in (mine, ~mine))
        values.append((table[np.ix_(a, cols)].mean() - table[np.ix_(b, cols)].mean()) / WORDS)
    return float(np.var(values))


def test_speakers_prompts_and_readings_add_up_to_the_pigeonhole_bootstrap() -> None:
    rng = np.random.default_rng(3)
    data = readings(rng, 12, 15, 20)
    found = matched_difference(*data)
    assert found is not None
    assert found.both is not None
    table = data[0].reshape(27, 20) / WORDS
    sides = [table[:12], table[12:]]
    of_speakers = sum(float(t.mean(axis=1).var() / len(t)) for t in sides)
    of_prompts = float((sides[0].mean(axis=0) - sides[1].mean(axis=0)).var() / 20)
    of_readings = sum(float(np.square(t - t.mean()).mean() / t.size) for t in sides)
    assert pigeonhole(data, rng) == pytest.approx(of_speakers + of_prompts + of_readings, rel=0.12)
    wide = found.both.high - found.both.low
    expected = of_speakers * 14 / 13 + of_prompts * 20 / 19 - of_readings
    assert (wide / 2 / 2.05) ** 2 == pytest.approx(expected, rel=0.12)


def covered(found: list[Matched], truth: float, name: str) -> float:
    intervals = [getattr(f, name) for f in found]
    return float(np.mean([i.low <= truth <= i.high for i in intervals]))


@pytest.mark.parametrize(("group", "rest", "prompts"), [(8, 8, 10), (10, 30, 20), (20, 20, 60)])
def test_the_two_way_interval_covers_the_difference_on_other_prompts_and_the_one_way_does_not(
    group: int, rest: int, prompts: int
) -> None:
    rng = np.random.default_rng(4)
    found = [matched_difference(*readings(rng, group, rest, prompts, 0.05, 0.25)) for _ in range(400)]
    kept = [f for f in found if f is not None]
    truth = float(np.mean([f.difference for f in kept]))  # rates are held at 0 and above, which adds to the 0.05
    assert 0.91 <= covered(kept, truth, "both") <= 0.985
    assert covered(kept, truth, "speakers_only") < covered(kept, truth, "both")
    assert covered(kept, truth, "speakers_only") < 0.89


@pytest.mark.parametrize("prompts", [10, 40])
def test_where_prompts_are_equally_hard_for_both_the_two_intervals_agree(prompts: int) -> None:
    rng = np.random.default_rng(5)
    found = [f for f in (matched_difference(*readings(rng, 10, 12, prompts, 0.0, 0.0)) for _ in range(500)) if f]
    assert 0.92 <= covered(found, 0.0, "both") <= 0.985
    assert covered(found, 0.0, "speakers_only") >= 0.92
    widths = [np.mean([getattr(f, n).high - getattr(f, n).low for f in found]) for n in ("both", "speakers_only")]
    assert widths[1] <= widths[0] <= 1.25 * widths[1]


def texts_apart(rng: np.random.Generator, gap: float) -> tuple[np.ndarray, ...]:
    """The group reads mostly hard texts (rate 0.3 against 0.1), the rest mostly easy ones."""
    who = np.repeat(np.arange(40), 12)
    ours = who < 15
    hard = rng.random(who.size) < np.where(ours, 0.75, 0.3)
    rate = np.where(hard, 0.3, 0.1) * rng.gamma(6, 1 / 6, 40)[who] + ours * gap
    return rng.poisson(WORDS * rate).astype(float), np.full(who.size, WORDS), who, hard.astype(np.int64), ours


@pytest.mark.parametrize("gap", [0.0, 0.06])
def test_standardization_recovers_a_planted_difference_in_texts(gap: float) -> None:
    rng, mix = np.random.default_rng(6), np.array([0.5, 0.5])
    raw, found = [], []
    for _ in range(500):
        errors, words, who, strata, ours = texts_apart(rng, gap)
        raw.append(errors[ours].sum() / words[ours].sum() - errors[~ours].sum() / words[~ours].sum())
        one = standardized_rate(errors, words, who, strata, ours, mix)
        assert one is not None
        assert one.interval is not None
        assert one.difference_interval is not None
        found.append(one)
    assert np.mean(raw) == pytest.approx(gap + 0.09, abs=0.005)
    assert np.mean([f.difference for f in found]) == pytest.approx(gap, abs=0.004)
    apart = [f.difference_interval for f in found]
    assert 0.92 <= np.mean([i.low <= gap <= i.high for i in apart if i]) <= 0.975
    own = [f.interval for f in found]
    assert 0.92 <= np.mean([i.low <= 0.2 + gap <= i.high for i in own if i]) <= 0.975


def test_a_stratum_that_one_side_never_reads_cannot_be_standardized() -> None:
    errors, words, who, strata, ours = texts_apart(np.random.default_rng(7), 0.0)
    strata = np.where(ours, strata, 0)
    assert standardized_rate(errors, words, who, strata, ours, np.array([0.5, 0.5])) is None
    assert standardized_rate(errors, words, who, strata, ours, np.array([1.0, 0.0])) is not None
