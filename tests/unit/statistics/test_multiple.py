# SPDX-License-Identifier: Apache-2.0
"""Adjusted p-values by hand and against scipy."""

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import benjamini_hochberg, holm


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


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
