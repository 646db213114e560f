# SPDX-License-Identifier: Apache-2.0
"""What is said of each group in a condition, and of the gap between the groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stresstest.disparity.tally import Tally
from stresstest.seeds import rng_for
from stresstest.statistics import (
    MIN_SPEAKERS,
    ErrorCounts,
    Gap,
    Interval,
    SpeakerCounts,
    describe_gap,
    draw_shares,
    gaps,
    rate_intervals,
    speaker_cv,
)
from stresstest.statistics.power import detectable_gaps
from stresstest.statistics.threads import in_order

CEILING = 0.9
"""At this WER and above, gaps close by themselves."""

Entry = dict[str, Any]


def group_entries(tally: Tally, seed: int, replicates: int) -> dict[str, list[Entry]]:
    """Group → one entry for each condition of the tally."""
    return dict(in_order(lambda name: (name, _entries_of(tally, name, seed, replicates)), tally.names))


def overall_entry(tally: Tally, label: str) -> Entry:
    """The counts of everybody in one condition."""
    speakers = int((tally.table.words[:, tally.labels.index(label)] > 0).sum())
    return _entry(tally, label, None, speakers)


def _entries_of(tally: Tally, group: str, seed: int, replicates: int) -> list[Entry]:
    table = tally.table.of(group)
    intervals = rate_intervals(table, rng_for(seed, "disparity", "bootstrap", group), replicates)
    detectable, cv, speakers = (
        detectable_gaps(table.errors, table.words),
        speaker_cv(table.errors, table.words),
        table.sizes()[0],
    )
    return [
        {
            **_entry(tally, label, group, int(speakers[c])),
            **bounds(interval),
            "interval_method": interval.method if interval else None,
            "cv": cv[c],
            "mde": detectable[c],
            "draws": draws_entry(tally, label, group),
        }
        for c, (label, interval) in enumerate(zip(tally.labels, intervals, strict=True))
    ]


def draws_entry(tally: Tally, label: str, group: str) -> Entry | None:
    """How far a group's WER depends on the draw of the noise; None with one draw or fewer than two speakers."""
    shares = draw_shares(*tally.draws(label, group))
    if shares is None:
        return None
    return {
        "number": shares.draws,
        "speaker_se": shares.speaker_se,
        "draw_se": shares.draw_se,
        "draw_share": shares.draw_share,
    }


def _entry(tally: Tally, label: str, group: str | None, speakers: int) -> Entry:
    counts = tally.counts(label, group)
    scored, failed, missing = tally.decodes(label, group)
    failed_words, lost = tally.unheard(label, group)
    return {
        "speakers": speakers,
        "speakers_lost": lost,
        "utterances": scored,
        "failed": failed,
        "failed_words": failed_words,
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


def condition_gaps(table: SpeakerCounts, seed: int, replicates: int) -> list[Gap | None]:
    """The gap in each condition: inferred between the groups with enough speakers, else described between all.

    None where fewer than two groups have words. Conditions in which the same speakers have words share permutations,
    so they are paired. A speaker of whom a condition has no word takes no part in its permutations: dealt among the
    others, such speakers would even out the sizes of the groups and make chance look smaller than it is.
    """
    heard = [tuple(column) for column in (table.words > 0).T.tolist()]
    result: list[Gap | None] = [None] * len(heard)
    for pattern in dict.fromkeys(heard):
        columns = [c for c, column in enumerate(heard) if column == pattern]
        present = table.columns(columns).rows(pattern)
        groups = [n for n, s in zip(present.names, present.sizes()[:, 0], strict=True) if s >= MIN_SPEAKERS]
        found: Sequence[Gap | None]
        if len(groups) >= 2:
            found = gaps(present.keep(groups), rng_for(seed, "disparity", "gap"), replicates)
        else:
            found = [_described(table, c) for c in columns]
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
