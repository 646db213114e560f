# SPDX-License-Identifier: Apache-2.0
"""The spread between groups: without bias where the seen one has much, and an interval that covers the true one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ncfdtr
from scipy.stats import f as central_f

from stresstest.statistics import Interval, SpeakerCounts
from stresstest.statistics.gaps import Gap, _described
from stresstest.statistics.spread import _noncentrality, spreads

ANY = Interval(0, 1, 0.95, "", 1)


def gap(rates: list[float], variances: list[float], speakers: int = 20, inferred: bool = True) -> Gap:
    names = tuple("abcdefghij"[: len(rates)])
    sizes = (speakers,) * len(rates)
    interval = ANY if inferred else None
    return Gap(
        names,
        tuple(rates),
        tuple(variances),
        sizes,
        (400.0,) * len(names),
        names[0],
        names[-1],
        0.0,
        1.0,
        interval=interval,
    )


def worlds(rates: list[float], speakers: int, number: int, seed: int, words: int = 200) -> list[Gap]:
    """Gaps of groups with these true rates, speakers varying by half their rate."""
    rng = np.random.default_rng(seed)
    groups = tuple(name for name in "abcdefghij"[: len(rates)] for _ in range(speakers))
    true = np.repeat(rates, speakers)[:, None] * rng.gamma(4, 1 / 4, (len(groups), number))
    errors = rng.poisson(true * words).astype(float)
    table = SpeakerCounts(tuple(map(str, range(len(groups)))), groups, errors, np.full(errors.shape, float(words)))
    return [replace(gap, interval=ANY) for gap in _described(table)]


def test_the_corrected_spread_is_the_seen_one_without_the_mean_sampling_variance() -> None:
    found = spreads([gap([0.1, 0.2, 0.3], [0.001, 0.002, 0.003])])[0]
    assert found.seen == pytest.approx(0.1)
    assert found.corrected == pytest.approx((0.01 - 0.002) ** 0.5)


def test_what_chance_explains_is_no_spread_and_the_interval_begins_at_none() -> None:
    found = spreads([gap([0.10, 0.11], [0.001, 0.001])])[0]
    assert (found.corrected, found.interval.low) == (0.0, 0.0)  # type: ignore[union-attr]
    assert found.interval.high > 0  # type: ignore[union-attr]


def test_a_gap_that_is_described_only_has_no_interval() -> None:
    assert spreads([gap([0.1, 0.3], [0.001, 0.001], inferred=False)])[0].interval is None


@pytest.mark.parametrize("ratio", [0.1, 1.0, 4.0, 60.0])
def test_the_noncentrality_solves_its_equation_and_is_none_where_the_central_law_says_enough(ratio: float) -> None:
    above, below = np.array([5.0]), np.array([57.0])
    for probability in (0.025, 0.975):
        found = _noncentrality(above, below, np.array([ratio]), probability)[0]
        if found > 0:
            assert ncfdtr(5.0, 57.0, found, ratio) == pytest.approx(probability, abs=1e-6)
        else:
            assert central_f(5, 57).cdf(ratio) <= probability


@pytest.mark.parametrize("rates", [[0.15] * 6, [0.12, 0.13, 0.14, 0.15, 0.16, 0.17], [0.15] * 5 + [0.27]])
def test_the_corrected_variance_has_no_bias_where_the_seen_one_does(rates: list[float]) -> None:
    gaps = worlds(rates, speakers=10, number=1500, seed=2)
    true, found = float(np.var(rates, ddof=1)), spreads(gaps)
    within = np.array([np.mean(g.variances) for g in gaps])
    seen = np.array([s.seen**2 for s in found])
    error = seen.std() / len(gaps) ** 0.5
    assert (seen - within).mean() == pytest.approx(true, abs=4 * error)
    assert seen.mean() > true + 8 * error  # the seen one would not pass


@pytest.mark.parametrize(
    ("rates", "speakers"),
    [([0.10, 0.20], 10), ([0.15] * 6, 10), ([0.15] * 5 + [0.27], 20), ([0.15] * 9 + [0.27], 20), ([0.1, 0.2] * 3, 5)],
)
def test_the_interval_covers_the_true_spread(rates: list[float], speakers: int) -> None:
    true = float(np.std(rates, ddof=1))
    covered = [
        s.interval.low <= true <= s.interval.high for s in spreads(worlds(rates, speakers, 800, 4)) if s.interval
    ]
    assert np.mean(covered) > 0.925
