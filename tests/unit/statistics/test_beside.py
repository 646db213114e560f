# SPDX-License-Identifier: Apache-2.0
"""Each group beside one, the rest or a mean: the arithmetic, and intervals that cover all true differences at once."""

from dataclasses import replace

import numpy as np
import pytest

from stresstest.statistics import Interval, SpeakerCounts
from stresstest.statistics.beside import beside, mean_weights, one_weights, rest_weights
from stresstest.statistics.gaps import Gap, _described, chance

ANY = Interval(0, 1, 0.95, "", 1)
GROUPS = tuple("abcdefghij")


def gap(*rates: float, inferred: bool = True, speakers: int = 20) -> Gap:
    names = GROUPS[: len(rates)]
    variances = tuple(0.25 * r * r / speakers for r in rates)
    sizes = (speakers,) * len(rates)
    return Gap(
        names, rates, variances, sizes, (400.0,) * len(names), "a", "b", 0.0, 1.0, interval=ANY if inferred else None
    )


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_weights_put_groups_one_weights_the_rest_and_the_mean() -> None:
    shares = np.array([1.0, 1.0, 2.0])
    assert one_weights(("a", "b", "c"), "b").tolist() == [[0, 1, 0]] * 3
    assert rest_weights(shares).tolist() == [[0, 1 / 3, 2 / 3], [1 / 3, 0, 2 / 3], [0.5, 0.5, 0]]
    assert mean_weights(shares).tolist() == [[0.25, 0.25, 0.5]] * 3


def test_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no group 'x' to stand beside; there are a, b"):
        one_weights(("a", "b"), "x")


def test_differences_and_ratios() -> None:
    words = np.array([1000.0, 1000.0, 2000.0])
    found = beside(gap(0.1, 0.2, 0.3), words, rest_weights(words), chance((20,) * words.size, rng(), 500))
    assert [c.difference for c in found if c] == pytest.approx([0.1 - 0.8 / 3, 0.2 - 0.7 / 3, 0.15])
    assert [c.ratio for c in found if c] == pytest.approx([0.3 / 0.8, 0.6 / 0.7, 2.0])
    assert all(c.interval.low < c.difference < c.interval.high for c in found if c and c.interval)


def test_a_group_is_not_beside_itself_and_no_ratio_is_taken_to_zero() -> None:
    found = beside(gap(0.0, 0.2, inferred=False), np.array([10.0, 10]), one_weights(("a", "b"), "a"), None)
    assert found[0] is None
    assert found[1] is not None
    assert np.isnan(found[1].ratio)
    assert found[1].interval is None


def test_two_groups_beside_each_other_mirror_one_another() -> None:
    words = np.array([2000.0, 2000.0])
    one, other = beside(gap(0.1, 0.2), words, rest_weights(words), chance((20,) * words.size, rng(), 500))
    assert one is not None
    assert other is not None
    assert one.interval is not None
    assert other.interval is not None
    assert one.interval.low == pytest.approx(-other.interval.high)
    assert one.interval.high == pytest.approx(-other.interval.low)


def worlds(rates: list[float], speakers: list[int], number: int, seed: int, words: int = 200) -> list[Gap]:
    draw = np.random.default_rng(seed)
    groups = tuple(name for name, n in zip(GROUPS, speakers, strict=False) for _ in range(n))
    true = np.repeat(rates, speakers)[:, None] * draw.gamma(4, 1 / 4, (len(groups), number))
    errors = draw.poisson(true * words).astype(float)
    table = SpeakerCounts(tuple(map(str, range(len(groups)))), groups, errors, np.full(errors.shape, float(words)))
    return [replace(gap, interval=ANY) for gap in _described(table)]


def coverage(rates: list[float], speakers: list[int], weights: np.ndarray, shrink: float = 1.0) -> float:
    """How often all intervals of a condition hold their true differences; `shrink` breaks them on purpose."""
    true = (np.eye(len(rates)) - weights) @ np.array(rates)
    words = 200.0 * np.array(speakers)
    hits, drawn = 0, chance(speakers, rng(), 1000)
    gaps = worlds(rates, speakers, 200, 6)
    for found in gaps:
        kept = [
            (c.interval.low, c.interval.high, c.difference, t)
            for c, t in zip(beside(found, words, weights, drawn), true, strict=True)
            if c and c.interval
        ]
        hits += all(d - shrink * (d - low) <= t <= d + shrink * (high - d) for low, high, d, t in kept)
    return hits / len(gaps)


SIZES = [10, 10, 20, 20, 20, 30]
FAR = [0.15, 0.15, 0.15, 0.15, 0.15, 0.27]


@pytest.mark.parametrize("rates", [[0.15] * 6, FAR])
def test_the_intervals_cover_all_true_differences_at_once(rates: list[float]) -> None:
    shares = np.array(SIZES, float)
    for weights in (rest_weights(shares), mean_weights(shares), one_weights(GROUPS[:6], "c")):
        assert coverage(rates, SIZES, weights) > 0.925


def test_intervals_for_one_group_at_a_time_would_be_caught() -> None:
    """For six groups the quantile of one is about 2.0 / 2.8 of that of the largest."""
    assert coverage([0.15] * 6, SIZES, rest_weights(np.array(SIZES, float)), shrink=0.72) < 0.9
