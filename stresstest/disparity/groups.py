# SPDX-License-Identifier: Apache-2.0
"""What is said of each group in a condition, and of the gap between the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stresstest.disparity.tally import Tally
from stresstest.seeds import rng_for
from stresstest.statistics import (
    MIN_SPEAKERS,
    ErrorCounts,
    Gap,
    Interval,
    SpeakerCounts,
    describe_gap,
    gaps,
    rate_intervals,
    speaker_cv,
    variances,
)
from stresstest.statistics.power import detectable_from_variance

CEILING = 0.9
"""At this WER and above, gaps close by themselves."""

Entry = dict[str, Any]


def group_entries(tally: Tally, seed: int, replicates: int) -> dict[str, list[Entry]]:
    """Group → one entry for each condition of the tally."""
    return {name: _entries_of(tally, name, seed, replicates) for name in tally.names}


def overall_entry(tally: Tally, label: str) -> Entry:
    """The counts of everybody in one condition."""
    speakers = int((tally.table.words[:, tally.labels.index(label)] > 0).sum())
    return _entry(tally, label, None, speakers)


def _entries_of(tally: Tally, group: str, seed: int, replicates: int) -> list[Entry]:
    table = tally.table.of(group)
    intervals = rate_intervals(table, rng_for(seed, "disparity", "bootstrap", group), replicates)
    variance, cv, speakers = (
        variances(table.errors, table.words),
        speaker_cv(table.errors, table.words),
        table.sizes()[0],
    )
    return [
        {
            **_entry(tally, label, group, int(speakers[c])),
            **bounds(interval),
            "interval_method": interval.method if interval else None,
            "cv": cv[c],
            "mde": detectable_from_variance(variance[c]),
        }
        for c, (label, interval) in enumerate(zip(tally.labels, intervals, strict=True))
    ]


def _entry(tally: Tally, label: str, group: str | None, speakers: int) -> Entry:
    counts = tally.counts(label, group)
    scored, failed, missing = tally.decodes(label, group)
    return {
        "speakers": speakers,
        "utterances": scored,
        "failed": failed,
        "missing": missing,
        **_counted(counts),
        "wer": counts.wer,
        "f1": counts.f1,
        "ceiling": bool(counts.wer >= CEILING),
    }


def _counted(counts: ErrorCounts) -> Entry:
    return {
        "words": counts.words,
        "errors": counts.errors,
        "hits": counts.hits,
        "substitutions": counts.substitutions,
        "deletions": counts.deletions,
        "insertions": counts.insertions,
    }


def bounds(interval: Interval | None) -> Entry:
    """`low` and `high`, None where there is no interval."""
    return {"low": interval.low if interval else None, "high": interval.high if interval else None}


def smallest_f1(groups: Mapping[str, Entry]) -> Entry | None:
    """The group with the smallest F1 and its value; None where no group has one."""
    known = {name: entry["f1"] for name, entry in groups.items() if not np.isnan(entry["f1"])}
    if not known:
        return None
    worst = min(known, key=lambda name: (known[name], name))
    return {"group": worst, "f1": known[worst]}


def condition_gaps(table: SpeakerCounts, seed: int, replicates: int) -> list[Gap | None]:
    """The gap in each condition: inferred between the groups with enough speakers, else described between all.

    None where fewer than two groups have words. Conditions share permutations, so they are paired.
    """
    enough = (table.sizes() >= MIN_SPEAKERS).T
    result: list[Gap | None] = [None] * len(enough)
    for pattern in {tuple(row) for row in enough.tolist()}:
        columns = [c for c, row in enumerate(enough.tolist()) if tuple(row) == pattern]
        groups = [name for name, taken in zip(table.names, pattern, strict=True) if taken]
        found: Sequence[Gap | None] = [_described(table, c) for c in columns]
        if len(groups) >= 2:
            found = gaps(table.keep(groups).columns(columns), rng_for(seed, "disparity", "gap"), replicates)
        for c, gap in zip(columns, found, strict=True):
            result[c] = gap
    return result


def _described(table: SpeakerCounts, condition: int) -> Gap | None:
    return describe_gap(table, condition) if (table.sizes()[:, condition] > 0).sum() >= 2 else None


def gap_entry(gap: Gap | None) -> Entry | None:
    """The gap as it stands in the file."""
    if gap is None:
        return None
    return {
        "groups": gap.groups,
        "best": gap.best,
        "worst": gap.worst,
        "difference": gap.difference,
        "ratio": gap.ratio,
        **bounds(gap.interval),
        "null_mean": gap.null_mean,
        "null_q95": gap.null_q95,
        "p_value": gap.p_value,
        "crossfit": gap.crossfit,
        "speakers": sum(gap.speakers),
    }
