# SPDX-License-Identifier: Apache-2.0
"""Speaker bootstrap: 10,000 replicates for 6 accents × 30 speakers × 60 conditions; 0.5 s or less is wanted.

Usage: python scripts/bench/bootstrap.py

Beside it, on one accent and fewer replicates: scipy.stats.bootstrap (vectorized, paired) and a loop in plain Python.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from _bench import table
from numpy.typing import NDArray

from stresstest.seeds import rng_for
from stresstest.statistics import SpeakerCounts, bootstrap_rates, rate_intervals

ACCENTS, SPEAKERS, CONDITIONS, REPLICATES = 6, 30, 60, 10_000
FEW_CONDITIONS, FEW_REPLICATES = 6, 1000
WANTED_S = 0.5

Array = NDArray[np.float64]


def group(number: int, conditions: int = CONDITIONS, even: bool = True) -> SpeakerCounts:
    """Counts of one accent; `even`: every speaker has the same words in every condition, as in a complete run."""
    rng = rng_for(1, "bench", number)
    words = np.repeat(rng.integers(60, 121, (SPEAKERS, 1)), conditions, axis=1).astype(np.float64)
    if not even:
        words += rng.integers(0, 5, words.shape)
    errors = rng.binomial(words.astype(np.int64), rng.uniform(0.05, 0.4, (SPEAKERS, 1))).astype(np.float64)
    names = tuple(f"{number}-{s}" for s in range(SPEAKERS))
    return SpeakerCounts(names, (f"accent {number}",) * SPEAKERS, errors, words)


def ours(groups: list[SpeakerCounts], replicates: int) -> None:
    for number, table_ in enumerate(groups):
        rate_intervals(table_, rng_for(1, "bench intervals", number), replicates)


def scipys(errors: Array, words: Array, replicates: int) -> None:
    from scipy.stats import bootstrap

    def rate(e: Array, w: Array, axis: int) -> Array:
        return np.asarray(e.sum(axis=axis) / w.sum(axis=axis))

    for e, w in zip(errors.T, words.T, strict=True):
        bootstrap(
            (e, w), rate, paired=True, vectorized=True, n_resamples=replicates, method="percentile", random_state=1
        )


def plain(errors: Array, words: Array, replicates: int) -> None:
    chance = random.Random(1)
    for e, w in zip(errors.T.tolist(), words.T.tolist(), strict=True):
        rates = []
        for _ in range(replicates):
            drawn = chance.choices(range(len(e)), k=len(e))
            rates.append(sum(e[s] for s in drawn) / sum(w[s] for s in drawn))
        rates.sort()


def best(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of some wall times: the one least disturbed by the rest of the machine."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Time, measure memory, print."""
    groups, uneven = [group(a) for a in range(ACCENTS)], [group(a, even=False) for a in range(ACCENTS)]
    even_s, uneven_s = best(lambda: ours(groups, REPLICATES)), best(lambda: ours(uneven, REPLICATES))
    tracemalloc.start()
    ours(groups, REPLICATES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    few = group(0, FEW_CONDITIONS)
    mine = best(lambda: bootstrap_rates(few.errors, few.words, rng_for(1, "few"), FEW_REPLICATES))
    theirs = best(lambda: scipys(few.errors, few.words, FEW_REPLICATES))
    looped = best(lambda: plain(few.errors, few.words, FEW_REPLICATES), 1)
    size = f"{ACCENTS} × {SPEAKERS} × {CONDITIONS}, {REPLICATES} replicates"
    small = f"1 × {SPEAKERS} × {FEW_CONDITIONS}, {FEW_REPLICATES} replicates"
    rows = [
        (f"intervals, {size}", f"{even_s:.3f} s (wanted: {WANTED_S} or less)"),
        ("  words that differ by condition", f"{uneven_s:.3f} s"),
        ("  peak memory of its arrays", f"{peak / 1e6:.0f} MB"),
        (f"bootstrap, {small}", f"{1000 * mine:.2f} ms"),
        ("  scipy.stats.bootstrap", f"{1000 * theirs:.1f} ms, RATIO {theirs / mine:.0f}"),
        ("  a loop in plain Python", f"{1000 * looped:.1f} ms, RATIO {looped / mine:.0f}"),
    ]
    table("speaker bootstrap", rows)


if __name__ == "__main__":
    main()
