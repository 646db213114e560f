# SPDX-License-Identifier: Apache-2.0
"""Do the groups read the same? Matched prompts where they do, a standard mix of texts where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.disparity.groups import bounds
from stresstest.disparity.readings import Codes, Reading
from stresstest.disparity.tally import Tally
from stresstest.statistics.texts import MIN_PROMPTS, matched_difference, standardized_rate

Entry = dict[str, Any]

SHIFT = 0.05
"""Mixes of texts that differ by less, as a share of the words, are the same mix."""

P_VALUE = 0.01
"""A difference of mixes that shuffled speakers give more often than this is not warned of."""


def texts_entry(found: Reading | None) -> Entry | None:
    """What the groups read: the mix of each, how far apart, and how much of it all groups share word for word."""
    if found is None:
        return None
    return {
        "strata": list(found.names),
        "mix": {group: share.tolist() for group, share in found.shares.items()},
        "standard_mix": found.mix.tolist(),
        "shift": found.shift,
        "support": found.support,
        "p_value": found.p_value,
        "same_mix": found.shift < SHIFT or found.p_value >= P_VALUE,
        "min_prompts": MIN_PROMPTS,
    }


def add_text_entries(cells: list[Entry], tally: Tally, found: Reading | None) -> None:
    """Give each cell of a recognizer `matched` and `standardized`, group → entry; null where they say nothing.

    Standardized rates are given where the mixes of texts differ by SHIFT or more and all groups have some of each.
    """
    words, errors = tally._values
    members = {g: tally.cube.accents[found.first] == g for g in found.groups} if found else {}
    for cell in cells:
        cell["matched"] = cell["standardized"] = None
        if found is None:
            continue
        row = tally.row(cell["condition"])
        ok = tally.cube.ok[row] & found.judged
        size = found.first.size
        e, w = (np.bincount(found.pairs, values[row] * ok, size) for values in (errors, words))
        who, what, stratum = (codes[found.first] for codes in (found.speakers, found.prompts, found.strata))
        heard = w > 0
        e, w, who, what, stratum = e[heard], w[heard], who[heard], what[heard], stratum[heard]
        sides = {g: mine[heard] for g, mine in members.items()}
        matched = {g: _matched(e, w, who, what, ours) for g, ours in sides.items()}
        cell["matched"] = matched if any(matched.values()) else None
        if found.shift >= SHIFT and found.support > 0:
            standard = {g: _standardized(e, w, who, stratum, ours, found.mix) for g, ours in sides.items()}
            cell["standardized"] = standard if any(standard.values()) else None


def _read_by(what: Codes, readers: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which readings are of a prompt that the readers have read too."""
    read = np.bincount(what[readers], minlength=int(what.max(initial=0)) + 1) > 0
    return np.asarray(read[what])


def _matched(e: Any, w: Any, who: Codes, what: Codes, ours: NDArray[np.bool_]) -> Entry | None:
    found = matched_difference(e, w, who, what, ours)
    if found is None:
        return None
    return {
        "prompts": found.prompts,
        "share": float(w[ours & _read_by(what, ~ours & (w > 0))].sum() / max(w[ours].sum(), 1.0)),
        "wer": found.rate,
        "rest": found.rest,
        "difference": found.difference,
        **bounds(found.both),
        "p_value": found.p_value,
        "speakers_only": bounds(found.speakers_only),
    }


def _standardized(e: Any, w: Any, who: Codes, stratum: Codes, ours: NDArray[np.bool_], mix: Any) -> Entry | None:
    found = standardized_rate(e, w, who, stratum, ours, mix)
    if found is None:
        return None
    return {
        "wer": found.rate,
        **bounds(found.interval),
        "difference": {"value": found.difference, **bounds(found.difference_interval), "p_value": found.p_value},
    }


def text_warnings(entries: Mapping[str, Entry | None]) -> list[str]:
    """A sentence for each recognizer whose groups read texts of other difficulty."""
    return [
        f"The groups read texts of different difficulty (by length and rare words): up to {100 * entry['shift']:.0f} % "
        "of a group's words would have to be of another kind to have the mix of all. Part of a gap may come from that; "
        "the standardized rates take it out as far as length and rare words tell."
        for entry in entries.values()
        if entry is not None and not entry["same_mix"]
    ]
