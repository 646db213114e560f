# SPDX-License-Identifier: Apache-2.0
"""The counts of two systems by speaker and by group, under one condition, on the decodes that both answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stresstest.disparity.pairing import Pairing
from stresstest.statistics import PairedCounts
from stresstest.statistics.matched_pairs import matched_pairs, segments
from stresstest.text.error_places import error_places

FloatArray = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

EDITS = ("substitutions", "deletions", "insertions")


@dataclass(frozen=True)
class Counterparts:
    """The rows of one condition. A speaker is a (group, speaker) pair: a name that occurs in two groups is two."""

    pairing: Pairing
    groups: NDArray[np.str_]

    @classmethod
    def by_condition(cls, pairing: Pairing) -> Iterator[tuple[str, Counterparts]]:
        """Each condition in the order of its label, clean first."""
        labels = sorted(pc.unique(pairing.first["condition"]).to_pylist(), key=lambda label: (label != "clean", label))
        for label in labels:
            rows = pc.equal(pairing.first["condition"], label)
            here = Pairing(pairing.names, pairing.first.filter(rows), pairing.second.filter(rows))
            yield label, cls(here, np.array(here.first["accent"].to_pylist(), np.str_))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The groups, sorted."""
        return tuple(sorted(set(self.groups.tolist())))

    def paired(self, group: str | None, others: bool = False) -> PairedCounts:
        """Errors and words of the speakers of a group, of the other groups, or of everybody for None.

        A is the reference, B the condition.
        """
        keys, codes = self._speakers
        members = self._members(group) != others
        own = members & self.pairing.both_ok
        first, second, words = (
            np.bincount(codes, weights=values * own, minlength=len(keys)).astype(np.float64)
            for values in (_errors(self.pairing.first), _errors(self.pairing.second), self._words)
        )
        mine = np.bincount(codes, weights=members, minlength=len(keys)) > 0
        return PairedCounts(second[mine], words[mine], first[mine], words[mine])

    def tally(self, group: str | None) -> dict[str, Any]:
        """Decodes and words that count and that are left out, and the rates of both; None where nothing counts."""
        own, ok = self._members(group), self.pairing.both_ok
        words, left = int(self._words[own & ok].sum()), int(self._words[own & ~ok].sum())
        a, b = (int(_errors(t)[own & ok].sum()) for t in (self.pairing.first, self.pairing.second))
        rates = (a / words, b / words) if words else (None, None)
        return {
            "decodes": int((own & ok).sum()), "left_out": int((own & ~ok).sum()), "words": words,
            "left_out_words": left, "errors_a": a, "errors_b": b, "wer_a": rates[0], "wer_b": rates[1],
        }  # fmt: skip

    def matched(self, group: str | None) -> dict[str, Any] | None:
        """MAPSSWE over the segments of a group; None where texts are missing or nobody makes an error."""
        if self._segments is None:
            return None
        errors, rows = self._segments
        found = matched_pairs(errors[self._members(group)[rows]])
        return asdict(found) if found else None

    @cached_property
    def _segments(self) -> tuple[Ints, Ints] | None:
        """The errors of both in each segment, and its row; no segment is in a row where a system failed."""
        columns = (self.pairing.first["reference_normalized"], *(t["hypothesis_normalized"] for t in self._tables))
        kept, places = [], []
        texts = zip(self.pairing.both_ok.tolist(), *(c.to_pylist() for c in columns), strict=True)
        for row, (ok, reference, *hypotheses) in enumerate(texts):
            if ok and None in (reference, *hypotheses):
                return None
            if ok and hypotheses != [reference, reference]:
                kept.append(row)
                places.append([error_places(reference.split(), h.split()) for h in hypotheses])
        errors, which = segments([a for a, _ in places], [b for _, b in places])
        return errors, np.array(kept, np.int64)[which]

    @property
    def _tables(self) -> tuple[pa.Table, pa.Table]:
        return self.pairing.first, self.pairing.second

    @cached_property
    def _words(self) -> FloatArray:
        return _numbers(self.pairing.first, "words")

    @cached_property
    def _speakers(self) -> tuple[list[str], NDArray[np.int64]]:
        names = np.array(self.pairing.first["speaker"].to_pylist(), np.str_)
        keys, codes = np.unique(np.char.add(np.char.add(self.groups, "\x1f"), names), return_inverse=True)
        return keys.tolist(), codes.astype(np.int64)

    def _members(self, group: str | None) -> Mask:
        return np.ones(self.groups.size, bool) if group is None else self.groups == group


def _errors(table: pa.Table) -> FloatArray:
    errors: FloatArray = np.sum([_numbers(table, name) for name in EDITS], axis=0)
    return errors


def _numbers(table: pa.Table, column: str) -> FloatArray:
    return np.asarray(pc.fill_null(table[column], 0).to_numpy(), np.float64)
