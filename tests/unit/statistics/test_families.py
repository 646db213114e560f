# SPDX-License-Identifier: Apache-2.0
"""Simultaneous intervals: how often a family of them misses anywhere, against worlds whose changes are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import stdtrit

from stresstest.seeds import rng_for
from stresstest.statistics import (
    Change,
    Interval,
    PairedCounts,
    change,
    difference_in_differences,
    log_ratio_difference,
)
from stresstest.statistics.changes import pooled, residuals
from stresstest.statistics.families import BORROWED, max_t, shortfalls, simultaneous, weights_of

WORDS = 120.0
Array = NDArray[np.float64]


def harder_by(conditions: int) -> Array:
    """What multiplies the rates in each condition."""
    return np.linspace(1.3, 3, conditions)


def world(sizes: list[int], conditions: int, rng: np.random.Generator, factor: float = 1.0) -> list[list[PairedCounts]]:
    """For each condition a pair a group: rates near 10 %, three times as high in the last condition, alike in all
    groups but the first, which `factor` multiplies in every condition but clean."""
    harder = harder_by(conditions)
    base, noisy = [], []
    for g, n in enumerate(sizes):
        rate = 0.1 * rng.gamma(6, 1 / 6, n)
        own = rng.gamma(18, 1 / 18, (n, conditions)) * harder * (factor if g == 0 else 1.0)
        base.append(rng.poisson(rate * WORDS).astype(float))
        noisy.append(rng.poisson(rate[:, None] * own * WORDS).astype(float))
    words = [np.full(n, WORDS) for n in sizes]
    return [
        [PairedCounts(noisy[g][:, c], words[g], base[g], words[g]) for g in range(len(sizes))]
        for c in range(conditions)
    ]


def family(pairs: list[list[PairedCounts]], log: bool, rest: bool = True) -> tuple[list[Array], Array]:
    found = [np.stack([_known(p[g], log) for p in pairs], axis=1) for g in range(len(pairs[0]))]
    return found, np.stack([weights_of(p, log, rest) for p in pairs], axis=2)


def _known(pair: PairedCounts, log: bool) -> Array:
    found = residuals(pair, log)
    assert found is not None
    return found


def changes(pairs: list[list[PairedCounts]], measure: str) -> list[Change]:
    """By condition, then group."""
    if measure == "delta_wer":
        return [found for p in pairs for pair in p if (found := change(pair)) is not None]
    test = log_ratio_difference if measure == "log_did" else difference_in_differences
    rests = [(p[g], pooled([o for h, o in enumerate(p) if h != g])) for p in pairs for g in range(len(p))]
    return [found for group, rest in rests if (found := test(group, rest)) is not None]


def misses(sizes: list[int], conditions: int, measure: str, worlds: int = 200) -> tuple[float, float]:
    """The share of worlds, all groups alike, in which an interval misses the truth: simultaneous, and each by itself
    (the wrong method)."""
    log, rest = measure == "log_did", measure != "delta_wer"
    truth = np.repeat(0.1 * (harder_by(conditions) - 1) * (not rest), len(sizes))
    wrong = np.zeros((worlds, 2), bool)
    for w in range(worlds):
        pairs = world(sizes, conditions, rng_for(11, "families", str(sizes), w))
        quantile = max_t(*_as_families(family(pairs, log, rest)), rng_for(12, "families", w), draws=200)[0]
        found = zip(changes(pairs, measure), [s for p in pairs for s in shortfalls(p, log, rest)], truth, strict=True)
        for one, lacking, true in found:
            wrong[w, 0] |= not _covers(simultaneous(one, quantile, lacking), true)
            wrong[w, 1] |= not _covers(one.interval, true)
    return tuple(wrong.mean(axis=0).tolist())  # type: ignore[return-value]


def _as_families(found: tuple[list[Array], Array]) -> tuple[list[Array], list[Array]]:
    return found[0], [found[1]]


def _covers(interval: Interval | None, true: float) -> bool:
    return interval is not None and interval.low <= true <= interval.high


@pytest.mark.parametrize(
    ("sizes", "measure"),
    [
        ([10, 10, 10], "did"), ([10, 10, 10], "log_did"), ([10, 10, 10], "delta_wer"), ([35, 35], "did"),
        ([5, 10, 20, 50], "did"), ([5, 10, 20, 50], "delta_wer"),
    ],
)  # fmt: skip
def test_a_family_is_missed_in_one_study_of_twenty(sizes: list[int], measure: str) -> None:
    """200 worlds: the share of misses is 5 % within three standard errors, and pointwise intervals miss far more."""
    together, pointwise = misses(sizes, 6, measure)
    assert together <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert pointwise > 0.12
    assert pointwise > 2 * together


def test_an_interval_of_the_family_is_never_narrower_than_its_own() -> None:
    pairs = world([8, 8, 8], 1, rng_for(1, "narrow"))
    for one in changes(pairs, "did"):
        wide = simultaneous(one, 0.1)
        assert one.interval is not None
        assert wide is not None
        assert (wide.low, wide.high) == pytest.approx((one.interval.low, one.interval.high))


def test_one_contrast_needs_what_students_t_gives() -> None:
    """Two groups in one condition have one contrast, twice; normal speakers: the quantile is that of Welch's test."""
    rng = rng_for(2, "one")
    groups = [rng.standard_normal((n, 1)) for n in (25, 25)]
    weights = np.array([[[1.0], [-1.0]], [[-1.0], [1.0]]])
    found = max_t(groups, [weights], rng, draws=20_000)[0]
    assert found == pytest.approx(float(stdtrit(48, 0.975)), rel=0.05)


