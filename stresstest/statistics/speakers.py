# SPDX-License-Identifier: Apache-2.0
"""Errors and words by speaker and condition: the only thing from which gaps can be inferred."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerCounts:
    """Word errors and words, float64 (speakers, conditions), with each speaker's name and group.

    A speaker is one row: the words of one speaker are alike, so rows are what is resampled and permuted. Raises
    ValueError where a speaker has two rows, where shapes differ, or where a number is negative or not finite.
    """

    speakers: tuple[str, ...]
    groups: tuple[str, ...]
    errors: FloatArray
    words: FloatArray

    def __post_init__(self) -> None:
        errors, words = np.array(self.errors, np.float64), np.array(self.words, np.float64)
        if errors.ndim != 2 or errors.shape != words.shape or not len(errors) == len(self.speakers) == len(self.groups):
            raise ValueError(
                "SpeakerCounts needs errors and words shaped (speakers, conditions) and a name and group a speaker; "
                f"got {errors.shape}, {words.shape}, {len(self.speakers)} names and {len(self.groups)} groups."
            )
        if len(set(self.speakers)) != len(self.speakers):
            raise ValueError(
                f"SpeakerCounts needs one row a speaker; got {len(self.speakers)} rows of {len(set(self.speakers))} "
                "speakers. Sum the utterances of each speaker first: they are not independent."
            )
        for values in (errors, words):
            if not (np.isfinite(values).all() and (values >= 0).all()):
                raise ValueError("SpeakerCounts needs finite counts from 0 up.")
            values.flags.writeable = False
        object.__setattr__(self, "errors", errors)
        object.__setattr__(self, "words", words)

    @property
    def names(self) -> tuple[str, ...]:
        """The groups, sorted."""
        return tuple(sorted(set(self.groups)))

    @property
    def codes(self) -> NDArray[np.int64]:
        """For each speaker the index of the group in `names`."""
        index = {name: code for code, name in enumerate(self.names)}
        return np.array([index[group] for group in self.groups], np.int64)

    def of(self, group: str) -> SpeakerCounts:
        """The speakers of one group."""
        return self.keep([group])

    def keep(self, groups: Collection[str]) -> SpeakerCounts:
        """The speakers of some groups, in their order here."""
        return self._take([row for row, group in enumerate(self.groups) if group in groups])

    def columns(self, conditions: Sequence[int]) -> SpeakerCounts:
        """Some conditions, by position."""
        return SpeakerCounts(self.speakers, self.groups, self.errors[:, conditions], self.words[:, conditions])

    def rows(self, kept: Sequence[bool]) -> SpeakerCounts:
        """The speakers that are marked, in their order here."""
        return self._take([row for row, mark in enumerate(kept) if mark])

    def totals(self) -> tuple[FloatArray, FloatArray]:
        """Errors and words of each group, both (groups, conditions), groups as in `names`."""
        members = np.equal.outer(np.arange(len(self.names)), self.codes).astype(np.float64)
        return members @ self.errors, members @ self.words

    def sizes(self) -> NDArray[np.int64]:
        """Speakers with at least one word, (groups, conditions)."""
        members = np.equal.outer(np.arange(len(self.names)), self.codes).astype(np.int64)
        return members @ (self.words > 0).astype(np.int64)

    def _take(self, rows: Sequence[int]) -> SpeakerCounts:
        names, groups = tuple(self.speakers[r] for r in rows), tuple(self.groups[r] for r in rows)
        return SpeakerCounts(names, groups, self.errors[rows], self.words[rows])
