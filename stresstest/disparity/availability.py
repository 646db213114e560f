# SPDX-License-Identifier: Apache-2.0
"""Who gets no answer, an empty one, or one that goes round in circles, by group, over all conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stresstest.disparity.groups import bounds, condition_gaps
from stresstest.results import Results
from stresstest.statistics import Gap, SpeakerCounts
from stresstest.statistics.multiple import holm
from stresstest.statistics.shares import share_intervals

Entry = dict[str, Any]
Mask = NDArray[np.bool_]

MEASURES: Mapping[str, str] = {
    "unanswered": "gives no answer",
    "empty": "hears nothing where words were spoken",
    "loops": "repeats itself in a loop",
}
"""What is compared between groups, with the words for it."""
SILENT_DB = -60.0
"""Where device and channel take the level down by so much, what is left of speech at -26 dBov lies below the smallest
step of 16 bits: nothing is there to be heard."""
ALPHA = 0.05
DRAWS = 2_000
"""Permutations behind a p-value: a row of many measures, none of them the question of the study."""


def availability(results: Results, seed: int, replicates: int) -> list[Entry]:
    """One entry a recognizer: `groups`, accent → counts and shares, and `differences`, one for each of MEASURES.

    `decodes`: those whose audio could be rendered; shares are of them (`empty`: of those answered that have words).
    `unanswered`: failures of the recognizer; `kinds`: failures by kind, `audio` included. Intervals and p-values take
    speakers as the units; p-values are of the largest studentized difference under permutation of speakers between
    the groups that have at least 5, and adjusted over all entries (Holm). `said_on_silence`: answers with words where
    none was spoken or nothing was to be heard. Loops are null where the results do not say.
    """
    names = results.names("recognizer")
    entries = [_entry(results.where(recognizer=name), name, seed, replicates) for name in names]
    tested = [d for entry in entries for d in entry["differences"] if d["p_value"] is not None]
    for difference, adjusted in zip(tested, holm([d["p_value"] for d in tested]).tolist(), strict=True):
        difference |= {"p_adjusted": adjusted, "flagged": adjusted < ALPHA}
    return entries


def availability_sentences(entries: Sequence[Entry]) -> Iterator[str]:
    """One for each difference that chance does not explain."""
    for entry in entries:
        for d in entry["differences"]:
            if d["flagged"]:
                worst, best = (entry["groups"][d[k]][d["measure"]]["rate"] for k in ("worst", "best"))
                p = f"{d['p_adjusted']:.3f}" if d["p_adjusted"] >= 0.001 else "below 0.001"
                yield (
                    f"{entry['recognizer']} {MEASURES[d['measure']]} in {100 * worst:.1f} % of the decodes of "
                    f"{d['worst']} and in {100 * best:.1f} % of those of {d['best']} (adjusted p "
                    f"{p}): error rates do not show whom it does not serve at all."
                )


def _entry(results: Results, recognizer: str, seed: int, replicates: int) -> Entry:
    rows = _Rows(results)
    known = [measure for measure in MEASURES if measure in rows.events]
    shares = {measure: rows.shares(measure) for measure in known}
    groups = {
        name: {**rows.counts(name), **{m: shares[m][name] if m in shares else None for m in MEASURES}}
        for name in rows.groups
    }
    tested = [measure for measure in known if any(share["number"] for share in shares[measure].values())]
    found = dict(zip(tested, condition_gaps(rows.by_speaker(*tested), seed, min(replicates, DRAWS)), strict=True))
    return {
        "recognizer": recognizer,
        "groups": groups,
        "differences": [_difference(measure, found.get(measure)) for measure in known],
    }


def _difference(measure: str, gap: Gap | None) -> Entry:
    shown = {key: getattr(gap, key, None) for key in ("best", "worst", "difference", "p_value")}
    if shown["best"] == shown["worst"]:
        shown |= {"best": None, "worst": None}  # all are served alike
    return {"measure": measure, **shown, "p_adjusted": None, "flagged": False}


class _Rows:
    """The rows of one recognizer as arrays, (rows,)."""

    def __init__(self, results: Results) -> None:
        self.table = results.table
        self.groups, self.group = _codes(self.table["accent"])
        speakers, speaker = _codes(self.table["speaker"])
        self.speakers, self.width = len(speakers), len(speakers) * len(self.groups)
        self.person = self.group * self.speakers + speaker
        self.people = np.flatnonzero(np.bincount(self.person, minlength=self.width))
        self.ok = self._equal("status", "ok")
        heard = sum((self._number(n) for n in ("hits", "substitutions", "insertions")), np.zeros(len(self.ok)))
        spoken, rendered = self._number("words") > 0, ~self._equal("failure_kind", "audio")
        silent = ~spoken | (self._number("level_change_db") <= SILENT_DB)
        self.said_on_silence = self.ok & silent & (heard > 0)
        self.rendered = rendered
        self.events: dict[str, tuple[Mask, Mask]] = {
            "unanswered": (rendered & ~self.ok, rendered),
            "empty": (self.ok & spoken & (heard == 0), self.ok & spoken),
        }
        loops = self.table["repetition_loop"]
        if loops.null_count < len(loops):
            known = np.asarray(pc.is_valid(loops).to_numpy(zero_copy_only=False), bool)
            self.events["loops"] = (self._true(pc.fill_null(loops, False)), known)

    def counts(self, group: str) -> Entry:
        """Decodes, failures by kind, and answers to silence."""
        mine = self.group == self.groups.index(group)
        kinds = pc.value_counts(self.table["failure_kind"].filter(pa.array(mine & ~self.ok)))
        found = {row["values"]: row["counts"] for row in kinds.to_pylist() if row["values"] is not None}
        return {
            "decodes": int(self.rendered[mine].sum()),
            "kinds": dict(sorted(found.items())),
            "said_on_silence": int(self.said_on_silence[mine].sum()),
        }

    def shares(self, measure: str) -> dict[str, Entry]:
        """Group → number, rate and interval of an event."""
        table = self.by_speaker(measure)
        return {name: _share(table.of(name)) for name in self.groups}

    def by_speaker(self, *measures: str) -> SpeakerCounts:
        """Events and trials of each speaker, a column a measure."""
        pairs = [self.events[measure] for measure in measures]
        events = [self._summed(event & trial) for event, trial in pairs]
        trials = [self._summed(trial) for _, trial in pairs]
        empty = np.empty((self.people.size, 0))
        return SpeakerCounts(
            tuple(map(str, self.people.tolist())),
            tuple(self.groups[person // self.speakers] for person in self.people.tolist()),
            np.stack(events, axis=1) if events else empty,
            np.stack(trials, axis=1) if trials else empty,
        )

    def _summed(self, mask: Mask) -> NDArray[np.float64]:
        """How often it is true for each of `people`."""
        counts: NDArray[np.float64] = np.bincount(self.person[mask], minlength=self.width)[self.people].astype(float)
        return counts

    def _number(self, column: str) -> NDArray[np.float64]:
        return np.asarray(pc.fill_null(self.table[column], 0).to_numpy(), np.float64)

    def _equal(self, column: str, value: str) -> Mask:
        return self._true(pc.fill_null(pc.equal(self.table[column], value), False))

    @staticmethod
    def _true(column: pa.ChunkedArray) -> Mask:
        return np.asarray(column.to_numpy(), bool)


def _share(table: SpeakerCounts) -> Entry:
    number, trials = float(table.errors.sum()), float(table.words.sum())
    (interval,) = share_intervals(table)
    return {"number": int(number), "rate": number / trials if trials else float("nan"), **bounds(interval)}


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct values, sorted, and the index of each row's value: the order of the rows does not matter."""
    encoded = column.combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    rank = np.argsort(np.argsort(names))
    return sorted(names), rank[np.asarray(encoded.indices.to_numpy())].astype(np.int64)
