# SPDX-License-Identifier: Apache-2.0
"""Why a gap that looks small enough may not be called within a tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

from stresstest.disparity.groups import CEILING
from stresstest.statistics import MIN_SPEAKERS


def doubt(cell: Mapping[str, Any], max_gap: float) -> str | None:
    """What speaks against `within` in a cell of disparity.json whose interval lies within `max_gap`, or None.

    Two things: a group at the ceiling, where gaps close by themselves; and failed decodes, which no rate counts. With
    f the share of a group's words in failed decodes and R its rate, the rate over all its words lies between
    R (1 - f) and R (1 - f) + f (worst-case bounds, Manski 1990). The interval's upper bound, raised by what that can
    add to the gap, has to keep the tolerance. Groups of fewer than 5 speakers, lost ones counted, are left out.
    """
    given = cell.get("groups") or {}
    groups = {n: g for n, g in given.items() if g["speakers"] + g.get("speakers_lost", 0) >= MIN_SPEAKERS}
    if any(group["ceiling"] for group in groups.values()):
        return f"A group has a WER of {CEILING} or above; gaps close there by themselves."
    shares = {n: failed_share(g) for n, g in groups.items()}
    if not any(shares.values()):
        return None
    bounds = {n: (_rate(g) * (1 - shares[n]), _rate(g) * (1 - shares[n]) + shares[n]) for n, g in groups.items()}
    widest = max((bounds[a][1] - bounds[b][0] for a, b in permutations(bounds, 2)), default=0.0)
    added = max(0.0, widest - cell["gap"]["difference"])
    if cell["gap"]["high"] + added <= max_gap:
        return None
    worst = max(shares, key=lambda name: (shares[name], name))
    return (
        f"Failed decodes could hide a wider gap: they hold {100 * shares[worst]:.3g} % of the words of {worst}. "
        "Decode them (retry_failed=true)."
    )


def failed_share(group: Mapping[str, Any]) -> float:
    """The share of a group's words that failed decodes hold."""
    failed = group.get("failed_words", 0)
    return float(failed / max(1, group["words"] + failed))


def _rate(group: Mapping[str, Any]) -> float:
    """The rate of a group; 0 where it has no scored word and the bounds are 0 and 1."""
    return float(group["wer"]) if group["words"] else 0.0