def test_the_same_condition_again_costs_nothing_and_others_do() -> None:
    rng = rng_for(3, "copies")
    groups = [rng.standard_normal((40, 1)) for _ in range(3)]
    weights = np.where(np.eye(3)[:, :, None] > 0, 1.0, -0.5)
    once = max_t(groups, [weights], rng_for(4, "draw"), draws=4000)[0]
    copied = max_t([np.repeat(g, 12, 1) for g in groups], [np.repeat(weights, 12, 2)], rng_for(4, "draw"), draws=4000)
    other = [rng.standard_normal((40, 12)) for _ in range(3)]
    apart = max_t(other, [np.repeat(weights, 12, 2)], rng_for(4, "draw"), draws=4000)
    assert copied[0] == pytest.approx(once, rel=0.03)
    assert apart[0] > once + 0.4


def test_a_contrast_that_is_not_defined_takes_no_part() -> None:
    rng = rng_for(5, "undefined")
    groups = [rng.standard_normal((12, 4)) for _ in range(2)]
    weights = np.zeros((2, 2, 4))
    weights[:, :, 0] = [[1, -1], [-1, 1]]
    alone = max_t([g[:, :1] for g in groups], [weights[:, :, :1]], rng_for(6, "draw"), draws=4000)[0]
    among = max_t(groups, [weights], rng_for(6, "draw"), draws=4000)[0]
    assert among == pytest.approx(alone, rel=0.05)
    assert max_t(groups, [np.zeros((2, 2, 4))], rng_for(6, "draw"), draws=100) == [0.0]


def test_weights_are_what_the_speakers_add() -> None:
    """With equal words the rest's weight is that of its groups by their share of the words."""
    (pairs,) = world([20, 20, 40], 1, rng_for(7, "weights"))
    weights = weights_of(pairs)
    own = np.diagonal(weights)
    assert (own > 0).all()
    assert weights[1, 0] == pytest.approx(-own[1] * 20 / 60, rel=0.05)
    assert weights[2, 0] == pytest.approx(-own[2] * 40 / 60, rel=0.05)
    assert weights_of(pairs, rest=False) == pytest.approx(np.diag(own))


def test_equal_seeds_give_equal_quantiles() -> None:
    found = _as_families(family(world([6, 40], 3, rng_for(8, "equal")), False))
    assert max_t(*found, rng_for(9, "a")) == max_t(*found, rng_for(9, "a"))


def test_a_small_group_lacks_what_it_has_less_than_half_of_the_spread_of_all() -> None:
    """Ten speakers who all are alike beside twenty who are not: their variance is made up to half; no other is."""
    spread = np.tile([4.0, 20.0], 10)
    words = np.full(20, WORDS)
    wide = PairedCounts(spread, words, np.full(20, 4.0), words)
    alike = PairedCounts(np.full(10, 9.0), words[:10], np.full(10, 4.0), words[:10])
    of_one = float((spread / WORDS).var(ddof=1)) * 19 / 28
    assert shortfalls([alike, wide], rest=False) == pytest.approx([BORROWED * of_one / 10, 0.0])
    assert shortfalls([alike, wide]) == pytest.approx([BORROWED * of_one / 10] * 2)
    assert shortfalls([wide, wide]) == [0.0, 0.0]
    few = PairedCounts(spread[:10], words[:10], np.full(10, 4.0), words[:10])
    assert shortfalls([few, wide], rest=False) == [0.0, 0.0]
    assert simultaneous(Change(0.1, Interval(0.0, 0.2, 0.95, "", 10), 0.05, 0.05), 3.0, 0.12**2) == (
        Interval(
            0.1 - 3 * 0.13,
            0.1 + 3 * 0.13,
            0.95,
            "simultaneous over groups and conditions, max-t, bootstrap of speakers",
            10,
        )
    )
