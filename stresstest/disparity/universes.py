# SPDX-License-Identifier: Apache-2.0
"""The ways to score one set of transcripts, and what each way says of every condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from stresstest.conditions import CLEAN
from stresstest.disparity.doubts import doubt
from stresstest.disparity.groups import CEILING, condition_gaps
from stresstest.disparity.tally import Tally
from stresstest.statistics import Gap, PairedCounts, SpeakerCounts, change, difference_in_differences, rates
from stresstest.statistics.speaker_means import equal_words
from stresstest.statistics.verdicts import outcome
from stresstest.study import Study
from stresstest.text import NORMALIZERS, normalizer

Entry = dict[str, Any]

CHOICES: Mapping[str, Sequence[str]] = {
    "normalizer": tuple(NORMALIZERS),
    "fillers": ("keep", "drop"),
    "compounds": ("as_written", "merged"),
    "mean": ("pooled", "speaker"),
}
"""What can be chosen. mean: `pooled` counts each word alike, `speaker` each speaker."""

NOTHING = 1e-9
"""A difference up to this is rounding."""

COLUMNS_AT_ONCE = 256
"""Columns (way × condition) that share one set of permutations: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Universe:
    """One choice of each of CHOICES."""

    normalizer: str
    fillers: str
    compounds: str
    mean: str

    @property
    def name(self) -> str:
        """The choices in one string."""
        return f"{self.normalizer}, fillers {self.fillers}, compounds {self.compounds}, {self.mean} mean"

    def choices(self) -> dict[str, str]:
        """Choice → option."""
        return {key: getattr(self, key) for key in CHOICES}


def universes() -> list[Universe]:
    """All of them."""
    return [Universe(*options) for options in product(*CHOICES.values())]


def declared(study: Study) -> Universe:
    """The one that the study declares: its cells are those of the file."""
    return Universe(study.normalizer, normalizer(study.normalizer).fillers, "as_written", "pooled")


def judged(tallies: Sequence[Tally], means: Sequence[str], study: Study, replicates: int) -> list[list[Entry]]:
    """For each tally of one recognizer and the mean beside it, one entry a condition."""
    tables = [_table(tally, mean) for tally, mean in zip(tallies, means, strict=True)]
    conditions = len(tallies[0].labels)
    gaps = list(_gaps(tables, study.seed, replicates, max(1, COLUMNS_AT_ONCE // conditions)))
    return [
        [_entry(tally, table, mean, c, gaps[k * conditions + c], study) for c in range(conditions)]
        for k, (tally, table, mean) in enumerate(zip(tallies, tables, means, strict=True))
    ]


def _table(tally: Tally, mean: str) -> SpeakerCounts:
    table = tally.table
    if mean == "pooled":
        return table
    return SpeakerCounts(table.speakers, table.groups, *equal_words(table.errors, table.words))


def _gaps(tables: Sequence[SpeakerCounts], seed: int, replicates: int, together: int) -> Iterator[Gap | None]:
    """The gaps of all tables, one after the other; side by side they share their permutations."""
    for start in range(0, len(tables), together):
        some = tables[start : start + together]
        errors, words = np.hstack([t.errors for t in some]), np.hstack([t.words for t in some])
        yield from condition_gaps(SpeakerCounts(some[0].speakers, some[0].groups, errors, words), seed, replicates)


def _entry(tally: Tally, table: SpeakerCounts, mean: str, c: int, gap: Gap | None, study: Study) -> Entry:
    label = tally.labels[c]
    group_rates = rates(*table.columns([c]).totals())[:, 0].tolist()
    wer = {n: r for n, r in zip(tally.names, group_rates, strict=True) if r == r}
    return {
        "condition": label,
        "wer": wer,
        "ranking": sorted(wer, key=lambda name: (wer[name], name)),
        "worst": _worst(gap),
        "gap": gap.difference if gap else None,
        "p_value": gap.p_value if gap else None,
        **_degradation(tally, label, mean),
        "verdict": _outcome(tally, c, wer, gap, study.tolerance.max_gap),
    }


def _worst(gap: Gap | None) -> str | None:
    """The worst-served group; None where two share that place."""
    if gap is None:
        return None
    second, first = sorted(gap.rates)[-2:]
    return gap.worst if first - second > NOTHING else None


def _outcome(tally: Tally, c: int, wer: Mapping[str, float], gap: Gap | None, max_gap: float) -> str | None:
    """The verdict of the condition, as its cell would have it; None where the gap is described only."""
    if gap is None or gap.interval is None:
        return None
    found = outcome(gap.interval, max_gap)
    if found != "within":
        return found
    sizes, words = tally.table.sizes()[:, c].tolist(), tally.table.totals()[1][:, c].tolist()
    groups = {}
    for name, speakers, spoken in zip(tally.names, sizes, words, strict=True):
        failed, lost = tally.unheard(tally.labels[c], name)
        rate = wer.get(name, float("nan"))
        groups[name] = {
            "speakers": speakers, "speakers_lost": lost, "words": spoken, "failed_words": failed, "wer": rate,
            "ceiling": rate >= CEILING,
        }  # fmt: skip
    cell = {"groups": groups, "gap": {"difference": gap.difference, "high": gap.interval.high}}
    return "inconclusive" if doubt(cell, max_gap) else found


def _degradation(tally: Tally, label: str, mean: str) -> Entry:
    """`delta_wer` and `did` of each group against clean, values only."""
    if label == CLEAN.label or CLEAN.label not in tally.labels:
        return {"delta_wer": {}, "did": {}}
    pairs = _weighted(tally.paired(label, CLEAN.label), mean)
    found: Entry = {"delta_wer": {}, "did": {}}
    for name, pair in pairs.items():
        others = [p for other, p in pairs.items() if other != name]
        delta = change(pair)
        did = difference_in_differences(pair, _joined(others)) if others else None
        found["delta_wer"][name] = delta.value if delta else None
        found["did"][name] = did.value if did else None
    return found


def _joined(pairs: Sequence[PairedCounts]) -> PairedCounts:
    fields = ("errors", "words", "base_errors", "base_words")
    return PairedCounts(*(np.concatenate([getattr(p, f) for p in pairs]) for f in fields))


def _weighted(pairs: Mapping[str, PairedCounts], mean: str) -> Mapping[str, PairedCounts]:
    """The pairs as they are, or with every speaker of every group counting alike."""
    if mean == "pooled":
        return pairs
    everybody, ends = _joined(list(pairs.values())), np.cumsum([p.errors.size for p in pairs.values()])[:-1]
    errors, words = equal_words(
        np.stack([everybody.errors, everybody.base_errors], 1), np.stack([everybody.words, everybody.base_words], 1)
    )
    columns = [np.split(v, ends) for v in (errors[:, 0], words[:, 0], errors[:, 1], words[:, 1])]
    return {name: PairedCounts(*(column[k] for column in columns)) for k, name in enumerate(pairs)}
