# SPDX-License-Identifier: Apache-2.0
"""Bounds of F1 for every group at once: they hold in 95 of 100 studies, and simpler ones do not."""

import numpy as np
import pytest
from scipy.special import stdtrit

from stresstest.statistics import SpeakerCounts
from stresstest.statistics.f1_bounds import f1_lower_bounds, f1_upper_bounds
from stresstest.statistics.linearized import variances


def world(
    rates: list[float], speakers: list[int], studies: int, cv: float, seed: int = 1
) -> tuple[SpeakerCounts, np.ndarray]:
    """Losses of speakers who differ by `cv`, a study a column, 100 words each; and the true F1 of each group."""
    rng = np.random.default_rng(seed)
    groups = tuple(f"g{k}" for k, n in enumerate(speakers) for _ in range(n))

    def drawn(rate: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        return np.minimum(0.98, rate * rng.gamma(1 / cv**2, cv**2, shape))

    losses = rng.binomial(100, drawn(np.repeat(rates, speakers)[:, None], (len(groups), studies))).astype(float)
    truth = np.array([1 - drawn(np.array(r), (200_000,)).mean() for r in rates])
    names = tuple(map(str, range(len(groups))))
    return SpeakerCounts(names, groups, losses, np.full(losses.shape, 100.0)), truth


def symmetric(table: SpeakerCounts) -> np.ndarray:
    """The bound that is wrong: Student's t on the loss itself, not on its logarithm, and no pooling."""
    rates = np.divide(*table.totals())
    sizes = table.sizes()
    error = np.sqrt(np.stack([variances(t.errors, t.words) for t in map(table.of, table.names)]))
    return 1 - rates - stdtrit(sizes - 1, 0.95 ** (1 / len(table.names))) * error


def held(truth: np.ndarray, bounds: np.ndarray) -> float:
    return float((truth[:, None] >= bounds).all(axis=0).mean())


WORLDS = [
    ([0.1] * 6, [10] * 6, 0.5),
    ([0.3] * 10, [20] * 10, 0.5),
    ([0.05, 0.05], [5, 5], 0.5),
    ([0.01, 0.02, 0.05, 0.1, 0.2, 0.3], [20] * 6, 1.0),
    ([0.1] * 6, [5, 8, 10, 20, 40, 60], 1.0),
]


@pytest.mark.parametrize(("rates", "speakers", "cv"), WORLDS)
def test_the_bounds_hold_for_every_group_at_once(rates: list[float], speakers: list[int], cv: float) -> None:
    table, truth = world(rates, speakers, 1000, cv)
    assert held(truth, f1_lower_bounds(table)) > 0.93


@pytest.mark.parametrize(("rates", "speakers", "cv"), [*WORLDS, ([0.6, 0.8], [20, 20], 0.2)])
def test_no_f1_lies_above_the_upper_bounds_either(rates: list[float], speakers: list[int], cv: float) -> None:
    table, truth = world(rates, speakers, 1000, cv)
    upper = f1_upper_bounds(table)
    assert float((truth[:, None] <= upper).all(axis=0).mean()) > 0.93
    assert (f1_lower_bounds(table) <= 1 - np.divide(*table.totals())).all()
    assert (upper >= 1 - np.divide(*table.totals())).all()


def test_bounds_of_one_group_at_a_time_and_symmetric_ones_would_be_caught() -> None:
    table, truth = world([0.3] * 10, [20] * 10, 1000, 0.5)
    assert held(truth, f1_lower_bounds(table, 0.95**10)) < 0.9
    assert (truth[:, None] <= f1_upper_bounds(table, 0.95**10)).all(axis=0).mean() < 0.9
    assert held(truth, symmetric(table)) < 0.9


def test_more_groups_make_lower_bounds_and_a_bound_lies_below_its_f1() -> None:
    table, _ = world([0.1] * 6, [10] * 6, 20, 0.5)
    two = f1_lower_bounds(table.keep(["g0", "g1"]))
    six = f1_lower_bounds(table)
    f1 = 1 - np.divide(*table.totals())
    assert (six < f1).all()
    assert six[:2].mean() < two.mean()


def test_under_five_speakers_there_is_no_bound_and_the_others_keep_theirs() -> None:
    table, _ = world([0.1] * 3, [4, 10, 10], 5, 0.5)
    bounds = f1_lower_bounds(table)
    assert np.isnan(bounds[0]).all()
    assert bounds[1:] == pytest.approx(f1_lower_bounds(table.keep(["g1", "g2"])))


def test_no_loss_at_all_still_leaves_doubt_and_more_words_leave_less() -> None:
    def bound(words: float) -> float:
        names = tuple(map(str, range(10)))
        return float(
            f1_lower_bounds(SpeakerCounts(names, ("a",) * 10, np.zeros((10, 1)), np.full((10, 1), words)))[0, 0]
        )

    assert 0.98 < bound(100) < bound(1000) < 1


def test_bounds_do_not_depend_on_the_order_of_speakers_or_the_names_of_groups() -> None:
    table, _ = world([0.1, 0.2, 0.3], [8] * 3, 4, 0.5)
    order = np.random.default_rng(3).permutation(24)
    renamed = {"g0": "z", "g1": "y", "g2": "x"}
    other = SpeakerCounts(
        tuple(table.speakers[i] for i in order), tuple(renamed[table.groups[i]] for i in order),
        table.errors[order], table.words[order],
    )  # fmt: skip
    assert f1_lower_bounds(other)[::-1] == pytest.approx(f1_lower_bounds(table))
