# SPDX-License-Identifier: Apache-2.0
"""The matched pairs test of two recognizers on the same words, as it is usually reported: MAPSSWE.

After Gillick & Cox 1989, "Some statistical issues in the comparison of speech recognition algorithms": a paired test
of the errors in stretches of utterances. NIST's scoring toolkit runs it as `sc_stats -t mapsswe`; the tests hold this
one against the figures that it publishes with its test data, its definition and scipy's paired test. It takes
stretches as independent, which the words of one speaker are not: where systems suit some speakers more than others it
finds differences that are not there. It stands beside the test over speakers (`paired_systems`) so that a figure can
be set beside other people's, and no verdict is read from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

BUFFER = 2
"""Words that both systems have right in a row, which end a segment; as in NIST's SCTK (mtchprs.c, MIN_NUM_GOOD)."""

Ints = NDArray[np.int64]

_APART: Ints = np.zeros(2 * BUFFER + 1, np.int64)
"""Between two utterances: right words, so that no segment spans both. With it an utterance has an even length."""


@dataclass(frozen=True, slots=True)
class MatchedPairs:
    """mean: errors of the second system less those of the first, a segment. z: mean over its standard error.

    z and the two-sided p_value are None where there are fewer than two segments or all differ by the same number.
    """

    segments: int
    mean: float
    z: float | None
    p_value: float | None


def segments(first: Sequence[Ints], second: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Errors of two systems in each segment, int64 (segments, 2), and the utterance of each, (segments,).

    first, second: for each utterance errors by place, (2 · words + 1,), as `text.error_places` gives them. A segment is
    a stretch with an error of either system, from one run of two or more words that both have right, with nothing
    inserted between them, to the next, or to an end of the utterance. Stretches without an error belong to no segment.
    """
    offsets = np.cumsum([0, *(len(places) + len(_APART) for places in first)])
    a, b = (_joined(utterances) for utterances in (first, second))
    bad = np.flatnonzero((a > 0) | (b > 0))
    if not bad.size:
        return np.empty((0, 2), np.int64), np.empty(0, np.int64)
    between = bad[1:] // 2 - (bad[:-1] + 1) // 2
    starts = np.concatenate([[0], 1 + np.flatnonzero(between >= BUFFER)])
    errors = np.stack([np.add.reduceat(a[bad], starts), np.add.reduceat(b[bad], starts)], axis=1)
    return errors, np.searchsorted(offsets, bad[starts], side="right") - 1


def _joined(utterances: Sequence[Ints]) -> Ints:
    parts = [part for places in utterances for part in (places, _APART)]
    return np.concatenate(parts) if parts else _APART


def matched_pairs(errors: Ints) -> MatchedPairs | None:
    """The test over segments, (segments, 2); None where there is no segment.

    z = mean(d) / (sd(d) / √n) with d the differences and sd with n - 1, against the standard normal.
    """
    n = len(errors)
    if not n:
        return None
    differences = (errors[:, 1] - errors[:, 0]).astype(np.float64)
    mean = float(differences.mean())
    error = float(differences.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0
    if not error:
        return MatchedPairs(n, mean, None, None)
    return MatchedPairs(n, mean, mean / error, float(2 * ndtr(-abs(mean) / error)))
