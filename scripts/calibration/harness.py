# SPDX-License-Identifier: Apache-2.0
"""Settings × methods → figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.methods import Method
from calibration.worlds import Batch, Setting

A_BATCH = 100
"""Worlds drawn at once: permutations and bootstrap draws are shared within a batch and fresh in the next."""

BANDS = {"test": (0.03, 0.07), "verdict": (0.0, 0.07), "interval": (0.93, 0.97), "wide": (0.93, 1.0)}
"""What is wanted of a method at nominal 5 % or 95 %; an estimate has no band."""


@dataclass(frozen=True)
class Figure:
    """The mean over worlds of what a method gives, its standard error, and the share of worlds it refused."""

    setting: Setting
    method: str
    kind: str
    mean: float
    error: float
    worlds: int
    refused: float
    offered: bool = True

    @property
    def judged(self) -> bool:
        """Whether the mean has a band to be in: power and bias have none."""
        return self.kind in BANDS and not (self.kind == "test" and self.setting.apart)

    @property
    def in_band(self) -> bool:
        """Within the band, or so near that chance in the worlds explains it (two standard errors)."""
        low, high = BANDS[self.kind]
        return low - 2 * self.error <= self.mean <= high + 2 * self.error

    @property
    def harmful(self) -> bool:
        """Out of the band on the side on which too much is claimed."""
        low, high = BANDS[self.kind]
        claims_less = self.mean < low if self.kind in ("test", "verdict") else self.mean > high
        return not self.in_band and not claims_less


def settings(quick: bool) -> list[tuple[Setting, float]]:
    """Every setting, with its share of the worlds asked for."""
    if quick:
        shapes = [Setting(5, 2), Setting(10, 6), Setting(10, 2, "both"), Setting(10, 2, apart=True)]
        return [(setting, 1.0) for setting in shapes]
    sizes = (5, 10, 20, 50)
    found = [(Setting(s, g), 1.0) for s in sizes for g in (2, 6, 10)]
    found += [(Setting(s, g, "both"), 0.5) for s in sizes for g in (2, 6)]
    found += [(Setting(s, g, apart=True), 0.5) for s in sizes for g in (2, 6)]
    found += [(Setting(s, g, shape), 0.5) for shape in ("sizes", "spread") for s in sizes for g in (2, 6)]
    found += [(Setting(s, 10, shape), 0.25) for shape in ("both", "sizes", "spread") for s in sizes]
    return found


def figures(setting: Setting, table: Sequence[Method], worlds: int, seed: int) -> Iterator[Figure]:
    """One figure for each method that the setting is a fair trial of. Equal arguments give equal figures."""
    trials = [m for m in table if (m.apart if setting.apart else m.null)]
    batches = [min(A_BATCH, worlds - done) for done in range(0, worlds, A_BATCH)]
    found: dict[str, list[float]] = {m.name: [] for m in trials}
    for number, size in enumerate(batches):
        batch = Batch(setting, number, size, seed)
        for m in trials:
            found[m.name] += m.run(batch).tolist()
    for m in trials:
        yield summary(setting, m, found[m.name])


def summary(setting: Setting, method: Method, values: Iterable[float]) -> Figure:
    """The figure of one method from one value a world."""
    every = np.array(list(values))
    known = every[~np.isnan(every)]
    mean, error = (float(known.mean()), _error(known, method.kind)) if known.size else (math.nan, math.nan)
    refused = 1 - known.size / every.size
    return Figure(setting, method.name, method.kind, mean, error, every.size, refused, not method.refused)


def _error(known: np.ndarray, kind: str) -> float:
    """Of a share by the binomial after two added successes and failures, so that it is never 0."""
    if kind == "estimate":
        return float(known.std(ddof=1) / math.sqrt(known.size)) if known.size > 1 else math.nan
    p = (known.sum() + 2) / (known.size + 4)
    return math.sqrt(p * (1 - p) / (known.size + 4))
