# SPDX-License-Identifier: Apache-2.0
"""Where in a reference the errors of a hypothesis lie, for comparing two hypotheses of the same words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein


def error_places(reference: Sequence[str], hypothesis: Sequence[str]) -> NDArray[np.int64]:
    """Errors by place, int64 (2 · words + 1,), in the alignment of `count_edits`.

    Place 2k + 1 is word k: 1 where it is substituted or deleted. Place 2k is the gap before word k, and the last place
    that after all words: the number of words inserted there.

    >>> error_places("it was the best".split(), "its the very best".split()).tolist()
    [0, 1, 0, 1, 0, 0, 1, 0, 0]
    """
    places = np.zeros(2 * len(reference) + 1, np.int64)
    for step in Levenshtein.opcodes(reference, hypothesis):
        if step.tag == "insert":
            places[2 * step.src_start] += step.dest_end - step.dest_start
        elif step.tag != "equal":
            places[2 * step.src_start + 1 : 2 * step.src_end + 1 : 2] = 1
    return places
