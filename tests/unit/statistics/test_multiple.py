# SPDX-License-Identifier: Apache-2.0
"""Adjusted p-values by hand and against scipy."""

import itertools

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import benjamini_hochberg, holm


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_is_the_closed_test_of_bonferroni() -> None:
    """A claim is made at α when every intersection that holds it is rejected (Marcus, Peritz & Gabriel 1976)."""
    p = np.random.default_rng(1).uniform(size=7) ** 3
    for k in range(7):
        others = [q for j, q in enumerate(p) if j != k]
        subsets = [(p[k], *rest) for size in range(7) for rest in itertools.combinations(others, size)]
        assert holm(p)[k] == pytest.approx(max(min(1.0, len(s) * min(s)) for s in subsets))


def test_benjamini_hochberg_is_scipys() -> None:
    p = np.random.default_rng(0).uniform(size=50) ** 2
    assert benjamini_hochberg(p) == pytest.approx(scipy.stats.false_discovery_control(p))


@pytest.mark.parametrize("adjusted", [holm, benjamini_hochberg])
def test_nothing_to_adjust(adjusted: type) -> None:
    assert adjusted([]).size == 0


@pytest.mark.parametrize("adjusted", [holm, benjamini_hochberg])
@pytest.mark.parametrize("bad", [[-0.1], [1.1], [float("nan")]])
def test_what_is_no_probability_is_refused(adjusted: type, bad: list[float]) -> None:
    with pytest.raises(ValueError, match="numbers from 0 to 1"):
        adjusted(bad)
