# SPDX-License-Identifier: Apache-2.0
"""Mixes of classes: the distance on a known case, p exact where all deals can be listed, right in size."""

from itertools import combinations

import numpy as np
import pytest

from stresstest.statistics.mixes import mix_shift


def test_the_distance_is_half_the_summed_differences_from_the_mean_mix() -> None:
    amounts = np.array([[10.0, 0], [30, 0], [5, 15]])
    shift, _ = mix_shift(amounts, np.array([0, 0, 1]), np.random.default_rng(0), 9)
    assert shift == pytest.approx(0.375)


def test_p_is_that_of_all_deals() -> None:
    amounts = np.random.default_rng(1).integers(1, 30, (8, 3)).astype(float)
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    observed, p = mix_shift(amounts, codes, np.random.default_rng(2), 20_000)
    deals = [np.isin(np.arange(8), chosen).astype(np.int64) for chosen in combinations(range(8), 4)]
    shifts = [mix_shift(amounts, deal, np.random.default_rng(0), 1)[0] for deal in deals]
    assert p == pytest.approx(np.mean(np.array(shifts) >= observed - 1e-12), abs=0.01)


def test_equal_mixes_are_told_apart_as_often_as_the_level_says() -> None:
    rng, codes = np.random.default_rng(3), np.repeat(np.arange(3), (5, 10, 20))
    found = [mix_shift(rng.poisson(4, (35, 6)) * 8.0, codes, rng, 199)[1] for _ in range(600)]
    assert 0.03 <= np.mean(np.array(found) <= 0.05) <= 0.07


def test_a_planted_shift_is_found() -> None:
    rng = np.random.default_rng(4)
    amounts = np.concatenate((rng.poisson((4, 4), (10, 2)), rng.poisson((2, 6), (10, 2)))).astype(float)
    shift, p = mix_shift(amounts, np.repeat([0, 1], 10), rng)
    assert shift == pytest.approx(0.125, abs=0.05)
    assert p < 0.01
