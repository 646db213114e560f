# SPDX-License-Identifier: Apache-2.0
"""The table of methods. A new row is one function from a batch to one number a world, NaN where the tool refuses.

test       1 where p ≤ 0.05. Worlds without a difference give the false positives, worlds with one the power.
verdict    1 where the verdict is wrong; at most 5 %, for it is read from an interval that is often too wide.
interval   1 where the interval holds the truth. `wide`: simultaneous, so that it holds at least as often.
estimate   the estimate less the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.worlds import NOISY, REPLICATES, Batch
from stresstest.statistics import (
    Change,
    Interval,
    benjamini_hochberg,
    change,
    difference_in_differences,
    holm,
    log_ratio_difference,
    rate_intervals,
)
from stresstest.statistics.changes import PairedCounts

FloatArray = NDArray[np.float64]
Run = Callable[[Batch], FloatArray]

KINDS = ("test", "verdict", "interval", "wide", "estimate")
LEVEL = 0.05


@dataclass(frozen=True)
class Method:
    """name: as on the page. null, apart: whether worlds without, and with, a difference are a fair trial of it."""

    name: str
    kind: str
    run: Run
    null: bool = True
    apart: bool = True
    refused: bool = False


TABLE: list[Method] = []


def method(name: str, kind: str, null: bool = True, apart: bool = True, refused: bool = False) -> Callable[[Run], Run]:
    """Adds a function to the table. refused: a method that the tool does not offer."""
    assert kind in KINDS

    def add(run: Run) -> Run:
        TABLE.append(Method(name, kind, run, null, apart, refused))
        return run

    return add


def array(values: Iterable[float | bool | None]) -> FloatArray:
    """One number a world; None, a refusal, as NaN."""
    return np.array([np.nan if v is None else float(v) for v in values])


def holds(interval: Interval | None, truth: float) -> bool | None:
    """Whether an interval covers the truth; a hair's breadth of rounding counts as covered."""
    return None if interval is None else interval.low - 1e-12 <= truth <= interval.high + 1e-12


@method("gap: p", "test")
def gap_p(batch: Batch) -> FloatArray:
    return array(g.p_value is not None and g.p_value <= LEVEL for g in batch.gaps)


@method("verdict `exceeds` where the gap is just the tolerance", "verdict")
def exceeds(batch: Batch) -> FloatArray:
    return array(g.interval is not None and g.interval.low > batch.true_gap() + 1e-12 for g in batch.gaps)


@method("verdict `within` where the gap is just above the tolerance", "verdict", null=False)
def within(batch: Batch) -> FloatArray:
    return array(g.interval is not None and g.interval.high < batch.true_gap() for g in batch.gaps)


@method("gap: simultaneous interval", "wide")
def gap_interval(batch: Batch) -> FloatArray:
    return array(holds(g.interval, batch.true_gap()) for g in batch.gaps)


@method("gap: largest less smallest", "estimate")
def naive_gap(batch: Batch) -> FloatArray:
    return array(g.difference - batch.true_gap() for g in batch.gaps)


@method("gap less its permutation mean", "estimate")
def corrected_gap(batch: Batch) -> FloatArray:
    return array(g.difference - (g.null_mean or 0.0) - batch.true_gap() for g in batch.gaps)


@method("gap: cross-fit", "estimate")
def crossfit_gap(batch: Batch) -> FloatArray:
    return array(None if g.crossfit is None else g.crossfit - batch.true_gap() for g in batch.gaps)


def _rate_interval(batch: Batch, group: int) -> FloatArray:
    table = batch.table(NOISY).of(f"g{group:02}")
    found = rate_intervals(table, batch.rng("rate", group), REPLICATES)
    return array(holds(interval, batch.truth(NOISY)[group]) for interval in found)


@method("WER of the first group", "interval", apart=False)
def rate_interval(batch: Batch) -> FloatArray:
    return _rate_interval(batch, 0)


