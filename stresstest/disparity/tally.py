# SPDX-License-Identifier: Apache-2.0
"""Counts by speaker and by group, from the results of one recognizer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
        return tuple(self._sides[0])

    @cached_property
    def table(self) -> SpeakerCounts:
        """Errors and words of each speaker in each condition of `labels`."""
        rows = [self.row(label) for label in self.labels]
        words, errors = (self.by_speaker(values[rows]) for values in self._values)
        return SpeakerCounts(*self.people, errors, words)

    def row(self, label: str) -> int:
        """The position of a condition in the cube."""
        return self._rows[label]

    def counts(self, label: str, group: str | None = None) -> ErrorCounts:
        """The pooled counts of a group, or of everybody, in one condition."""
        return ErrorCounts(*self._pooled[self.row(label), self._of(group)].sum(axis=0).tolist())

    def decodes(self, label: str, group: str | None = None) -> tuple[int, int, int]:
        """How many decodes of a group in one condition are scored, failed, and missing from the results."""
        scored, failed, missing = self._decodes[self.row(label), self._of(group)].sum(axis=0).tolist()
        return scored, failed, missing

    def unheard(self, label: str, group: str | None = None) -> tuple[int, int]:
        """What failures take from a group: its words in failed decodes, and its speakers of whom no word is scored."""
        words, lost = self._unheard[self.row(label), self._of(group)].sum(axis=0).tolist()
        return words, lost

    def members(self, group: str | None) -> NDArray[np.bool_]:
        """Which items belong to a group; all of them for None."""
        everybody = np.ones(self.cube.accents.size, bool)
        return everybody if group is None else self._sides[1] == self.names.index(group)

    def paired(self, label: str, base: str) -> dict[str, PairedCounts]:
        """Group → counts of its speakers in two conditions, on the items that are scored in both."""
        here, there = self.row(label), self.row(base)
        both = self.cube.ok[here] & self.cube.ok[there]
        words, errors = self._values
        columns = [self._by_speaker(v[row] * both) for row in (here, there) for v in (errors, words)]
        return {name: PairedCounts(*(column[own] for column in columns)) for name, own in self._people_of.items()}

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
        row, (numbers, which) = self.row(label), self._draws
        scored = np.bincount(which, weights=self.cube.ok[row]) == numbers.size
        usable = scored[which] & self.members(group)
        words, errors = (
            np.stack([self._by_speaker(values[row] * usable * (self.cube.reps == r)) for r in numbers], 1)
            for values in self._values
        )
        heard = words.min(axis=1) > 0
        return errors[heard], words[heard]

    @cached_property
    def _draws(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of the draws, and a code for the utterance of each item."""
        return np.unique(self.cube.reps), np.unique(self.cube.utterances, return_inverse=True)[1].astype(np.int64)

    def shared_speakers(self) -> list[str]:
        """Names of speakers that occur in more than one group."""
        groups_of = Counter(key.split("\x1f")[1] for key in self._keys[0])
        return sorted(name for name, groups in groups_of.items() if groups > 1)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {label: row for row, label in enumerate(self.cube.conditions)}

    @cached_property
    def _sides(self) -> tuple[list[str], NDArray[np.int64]]:
        """The groups, and which of them each item belongs to."""
        names, codes = np.unique(self.cube.accents, return_inverse=True)
        return names.tolist(), codes.astype(np.int64)

    def _of(self, group: str | None) -> slice:
        """Where a group stands in the arrays by group; everywhere for None."""
        if group is None:
            return slice(None)
        place = self.names.index(group)
        return slice(place, place + 1)

    @cached_property
    def _pooled(self) -> NDArray[np.int64]:
        """(conditions of the cube, groups, 4), in the order of COUNTS."""
        return self._by_group(self.cube.counts)

    @cached_property
    def _decodes(self) -> NDArray[np.int64]:
        """Scored, failed and missing decodes, (conditions of the cube, groups, 3)."""
        present, ok = self.cube.present, self.cube.ok
        return np.stack([self._by_group(mask) for mask in (ok, present & ~ok, ~present)], axis=-1)

    @cached_property
    def _unheard(self) -> NDArray[np.int64]:
        """Words in failed decodes and speakers of whom no word is scored, (conditions of the cube, groups, 2)."""
        cube = self.cube
        scored, failed = (np.where(mask, cube.words, 0) for mask in (cube.ok, cube.present & ~cube.ok))
        silent = (self.by_speaker(failed) > 0) & (self.by_speaker(scored) == 0)
        people = [silent[own].sum(axis=0) for own in self._people_of.values()]
        return np.stack([self._by_group(failed), np.stack(people, axis=1)], axis=-1)

    def _by_group(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Values of items, (conditions, items, …), summed by group."""
        return np.stack([values[:, self.members(name)].sum(axis=1) for name in self.names], axis=1).astype(np.int64)

    @cached_property
    def _people_of(self) -> dict[str, NDArray[np.bool_]]:
        """Group → which speakers are its own, in the order of `table`."""
        groups = np.array(self.people[1], np.str_)
        return {name: groups == name for name in self.names}

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
