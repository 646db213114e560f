# SPDX-License-Identifier: Apache-2.0
"""Alignment counts on cases small enough to check by hand."""

import numpy as np
import pytest

from stresstest.text import count_edits, count_edits_batch


@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected"),
    [
        ("a b c", "a b c", (3, 0, 0, 0)),
        ("a b c", "a x c", (2, 1, 0, 0)),
        ("a b c", "a c", (2, 0, 1, 0)),
        ("a c", "a b c", (2, 0, 0, 1)),
        ("", "a b", (0, 0, 0, 2)),
        ("a b", "", (0, 0, 2, 0)),
        ("", "", (0, 0, 0, 0)),
        ("a b", "b c", (0, 2, 0, 0)),
    ],
)
def test_counts_by_hand(reference: str, hypothesis: str, expected: tuple[int, int, int, int]) -> None:
    assert count_edits(reference.split(), hypothesis.split()) == expected
    assert count_edits_batch([reference], [hypothesis]).tolist() == [list(expected)]


def test_a_batch_has_one_row_a_pair_in_order() -> None:
    counts = count_edits_batch(["a", "b", "a"], ["a", "", "a"])
    assert counts.dtype == np.int64
    assert counts.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]


def test_an_empty_batch_has_no_rows() -> None:
    assert count_edits_batch([], []).shape == (0, 4)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 references and 1 hypotheses"):
        count_edits_batch(["a", "b"], ["a"])