@method("WER of the last group", "interval")
def last_rate_interval(batch: Batch) -> FloatArray:
    return _rate_interval(batch, batch.setting.groups - 1)


def each(batch: Batch, compare: Callable[[list[PairedCounts]], float | bool | None]) -> FloatArray:
    """`compare` on the groups, clean and noisy, of each world."""
    return array(compare(batch.pairs(world, NOISY, None)) for world in range(batch.worlds))


def pooled(pairs: Iterable[PairedCounts]) -> PairedCounts:
    """The speakers of several groups as one."""
    pairs = list(pairs)
    names = ("errors", "words", "base_errors", "base_words")
    return PairedCounts(*(np.concatenate([getattr(pair, name) for pair in pairs]) for name in names))


@method("change from clean, last group", "interval")
def change_interval(batch: Batch) -> FloatArray:
    true = batch.truth(NOISY)[-1] - batch.truth(None)[-1]
    return each(batch, lambda pairs: covers(change(pairs[-1]), true))


def covers(found: Change | None, truth: float) -> bool | None:
    """Whether a change's interval covers the truth; None where nothing is inferred."""
    return None if found is None else holds(found.interval, truth)


def rejects(found: Change | None) -> bool | None:
    """Whether a change's p is at most 0.05."""
    return None if found is None or found.p_value is None else found.p_value <= LEVEL


def true_did(batch: Batch) -> float:
    """The true change of the last group less that of the rest."""
    last = batch.setting.groups - 1
    ours = batch.truth(NOISY)[-1] - batch.truth(None)[-1]
    return float(ours - (batch.rest(last, NOISY) - batch.rest(last, None)))


def true_log_did(batch: Batch) -> float:
    """The same as a log ratio."""
    last = batch.setting.groups - 1
    ours = np.log(batch.truth(NOISY)[-1] / batch.truth(None)[-1])
    return float(ours - np.log(batch.rest(last, NOISY) / batch.rest(last, None)))


@method("difference in differences, last group", "interval")
def did_interval(batch: Batch) -> FloatArray:
    true = true_did(batch)
    return each(batch, lambda pairs: covers(difference_in_differences(pairs[-1], pooled(pairs[:-1])), true))


@method("difference in differences as a log ratio, last group", "interval")
def log_did_interval(batch: Batch) -> FloatArray:
    true = true_log_did(batch)
    return each(batch, lambda pairs: covers(log_ratio_difference(pairs[-1], pooled(pairs[:-1])), true))


@method("difference in differences: p", "test")
def did_p(batch: Batch) -> FloatArray:
    return each(batch, lambda pairs: rejects(difference_in_differences(pairs[-1], pooled(pairs[:-1]))))


@method("difference in differences as a log ratio: p", "test")
def log_did_p(batch: Batch) -> FloatArray:
    return array(p[-1] <= LEVEL if len(p) == batch.setting.groups else None for p in p_values(batch))


def p_values(batch: Batch) -> list[list[float]]:
    """Of the log ratio of every group beside the rest, a list a world."""
    if "p" not in batch.kept:
        batch.kept["p"] = [_p_values(batch.pairs(world, NOISY, None)) for world in range(batch.worlds)]
    return batch.kept["p"]


def _p_values(pairs: list[PairedCounts]) -> list[float]:
    found = [log_ratio_difference(p, pooled(o for o in pairs if o is not p)) for p in pairs]
    return [f.p_value for f in found if f is not None and f.p_value is not None]


@method("any group's log ratio, after Holm", "test")
def holm_any(batch: Batch) -> FloatArray:
    return array(bool((holm(p) <= LEVEL).any()) for p in p_values(batch))


@method("any group's log ratio, after Benjamini–Hochberg", "test")
def benjamini_hochberg_any(batch: Batch) -> FloatArray:
    return array(bool((benjamini_hochberg(p) <= LEVEL).any()) for p in p_values(batch))
