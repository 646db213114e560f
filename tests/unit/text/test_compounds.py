# SPDX-License-Identifier: Apache-2.0
"""Compounds on cases small enough to check by hand."""

import pytest

from stresstest.text import count_edits
from stresstest.text.compounds import count_edits_merged


@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected"),
    [
        ("ice cream", "icecream", (2, 0, 0, 0)),
        ("icecream", "ice cream", (1, 0, 0, 0)),
        ("the ice cream is cold", "a icecream is cold", (4, 1, 0, 0)),
        ("mri scan", "m r i scan", (2, 0, 0, 0)),
        ("c o p d", "copd", (4, 0, 0, 0)),
        ("a b c d e", "abcde", (0, 1, 4, 0)),
        ("ice x cream", "icecream", (0, 1, 2, 0)),
        ("ice", "ice cream", (1, 0, 0, 1)),
        ("give 2 5", "give 25", (1, 1, 1, 0)),
        ("well known well known", "wellknown well known", (4, 0, 0, 0)),
        ("", "ice cream", (0, 0, 0, 2)),
        ("ice cream icecream", "icecream ice cream", (3, 0, 0, 0)),
    ],
)
def test_counts_by_hand(reference: str, hypothesis: str, expected: tuple[int, int, int, int]) -> None:
    assert count_edits_merged(reference.split(), hypothesis.split()) == expected


def test_a_compound_out_of_place_is_not_merged() -> None:
    """Both sides spell it, but merging would cost more than it saves."""
    reference, hypothesis = ["ice", "cream", "a", "b", "c", "d"], ["a", "b", "c", "d", "icecream"]
    assert sum(count_edits_merged(reference, hypothesis)[1:]) == sum(count_edits(reference, hypothesis)[1:]) == 3
