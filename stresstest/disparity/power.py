# SPDX-License-Identifier: Apache-2.0
"""What a study of this size can show: detectable gaps and degradations a group, and speakers needed for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.conditions import CLEAN
from stresstest.disparity.groups import CEILING
from stresstest.disparity.tally import Tally
from stresstest.statistics import PairedCounts, speaker_cv
from stresstest.statistics.power import POWER, Spread, average, group_spread, measured_spread

Entry = dict[str, Any]
FloatArray = NDArray[np.float64]

TARGET = 0.05
"""The gap, and the difference in degradation, for which the speakers needed are given: five points of WER."""

SPEAKERS = (5, 10, 20, 50, 100)
WORDS = (0.25, 1, 4)
"""The rows, and the columns in words a speaker over those of this study, of the table of what more would bring."""


def power_entries(tallies: Mapping[str, Tally]) -> list[Entry]:
    """One entry a recognizer: what is said of each group, and the table of speakers × words of the average group.

    `hardest` is the condition with the highest WER of everybody in which no group is at the ceiling. Groups with fewer
    than two speakers have no spread and are left out; detectable differences are between two groups of that size.
    """
    return [{"recognizer": name, **_entry(tally)} for name, tally in tallies.items()]


def _entry(tally: Tally) -> Entry:
    hardest = _hardest(tally)
    groups = {name: _group(tally, name, hardest) for name in tally.names if CLEAN.label in tally.labels}
    known = {name: found for name, found in groups.items() if found is not None}
    return {
        "level": 0.95,
        "power": POWER,
        "target": TARGET,
        "hardest": hardest,
        "groups": {name: _numbers(found) for name, found in known.items()},
        "table": _table(list(known.values())),
    }


def _hardest(tally: Tally) -> str | None:
    rates_of = {}
    for label in tally.labels:
        groups = [tally.counts(label, name).wer for name in tally.names]
        if label != CLEAN.label and not any(wer >= CEILING for wer in groups):
            rates_of[label] = tally.counts(label).wer
    known = {label: wer for label, wer in rates_of.items() if not np.isnan(wer)}
    return max(known, key=lambda label: known[label]) if known else None


def _group(tally: Tally, name: str, hardest: str | None) -> Entry | None:
    """Speakers, words a speaker, clean WER and CV, and the spreads of the clean rate, hardest rate and change."""
    table = tally.table.of(name).columns([tally.labels.index(CLEAN.label)])
    heard = table.words[:, 0] > 0
    if heard.sum() < 2:
        return None
    errors, words = table.errors[heard, 0], table.words[heard, 0]
    pair = tally.paired(hardest, CLEAN.label)[name] if hardest else None
    both = pair is not None and pair.speakers >= 2
    return {
        "speakers": int(heard.sum()),
        "words": float(words.mean()),
        "wer": float(errors.sum() / words.sum()),
        "cv": float(speaker_cv(table.errors, table.words)[0]),
        "gap": group_spread(errors, words),
        "hardest_gap": group_spread(pair.errors, pair.words) if both and pair else None,
        "did": change_spread_of(pair) if both and pair else None,
    }


def change_spread_of(pair: PairedCounts) -> Spread:
    """The spread of the changes of a group's speakers against the reference; additions as in `group_spread`."""
    heard = pair.words > 0
    e, w, e0, w0 = (a[heard] for a in (pair.errors, pair.words, pair.base_errors, pair.base_words))
    within = float((e.sum() + 2) / (w.sum() + 4) + (e0.sum() + 2) / (w0.sum() + 4))
    return measured_spread(e / w - e0 / w0, np.minimum(w, w0), within, float(e.sum() / w.sum()))


def _numbers(found: Entry) -> Entry:
    measures: dict[str, Spread | None] = {key: found[key] for key in ("gap", "hardest_gap", "did")}
    return {
        **{key: found[key] for key in ("speakers", "words", "wer", "cv")},
        **{
            key: None
            if spread is None
            else {
                "detectable": spread.detectable(found["speakers"], found["words"]),
                "speakers_needed": spread.speakers_for(TARGET, found["words"]),
                "between": spread.between,
                "within": spread.within,
                "growth": spread.growth,
            }
            for key, spread in measures.items()
        },
    }


def _table(groups: Sequence[Entry]) -> Entry | None:
    """Detectable differences of an average group by speakers (rows) and words a speaker (columns)."""
    if not groups:
        return None
    usual = float(np.median([found["words"] for found in groups]))
    words = [max(1, round(usual * factor)) for factor in WORDS]
    table: Entry = {"speakers": list(SPEAKERS), "words": words}
    for key in ("gap", "did"):
        spreads = [found[key] for found in groups if found[key] is not None]
        mean = average(spreads) if spreads else None
        table[key] = [[mean.detectable(s, w) for w in words] for s in SPEAKERS] if mean else None
    return table
