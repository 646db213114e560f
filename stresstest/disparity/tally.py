# SPDX-License-Identifier: Apache-2.0
"""Counts by speaker and by group, from the results of one recognizer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stresstest.results import Cube
from stresstest.statistics import ErrorCounts, PairedCounts, SpeakerCounts

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """One recognizer's cube, its conditions in the order of `labels`.

    A speaker is a (group, speaker) pair: a name that occurs in two groups is two speakers.
    """

    cube: Cube
    labels: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The groups, sorted."""
        return tuple(sorted(set(self.cube.accents.tolist())))

    @cached_property
    def table(self) -> SpeakerCounts:
        """Errors and words of each speaker in each condition of `labels`."""
        words, errors = (np.stack([self._by_speaker(v[self.row(c)]) for c in self.labels], 1) for v in self._values)
        return SpeakerCounts(*self.people, errors, words)

    def row(self, label: str) -> int:
        """The position of a condition in the cube."""
        return self.cube.conditions.index(label)

    def counts(self, label: str, group: str | None = None) -> ErrorCounts:
        """The pooled counts of a group, or of everybody, in one condition."""
        return ErrorCounts(*self.cube.counts[self.row(label)][self.members(group)].sum(axis=0).tolist())

    def decodes(self, label: str, group: str | None = None) -> tuple[int, int, int]:
        """How many decodes of a group in one condition are scored, failed, and missing from the results."""
        row, members = self.row(label), self.members(group)
        ok, present = self.cube.ok[row][members], self.cube.present[row][members]
        return int(ok.sum()), int((present & ~ok).sum()), int((~present).sum())

    def unheard(self, label: str, group: str | None = None) -> tuple[int, int]:
        """What failures take from a group: its words in failed decodes, and its speakers of whom no word is scored."""
        row, members = self.row(label), self.members(group)
        scored = np.where(self.cube.ok[row], self.cube.words[row], 0)
        failed = np.where(self.cube.present[row] & ~self.cube.ok[row], self.cube.words[row], 0)
        heard, lost = self._by_speaker(scored * members), self._by_speaker(failed * members)
        return int(lost.sum()), int(((lost > 0) & (heard == 0)).sum())

    def members(self, group: str | None) -> NDArray[np.bool_]:
        """Which items belong to a group; all of them for None."""
        everybody = np.ones(self.cube.accents.size, bool)
        return everybody if group is None else self.cube.accents == group

    def paired(self, label: str, base: str) -> dict[str, PairedCounts]:
        """Group → counts of its speakers in two conditions, on the items that are scored in both."""
        here, there = self.row(label), self.row(base)
        both = self.cube.ok[here] & self.cube.ok[there]
        words, errors = self._values
        columns = [self._by_speaker(v[row] * both) for row in (here, there) for v in (errors, words)]
        groups = np.array(self.people[1])
        return {name: PairedCounts(*(column[groups == name] for column in columns)) for name in self.names}

    def by_speaker(self, values: FloatArray, members: NDArray[np.bool_] | None = None) -> FloatArray:
        """Values of items, (conditions, items), summed by speaker, (speakers, conditions).

        members: of which items the values are, where not of all.
        """
        keys, codes = self._keys
        chosen = codes if members is None else codes[members]
        return np.stack([np.bincount(chosen, weights=row, minlength=len(keys)) for row in values], 1)

    def draws(self, label: str, group: str) -> tuple[FloatArray, FloatArray]:
        """Errors and words of a group's speakers in each draw of the noise, (speakers, draws).

        Only utterances that are scored in every draw count, and only speakers who have one.
        """
        row, numbers = self.row(label), np.unique(self.cube.reps)
        _, which = np.unique(self.cube.utterances, return_inverse=True)
        scored = np.bincount(which, weights=self.cube.ok[row]) == numbers.size
        usable = scored[which] & self.members(group)
        words, errors = (
            np.stack([self._by_speaker(values[row] * usable * (self.cube.reps == r)) for r in numbers], 1)
            for values in self._values
        )
        heard = words.min(axis=1) > 0
        return errors[heard], words[heard]

    def shared_speakers(self) -> list[str]:
        """Names of speakers that occur in more than one group."""
        groups_of = Counter(key.split("\x1f")[1] for key in self._keys[0])
        return sorted(name for name, groups in groups_of.items() if groups > 1)

    @cached_property
    def _values(self) -> tuple[FloatArray, FloatArray]:
        """Words and errors of each item, (conditions of the cube, items)."""
        counts = self.cube.counts.astype(np.float64)
        return counts[..., :3].sum(axis=-1), counts[..., 1:].sum(axis=-1)

    @cached_property
    def _keys(self) -> tuple[list[str], NDArray[np.int64]]:
        pairs = np.char.add(np.char.add(self.cube.accents, "\x1f"), self.cube.speakers)
        keys, codes = np.unique(pairs, return_inverse=True)
        return keys.tolist(), codes.astype(np.int64)

    @cached_property
    def people(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A name and the group of each speaker, in the order of `table` and of `by_speaker`."""
        keys = self._keys[0]
        return tuple(keys), tuple(key.split("\x1f")[0] for key in keys)

    def _by_speaker(self, values: FloatArray) -> FloatArray:
        keys, codes = self._keys
        totals: FloatArray = np.bincount(codes, weights=values, minlength=len(keys)).astype(np.float64)
        return totals
