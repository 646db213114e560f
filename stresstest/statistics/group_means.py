# SPDX-License-Identifier: Apache-2.0
"""Does something measured once a speaker, other than errors, differ between groups by more than chance gives?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.intervals import MIN_SPEAKERS

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The groups with the lowest and the highest mean, how far apart, and how often shuffled speakers are as far."""

    low: str
    high: str
    low_mean: float
    high_mean: float
    p_value: float

    @property
    def difference(self) -> float:
        """Highest less lowest mean."""
        return self.high_mean - self.low_mean


def contrast(groups: dict[str, FloatArray], rng: np.random.Generator, replicates: int = 10_000) -> Contrast | None:
    """The widest contrast of group means, from one value a speaker, (speakers,) a group; NaN are left out.

    p: (1 + shufflings of whole speakers whose means are at least as far apart) / (1 + replicates). Groups of fewer
    than 5 speakers take no part; None where fewer than two are left.
    """
    known = {name: values[~np.isnan(values)] for name, values in sorted(groups.items())}
    known = {name: values for name, values in known.items() if values.size >= MIN_SPEAKERS}
    if len(known) < 2:
        return None
    names, sizes = list(known), np.array([values.size for values in known.values()])
    pooled = np.concatenate(list(known.values()))
    means = _means(pooled[None], sizes)[0]
    shuffled = _means(rng.permuted(np.tile(pooled, (replicates, 1)), axis=1), sizes)
    spread, low, high = float(np.ptp(means)), int(means.argmin()), int(means.argmax())
    reached = np.ptp(shuffled, axis=1) >= spread - 1e-9 * max(1e-12, float(np.abs(pooled).max()))
    p = (1.0 + float(reached.sum())) / (1.0 + replicates)
    return Contrast(names[low], names[high], float(means[low]), float(means[high]), p)


def _means(values: FloatArray, sizes: NDArray[np.int64]) -> FloatArray:
    """The mean of each group of consecutive columns, (rows, groups)."""
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    sums: FloatArray = np.add.reduceat(values, starts, axis=1) / sizes
    return sums
