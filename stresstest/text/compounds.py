# SPDX-License-Identifier: Apache-2.0
"""Word edits where a word written apart equals the same word written together: "ice cream" and "icecream"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from stresstest.text.alignment import count_edits

MOST_PARTS = 4
"""At most so many words make one, as in "e c g" or "c o p d"."""

Cell = tuple[int, int]
Cost = tuple[int, int, int]


def count_edits_merged(reference: Sequence[str], hypothesis: Sequence[str]) -> tuple[int, int, int, int]:
    """Hits, substitutions, deletions and insertions in the alignment with the fewest errors, compounds being free.

    Two to MOST_PARTS neighboring words on one side are aligned with one word on the other where they spell it, at no
    error. Each of the reference's words in it is a hit, so that the number of words does not depend on how they are
    written, and errors are never more than `count_edits` gives. Words with a digit are left alone: "2 5" is no "25".
    Among alignments with equally few errors the one with the fewest insertions.

    >>> count_edits_merged("two ice cream now".split(), "too icecream now".split())
    (3, 1, 0, 0)
    """
    merges = _merges(reference, hypothesis)
    if not merges:
        return count_edits(reference, hypothesis)
    errors, insertions, deletions = _cheapest(reference, hypothesis, merges)
    substitutions = errors - insertions - deletions
    return len(reference) - substitutions - deletions, substitutions, deletions, insertions


def _merges(reference: Sequence[str], hypothesis: Sequence[str]) -> Mapping[Cell, list[Cell]]:
    """Cell behind a compound → the cells before it; a cell counts the words passed on either side."""
    found: defaultdict[Cell, list[Cell]] = defaultdict(list)
    for i, parts, j in _joins(reference, hypothesis):
        found[i + parts, j + 1].append((i, j))
    for j, parts, i in _joins(hypothesis, reference):
        found[i + 1, j + parts].append((i, j))
    return found


def _joins(apart: Sequence[str], together: Sequence[str]) -> list[tuple[int, int, int]]:
    """(first word, number of words, index in `together`) of all neighbors in `apart` that spell a word there."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, word in enumerate(together):
        if not any(character.isdigit() for character in word):
            places[word].append(index)
    return [
        (first, parts, index)
        for parts in range(2, MOST_PARTS + 1)
        for first in range(len(apart) - parts + 1)
        for index in places.get("".join(apart[first : first + parts]), ())
    ]


def _cheapest(reference: Sequence[str], hypothesis: Sequence[str], merges: Mapping[Cell, list[Cell]]) -> Cost:
    """(errors, insertions, deletions) of the cheapest alignment."""
    best: dict[Cell, Cost] = {(0, 0): (0, 0, 0)}
    for i in range(len(reference) + 1):
        for j in range(len(hypothesis) + 1):
            costs = [best[cell] for cell in merges.get((i, j), ())]
            if i and j:
                e, n, d = best[i - 1, j - 1]
                costs.append((e + (reference[i - 1] != hypothesis[j - 1]), n, d))
            if i:
                e, n, d = best[i - 1, j]
                costs.append((e + 1, n, d + 1))
            if j:
                e, n, d = best[i, j - 1]
                costs.append((e + 1, n + 1, d))
            if costs:
                best[i, j] = min(costs)
    return best[len(reference), len(hypothesis)]
