# SPDX-License-Identifier: Apache-2.0
"""Do the speakers of all groups differ from one another alike? Permutation takes it for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.intervals import MIN_SPEAKERS

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spreads:
    """Group → standard deviation of the logarithm of its speakers' rates, and the p of their being one."""

    sd: Mapping[str, float]
    p_value: float

    @property
    def ratio(self) -> float:
        """The largest over the smallest; infinite where the smallest is 0."""
        low, high = min(self.sd.values()), max(self.sd.values())
        return high / low if low else float("inf") if high else 1.0


def spreads(errors: FloatArray, words: FloatArray, groups: Sequence[str]) -> Spreads | None:
    """From the errors and words of each speaker, both (speakers,), and the speakers' groups.

    The test is that of Brown & Forsythe (1974), Levene's with medians, on log((e + 1/2) / (w + 1)). None where fewer
    than two groups have MIN_SPEAKERS speakers with words, and where all speakers are as far from their median.
    """
    from scipy import stats

    heard = words > 0
    logs, names = np.log((errors[heard] + 0.5) / (words[heard] + 1)), np.asarray(groups)[heard]
    parts = {name: logs[names == name] for name in sorted(set(names.tolist()))}
    parts = {name: part for name, part in parts.items() if part.size >= MIN_SPEAKERS}
    off = [np.abs(part - np.median(part)) for part in parts.values()]
    if len(parts) < 2 or not any(np.ptp(values) > 1e-9 for values in off):
        return None
    p_value = float(stats.levene(*parts.values(), center="median").pvalue)
    return Spreads({name: float(part.std(ddof=1)) for name, part in parts.items()}, p_value)
