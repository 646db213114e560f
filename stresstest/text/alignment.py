# SPDX-License-Identifier: Apache-2.0
"""Word alignment by minimum edit distance, and the four counts that every error rate is made of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein


def count_edits(reference: Sequence[str], hypothesis: Sequence[str]) -> tuple[int, int, int, int]:
    """Hits, substitutions, deletions and insertions of the words of `hypothesis` against those of `reference`.

    Several alignments can have the same distance; the one taken is rapidfuzz's, as in jiwer, so that all four
    counts equal jiwer's. An empty reference makes every word of the hypothesis an insertion.

    >>> count_edits("give two tablets now".split(), "give too tablets".split())
    (2, 1, 1, 0)
    """
    substitutions = deletions = insertions = 0
    for step in Levenshtein.opcodes(reference, hypothesis):
        if step.tag == "replace":
            substitutions += step.src_end - step.src_start
        elif step.tag == "delete":
            deletions += step.src_end - step.src_start
        elif step.tag == "insert":
            insertions += step.dest_end - step.dest_start
    return len(reference) - substitutions - deletions, substitutions, deletions, insertions


def count_edits_batch(references: Sequence[str], hypotheses: Sequence[str]) -> NDArray[np.int64]:
    """`count_edits` of each pair of normalized texts, split at white space: int64, shape (pairs, 4).

    Equal pairs are aligned once. Raises ValueError where the two sequences differ in length.
    """
    if len(references) != len(hypotheses):
        raise ValueError(
            f"Every reference needs one hypothesis; got {len(references)} references and {len(hypotheses)} hypotheses."
        )
    known: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for pair in zip(references, hypotheses, strict=True):
        if pair not in known:
            known[pair] = count_edits(pair[0].split(), pair[1].split())
    counts = chain.from_iterable(map(known.__getitem__, zip(references, hypotheses, strict=True)))
    return np.fromiter(counts, np.int64, 4 * len(references)).reshape(-1, 4)
