# SPDX-License-Identifier: Apache-2.0
"""Two results of the same decodes, row by row; whatever is not paired is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stresstest.errors import ConfigError, RunFolderError, allowed
from stresstest.results import Results

Key = tuple[str, str, int]
KEY = ("condition", "utterance", "rep")

SAME = {
    "speaker": "the speaker",
    "accent": "the group",
    "reference": "the reference text",
    "reference_normalized": "the normalized reference",
    "audio_sha256": "the audio",
}
"""Columns that have to agree, and how a refusal names them."""

ADVICE = {
    "reference_normalized": "Score both with one normalizer: stresstest rescore DIR --normalizer NAME.",
    "audio_sha256": "Run both with the same study, seed and versions of the package.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """One system of each run: two tables with the same (condition, utterance, rep) in the same rows."""

    names: tuple[str, str]
    first: pa.Table
    second: pa.Table

    @property
    def both_ok(self) -> NDArray[np.bool_]:
        """Rows that both systems answered, (rows,)."""
        return self.ok(self.first) & self.ok(self.second)

    @staticmethod
    def ok(table: pa.Table) -> NDArray[np.bool_]:
        """Rows that did not fail, (rows,)."""
        return np.asarray(pc.equal(table["status"], "ok").to_numpy(zero_copy_only=False), bool)


def systems(first: Results, second: Results, wanted: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Which recognizer of one run stands against which of the other.

    wanted: one name of each run. Without it the only one of each, or those of equal names where both runs have the
    same. Raises ConfigError where that does not say which.
    """
    ours, theirs = sorted(first.names("recognizer")), sorted(second.names("recognizer"))
    if wanted:
        for run, name, names in zip(("first", "second"), wanted, (ours, theirs), strict=True):
            if name not in names:
                raise ConfigError(f"The {run} run has no recognizer {name!r}; {allowed(name, names)}.")
        return [(wanted[0], wanted[1])]
    if ours == theirs:
        return list(zip(ours, theirs, strict=True))
    if len(ours) == len(theirs) == 1:
        return [(ours[0], theirs[0])]
    raise ConfigError(
        f"The runs hold other recognizers: {', '.join(ours)} and {', '.join(theirs)}. Say which two are compared: "
        "--recognizers NAME NAME."
    )


def pair(first: Results, second: Results, names: tuple[str, str]) -> Pairing:
    """The rows of two systems, aligned.

    Raises RunFolderError, with how many and the first, where a decode is in one run only or twice in one, or where
    speaker, group, reference or audio of a decode differ.
    """
    order = [(column, "ascending") for column in KEY]
    results = zip((first, second), names, strict=True)
    ours, theirs = (r.where(recognizer=name).table.sort_by(order) for r, name in results)
    _same_cells(ours, theirs)
    for column in SAME:
        _same_values(ours, theirs, column)
    return Pairing(names, ours, theirs)


def _keys(table: pa.Table) -> list[Key]:
    return list(zip(*(table[column].to_pylist() for column in KEY), strict=True))


def _same_cells(first: pa.Table, second: pa.Table) -> None:
    ours, theirs = _keys(first), _keys(second)
    if len(set(ours)) < len(ours) or len(set(theirs)) < len(theirs):
        raise RunFolderError("The results hold a cell twice: the same recognizer, condition, utterance and rep.")
    if ours == theirs:
        return
    lacking = [*_lacking("first", ours, "second", theirs), *_lacking("second", theirs, "first", ours)]
    common = sorted({key[0] for key in set(ours) & set(theirs)})
    more = " and others" if len(common) > 5 else ""
    hint = f" --condition LABEL takes one that both have: {', '.join(common[:5])}{more}." if common else ""
    raise RunFolderError(
        f"The runs are not paired: {'; '.join(lacking)}. Compare runs of the same utterances, conditions and "
        f"replicates.{hint}"
    )


def _lacking(run: str, keys: list[Key], other: str, others: list[Key]) -> Iterator[str]:
    only = set(keys) - set(others)
    if only:
        yield f"{len(only)} of {len(keys)} decodes of the {run} run are not in the {other} ({_place(min(only))} is one)"


def _same_values(first: pa.Table, second: pa.Table, column: str) -> None:
    same = pc.fill_null(pc.equal(first[column], second[column]), False)
    neither = pc.and_(pc.is_null(first[column]), pc.is_null(second[column]))
    agree = np.asarray(pc.or_(same, neither).to_numpy(zero_copy_only=False), bool)
    if column == "audio_sha256":
        agree |= ~(Pairing.ok(first) & Pairing.ok(second))
    if agree.all():
        return
    row = int(np.flatnonzero(~agree)[0])
    key = (first[KEY[0]][row].as_py(), first[KEY[1]][row].as_py(), first[KEY[2]][row].as_py())
    raise RunFolderError(
        f"The runs are not paired: {SAME[column]} differs in {int((~agree).sum())} of "
        f"{agree.size} decodes ({_place(key)} is one). {ADVICE.get(column, 'Compare runs of the same corpus.')}"
    )


def _place(key: Key) -> str:
    return f"condition {key[0]}, utterance {key[1]}, rep {key[2]}"
