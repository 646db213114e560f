# SPDX-License-Identifier: Apache-2.0
"""Contrasts of group means: exact where all shufflings can be listed, right in size by simulation."""

from itertools import combinations

import numpy as np
import pytest

from stresstest.statistics.group_means import contrast


def test_p_is_that_of_all_partitions() -> None:
    first, second = np.array([1.0, 2.0, 3.0, 4.5, 9.0]), np.array([3.5, 6.0, 7.0, 8.0, 10.0])
    pooled = np.concatenate((first, second))
    observed = abs(second.mean() - first.mean())
    splits = [list(chosen) for chosen in combinations(range(10), 5)]
    apart = [abs(2 * pooled[rows].sum() - pooled.sum()) / 5 >= observed - 1e-12 for rows in splits]
    found = contrast({"b": second, "a": first}, np.random.default_rng(1), 20_000)
    assert found is not None
    assert (found.low, found.high, found.difference) == ("a", "b", pytest.approx(observed))
    assert found.p_value == pytest.approx(np.mean(apart), abs=0.01)


@pytest.mark.parametrize("sizes", [(5, 5), (5, 20, 8), (20,) * 6])
def test_equal_groups_are_told_apart_as_often_as_the_level_says(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    found = [contrast({str(k): rng.lognormal(0, 1, n) for k, n in enumerate(sizes)}, rng, 199) for _ in range(1000)]
    assert 0.03 <= np.mean([f.p_value <= 0.05 for f in found if f]) <= 0.07


def test_few_speakers_and_missing_values_take_no_part() -> None:
    some, gone = np.arange(6.0), np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    rng = np.random.default_rng(3)
    assert contrast({"a": some, "b": gone}, rng, 99) is None
    found = contrast({"a": some, "b": gone, "c": some + 1}, rng, 99)
    assert found is not None
    assert (found.low, found.high) == ("a", "c")


def test_values_that_are_all_the_same_are_no_contrast() -> None:
    found = contrast({"a": np.full(6, 0.1), "b": np.full(9, 0.1)}, np.random.default_rng(4), 99)
    assert found is not None
    assert found.p_value == 1
