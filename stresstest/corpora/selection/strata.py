# SPDX-License-Identifier: Apache-2.0
"""Groups of like composition: as many women, or old speakers, or callers by telephone, in one as in another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError, allowed

T = TypeVar("T")
Stratum = tuple[str, ...]
"""The values of the columns of `stratify`."""


def stratum_of(speaker: str, utterances: Sequence[Utterance], columns: Sequence[str]) -> Stratum:
    """The stratum of a speaker. Raises CorpusError for an unknown column, or one in which a speaker has two values."""
    found = []
    for column in columns:
        values = {u.strata.get(column) for u in utterances}
        if None in values:
            known = {name for u in utterances for name in u.strata}
            raise CorpusError(f"corpus.stratify: there is no column {column!r}; {allowed(column, known)}.")
        if len(values) > 1:
            shown = ", ".join(sorted(map(str, values)))
            raise CorpusError(
                f"corpus.stratify: the speaker {speaker!r} has several values of {column!r} ({shown}); allowed are "
                "columns in which a speaker has one."
            )
        found.append(str(values.pop()))
    return tuple(found)


def in_turn(names: Sequence[str], strata: Mapping[str, Stratum]) -> list[str]:
    """The names so that strata take turns, each in the order in which it is given: any cap takes them evenly."""
    rows = [[name for name in names if strata[name] == stratum] for stratum in sorted(set(strata.values()))]
    return [name for name in chain.from_iterable(zip_longest(*rows)) if name is not None]


def matched(
    groups: Mapping[str, Mapping[str, list[Utterance]]], columns: Sequence[str]
) -> dict[str, dict[str, list[Utterance]]]:
    """Of each stratum as many speakers of every group as the group has that has the fewest; without columns, simply as
    many speakers. Raises CorpusError where no stratum is in all groups."""
    strata = {name: {s: stratum_of(s, some, columns) for s, some in group.items()} for name, group in groups.items()}
    counts = {name: list(own.values()) for name, own in strata.items()}
    least = {s: min(own.count(s) for own in counts.values()) for s in {s for own in counts.values() for s in own}}
    if not any(least.values()):
        raise CorpusError(
            f"corpus.stratify: no combination of {', '.join(columns)} is in every group. Name fewer columns, or give "
            "the groups to compare (corpus.groups)."
        )
    kept = {}
    for name, group in groups.items():
        first = {s for stratum, most in least.items() for s in [n for n in group if strata[name][n] == stratum][:most]}
        kept[name] = {speaker: some for speaker, some in group.items() if speaker in first}
    return kept
