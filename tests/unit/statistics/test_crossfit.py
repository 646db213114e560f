# SPDX-License-Identifier: Apache-2.0
"""The cross-fit gap on tables where every split is known."""

import numpy as np
import pytest

from stresstest.statistics import SpeakerCounts, crossfit_gaps


def table(errors: list[float], groups: str) -> SpeakerCounts:
    n = len(errors)
    return SpeakerCounts(tuple(map(str, range(n))), tuple(groups), np.array(errors)[:, None], np.full((n, 1), 100.0))


def test_without_spread_between_speakers_it_is_the_gap() -> None:
    found = crossfit_gaps(table([10, 10, 10, 10, 25, 25, 25], "aaaabbb"), np.random.default_rng(0))
    assert found == pytest.approx(0.15)


def test_two_speakers_a_group_average_over_the_two_kinds_of_split() -> None:
    """a has 0 and 20, b has 10 and 50 errors of 100; halves pair (0,10 | 20,50) or (0,50 | 20,10) equally often.

    First kind: b worst by 10 on one half, 30 on the other: measured 30 and 10, mean 20. Second: on (0, 50) b is
    worst, measured 10 - 20 = -10; on (20, 10) a is worst, measured 0 - 50 = -50; mean -30.
    """
    found = crossfit_gaps(table([0, 20, 10, 50], "aabb"), np.random.default_rng(0), splits=4000)
    assert found[0] * 100 == pytest.approx((20 - 30) / 2, abs=1.5)


def test_each_split_is_used_both_ways() -> None:
    """On the same table a single split gives the mean of its two directions: 20 or -30 points, nothing else."""
    found = {
        round(100 * crossfit_gaps(table([0, 20, 10, 50], "aabb"), np.random.default_rng(s), 1)[0]) for s in range(12)
    }
    assert found == {20, -30}


def test_one_speaker_in_a_group_gives_none() -> None:
    assert np.isnan(crossfit_gaps(table([1, 2, 3], "aab"), np.random.default_rng(0))).all()
