# SPDX-License-Identifier: Apache-2.0
"""Do groups have another mix of classes, kinds of text say, than chance alone deals to whole speakers?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_CHUNK = 2_000_000  # elements held at once


def mix_shift(
    amounts: FloatArray, codes: NDArray[np.int64], rng: np.random.Generator, replicates: int = 2000
) -> tuple[float, float]:
    """How far the mixes of groups are apart, and how often shuffled speakers are as far.

    amounts: of each class for each speaker, (speakers, classes). codes: the group of each speaker, 0 to groups - 1,
    each with some. The shift is the largest total variation distance between a group's mix and the mean of the groups'
    mixes, 0 to 1. p: (1 + shufflings at least as far) / (1 + replicates).
    """
    observed = float(_shifts(amounts, codes[None])[0])
    step = max(1, _CHUNK // max(1, codes.size * (int(codes.max()) + 1)))
    reached = 0
    for start in range(0, replicates, step):
        labels = rng.permuted(np.tile(codes, (min(step, replicates - start), 1)), axis=1)
        reached += int((_shifts(amounts, labels) >= observed - 1e-12).sum())
    return observed, (1 + reached) / (1 + replicates)


def _shifts(amounts: FloatArray, labels: NDArray[np.int64]) -> FloatArray:
    """The shift for each row of labels (rows, speakers)."""
    groups = np.arange(int(labels.max()) + 1)
    members = (labels[:, None, :] == groups[:, None]).astype(np.float64)
    totals = members.reshape(-1, labels.shape[1]) @ amounts
    mixes = (totals / np.maximum(totals.sum(axis=1, keepdims=True), 1e-300)).reshape(len(labels), groups.size, -1)
    apart: FloatArray = np.abs(mixes - mixes.mean(axis=1, keepdims=True)).sum(axis=2).max(axis=1) / 2
    return apart
