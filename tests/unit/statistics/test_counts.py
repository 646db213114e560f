# SPDX-License-Identifier: Apache-2.0
"""ErrorCounts: rates by hand, and no number where there is none."""

import math

import pytest

from stresstest.statistics import ErrorCounts


def test_rates_by_hand() -> None:
    counts = ErrorCounts(hits=6, substitutions=2, deletions=2, insertions=1)
    assert (counts.words, counts.errors, counts.wer) == (10, 5, 0.5)
    assert (counts.recall, counts.precision) == (0.6, pytest.approx(6 / 9))
    assert counts.f1 == pytest.approx(2 * counts.precision * counts.recall / (counts.precision + counts.recall))


def test_a_rate_of_no_words_is_not_a_number() -> None:
    assert math.isnan(ErrorCounts.zero().wer)
    assert math.isnan(ErrorCounts(0, 0, 0, 3).wer)
    assert math.isnan(ErrorCounts.zero().f1)


def test_insertions_can_push_the_rate_over_one() -> None:
    assert ErrorCounts(0, 1, 0, 2).wer == 3


@pytest.mark.parametrize("counts", [(-1, 0, 0, 0), (0, 0.5, 0, 0)])
def test_a_count_is_a_whole_number_from_zero_up(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="must be a whole number from 0 up"):
        ErrorCounts(*counts)
