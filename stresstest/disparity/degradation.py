# SPDX-License-Identifier: Apache-2.0
"""What a condition does to each group against a reference condition, beside what it does to the other groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from stresstest.disparity.groups import bounds
from stresstest.disparity.tally import Tally
from stresstest.statistics import (
    Change,
    PairedCounts,
    benjamini_hochberg,
    change,
    difference_in_differences,
    log_ratio_difference,
)

Entry = dict[str, Any]

MEASURES = ("delta_wer", "did", "log_did")


def degradation(tally: Tally, label: str, base: str) -> dict[str, Entry]:
    """Group → `delta_wer`, `did` and `log_did`, each with `value`, `low`, `high`, `p_value` and an open `p_adjusted`.

    Only items scored in both conditions count. The rest is every other group, pooled by speaker. A measure that is
    not defined (a rate of 0 under a logarithm, no words, no other group) has None throughout.
    """
    pairs = tally.paired(label, base)
    return {name: _measures(pairs, name) for name in tally.names}


def adjust(tables: Iterable[Mapping[str, Entry]]) -> None:
    """Fill in `p_adjusted` over all groups of all tables, each measure by itself (Benjamini–Hochberg)."""
    entries = [entry for table in tables for entry in table.values()]
    for measure in MEASURES:
        tested = [entry[measure] for entry in entries if entry[measure]["p_value"] is not None]
        for cell, p in zip(tested, benjamini_hochberg([cell["p_value"] for cell in tested]), strict=True):
            cell["p_adjusted"] = p


def _measures(pairs: Mapping[str, PairedCounts], name: str) -> Entry:
    others = [pair for other, pair in pairs.items() if other != name]
    group, rest = pairs[name], _pooled(others) if others else None
    return {
        "delta_wer": _entry(change(group)),
        "did": _entry(difference_in_differences(group, rest) if rest else None),
        "log_did": _entry(log_ratio_difference(group, rest) if rest else None),
    }


def _pooled(pairs: list[PairedCounts]) -> PairedCounts:
    return PairedCounts(
        np.concatenate([p.errors for p in pairs]),
        np.concatenate([p.words for p in pairs]),
        np.concatenate([p.base_errors for p in pairs]),
        np.concatenate([p.base_words for p in pairs]),
    )


def _entry(found: Change | None) -> Entry:
    value, interval, p = (found.value, found.interval, found.p_value) if found else (None, None, None)
    return {"value": value, **bounds(interval), "p_value": p, "p_adjusted": None}
