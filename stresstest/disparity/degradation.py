# SPDX-License-Identifier: Apache-2.0
"""What a condition does to each group against a reference condition, beside what it does to the other groups.

Each change has its own interval (`low`, `high`) and one that holds together with those of all groups and conditions of
the recognizer, each measure by itself (`simultaneous_low`, `simultaneous_high`). `ceiling` marks a change in which a
rate is at the ceiling: it can only fall short there, and is no sign that a gap has closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.disparity.groups import CEILING, bounds
from stresstest.disparity.tally import Tally
from stresstest.seeds import rng_for
from stresstest.statistics import (
    MIN_SPEAKERS,
    Change,
    PairedCounts,
    benjamini_hochberg,
    change,
    difference_in_differences,
    log_ratio_difference,
)
from stresstest.statistics.changes import pooled, residuals
from stresstest.statistics.families import DRAWS, max_t, shortfalls, simultaneous, weights_of

Entry = dict[str, Any]
FloatArray = NDArray[np.float64]

MEASURES = ("delta_wer", "did", "log_did")

SCALES = {False: {"delta_wer": False, "did": True}, True: {"log_did": True}}
"""Logarithm or not → measures, and whether they are read beside the rest; measures of one scale share their draws."""


def fill(tally: Tally, cells: Sequence[Entry], seed: int, replicates: int) -> None:
    """Put the changes into the cells of a recognizer: those against clean are one family, those against controls one.

    A cell names what it is read against: `against`, and `control.against` where it has a control.
    """
    controls = [{"condition": cell["condition"], **cell["control"]} for cell in cells if cell["control"]]
    holders = [[c for c in cells if c["against"]], [c["control"] for c in cells if c["control"]]]
    for family, readers, into in zip(("clean", "control"), (holders[0], controls), holders, strict=True):
        asked = [(reader["condition"], reader["against"]) for reader in readers]
        rng = rng_for(seed, "disparity", "family", family)
        for holder, table in zip(into, degradations(tally, asked, rng, min(replicates, DRAWS)), strict=True):
            holder["degradation"] = table


def degradations(
    tally: Tally, asked: Sequence[tuple[str, str]], rng: np.random.Generator, draws: int
) -> list[dict[str, Entry]]:
    """For each (condition, reference): group → `ceiling` and the measures, one family of tests and of intervals.

    A measure has `value`, `low`, `high`, `simultaneous_low`, `simultaneous_high`, `p_value` and `p_adjusted`. Only
    items scored in both conditions count. The rest is every other group, pooled by speaker. A measure that is not
    defined (a rate of 0 under a logarithm, no words, no other group) has None throughout.
    """
    pairs = [tally.paired(label, base) for label, base in asked]
    rests = [{name: rest_of(pair, name) for name in pair} for pair in pairs]
    found = [{n: _changes(pair[n], rest[n]) for n in pair} for pair, rest in zip(pairs, rests, strict=True)]
    quantiles = _quantiles(pairs, rng, draws)
    tables = [
        {
            name: _entries(pair[name], rest[name], changes, {m: (quantiles[m], lacking[m][g]) for m in MEASURES})
            for g, (name, changes) in enumerate(table.items())
        }
        for pair, rest, table in zip(pairs, rests, found, strict=True)
        for lacking in [_shortfalls(list(pair.values()))]
    ]
    adjust(tables)
    return tables


def adjust(tables: Iterable[Mapping[str, Entry]]) -> None:
    """Fill in `p_adjusted` over all groups of all tables, each measure by itself (Benjamini–Hochberg)."""
    entries = [entry for table in tables for entry in table.values()]
    for measure in MEASURES:
        tested = [entry[measure] for entry in entries if entry[measure]["p_value"] is not None]
        for cell, p in zip(tested, benjamini_hochberg([cell["p_value"] for cell in tested]), strict=True):
            cell["p_adjusted"] = p


def _quantiles(pairs: Sequence[Mapping[str, PairedCounts]], rng: np.random.Generator, draws: int) -> dict[str, float]:
    """The quantile of the largest studentized change of each measure; what is not inferred is no part of it."""
    if not pairs:
        return {}
    result: dict[str, float] = {}
    for log, measures in SCALES.items():
        families = [
            np.stack([_inferred(list(pair.values()), log, rest) for pair in pairs], axis=2)
            for rest in measures.values()
        ]
        groups = [_residuals([pair[name] for pair in pairs], log) for name in pairs[0]]
        result |= dict(zip(measures, max_t(groups, families, rng, draws), strict=True))
    return result


def _inferred(pairs: Sequence[PairedCounts], log: bool, rest: bool) -> FloatArray:
    """The weights of the contrasts of groups with enough speakers; 0 for the others."""
    enough = np.array([pair.speakers >= MIN_SPEAKERS for pair in pairs], np.float64)
    return weights_of(pairs, log, rest) * enough


def _shortfalls(pairs: list[PairedCounts]) -> dict[str, list[float]]:
    """For each measure what the variance of each group's change lacks."""
    return {m: shortfalls(pairs, log, rest) for log, measures in SCALES.items() for m, rest in measures.items()}


def _residuals(pairs: Sequence[PairedCounts], log: bool) -> FloatArray:
    """What a group's speakers add to its change in each condition, (speakers, conditions); 0 where undefined."""
    found = [residuals(pair, log) for pair in pairs]
    return np.stack([np.zeros(len(p.words)) if r is None else r for p, r in zip(pairs, found, strict=True)], axis=1)


def _changes(group: PairedCounts, rest: PairedCounts | None) -> dict[str, Change | None]:
    return {
        "delta_wer": change(group),
        "did": difference_in_differences(group, rest) if rest else None,
        "log_did": log_ratio_difference(group, rest) if rest else None,
    }


def rest_of(pairs: Mapping[str, PairedCounts], name: str) -> PairedCounts | None:
    """The speakers of every other group; None where there is none."""
    others = [pair for other, pair in pairs.items() if other != name]
    return pooled(others) if others else None


def _entries(
    group: PairedCounts,
    rest: PairedCounts | None,
    changes: Mapping[str, Change | None],
    together: Mapping[str, tuple[float, float]],
) -> Entry:
    """together: for each measure the quantile of its family and the shortfall of its variance."""
    touched = [group, *([rest] if rest else [])]
    measures = {measure: _entry(changes[measure], *together[measure]) for measure in MEASURES}
    return {"ceiling": any(map(at_ceiling, touched)), **measures}


def at_ceiling(pair: PairedCounts) -> bool:
    """Whether the rate in either condition is at the ceiling, where it can rise no further."""
    errors, words, base_errors, base_words = pair.totals
    return any(w > 0 and e >= CEILING * w for e, w in ((errors, words), (base_errors, base_words)))


def _entry(found: Change | None, quantile: float, shortfall: float) -> Entry:
    value, interval, p = (found.value, found.interval, found.p_value) if found else (None, None, None)
    together = simultaneous(found, quantile, shortfall) if found else None
    wide = {f"simultaneous_{key}": end for key, end in bounds(together).items()}
    return {"value": value, **bounds(interval), **wide, "p_value": p, "p_adjusted": None}
