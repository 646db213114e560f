# SPDX-License-Identifier: Apache-2.0
"""F1 word recognition with bounds for every group at once, as service cards state it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stresstest.disparity.tally import Tally
from stresstest.statistics import SpeakerCounts
from stresstest.statistics.f1_bounds import f1_lower_bounds, f1_upper_bounds

Entry = dict[str, Any]


def f1_limits(tally: Tally) -> dict[str, list[list[float]]]:
    """Group → the lower and the upper bound of its F1 in each condition, each simultaneous over groups; NaN under 5
    speakers."""
    counts = tally.cube.counts[[tally.row(label) for label in tally.labels]].astype(np.float64)
    hits, substitutions, deletions, insertions = np.moveaxis(counts, -1, 0)
    lost = substitutions + (deletions + insertions) / 2
    table = SpeakerCounts(*tally.people, tally.by_speaker(lost), tally.by_speaker(hits + lost))
    limits = np.stack([f1_lower_bounds(table), f1_upper_bounds(table)], axis=-1)
    return dict(zip(table.names, limits.tolist(), strict=True))


def smallest_f1(groups: Mapping[str, Entry]) -> Entry | None:
    """The group with the smallest F1 and its value; None where no group has one.

    `low`: what the F1 of each of `bounded`, the groups with enough speakers, exceeds at once; None without any.
    """
    known = {name: entry["f1"] for name, entry in groups.items() if not np.isnan(entry["f1"])}
    if not known:
        return None
    worst = min(known, key=lambda name: (known[name], name))
    bounded = {name: groups[name]["f1_low"] for name in known if not np.isnan(groups[name]["f1_low"])}
    return {"group": worst, "f1": known[worst], "low": min(bounded.values(), default=None), "bounded": list(bounded)}
