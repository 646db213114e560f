# SPDX-License-Identifier: Apache-2.0
"""The long table: one row for each (recognizer, condition, utterance, rep)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from stresstest.errors import RunFolderError
from stresstest.places import whole

BEFORE_STRATA: Mapping[str, pa.DataType] = {
    "recognizer": pa.string(), "recognizer_revision": pa.string(), "condition": pa.string(), "voice": pa.string(),
    "room": pa.string(), "noise": pa.string(), "snr_db": pa.float64(),
    "speech_dba": pa.float64(), "device": pa.string(), "channel": pa.string(),
    "rep": pa.int32(), "utterance": pa.string(), "speaker": pa.string(), "accent": pa.string(),
}  # fmt: skip
DECODED: Mapping[str, pa.DataType] = {
    "reference": pa.string(), "hypothesis": pa.string(), "status": pa.string(), "failure_kind": pa.string(),
    "failure_message": pa.string(), "audio_seconds": pa.float64(), "decode_seconds": pa.float64(),
    "audio_sha256": pa.string(), "speech_level_dbov": pa.float64(), "mix_gain_db": pa.float64(),
    "level_change_db": pa.float64(), "dc_offset": pa.float64(), "confidence": pa.float64(), "word_times": pa.string(),
    "detected_language": pa.string(), "sent_seconds": pa.float64(), "cost_usd": pa.float64(), "requests": pa.int32(),
}  # fmt: skip
SCORED: Mapping[str, pa.DataType] = {
    "reference_normalized": pa.string(), "hypothesis_normalized": pa.string(), "words": pa.int32(), "hits": pa.int32(),
    "substitutions": pa.int32(), "deletions": pa.int32(), "insertions": pa.int32(), "repetition_loop": pa.bool_(),
}  # fmt: skip
COUNTS = ("hits", "substitutions", "deletions", "insertions")
BEYOND_WORDS = (
    "confidence", "word_times", "detected_language", "sent_seconds", "cost_usd", "requests", "repetition_loop",
)  # fmt: skip
"""Null where the recognizer does not say them. word_times: a JSON list of [text, start s, end s, confidence]."""
CELL = ("recognizer", "condition", "utterance", "rep", "speaker", "accent", "status", "words", *COUNTS)
"""The columns that a cube is made of."""
ORDER = (
    "reference", "hypothesis", "reference_normalized", "hypothesis_normalized", "status", "failure_kind",
    "failure_message", "words", *COUNTS, "audio_seconds", "decode_seconds", "audio_sha256", "speech_level_dbov",
    "mix_gain_db", "level_change_db", "dc_offset", *BEYOND_WORDS,
)  # fmt: skip
LATER = ("speech_dba", "level_change_db", "dc_offset", *BEYOND_WORDS)
"""Columns that runs of earlier versions do not have."""
MEASURED = ("decode_seconds", "sent_seconds", "cost_usd", "requests")
"""Columns that a repeated run does not repeat: time, and what a service was sent over all tries."""


def schema(strata: Sequence[str], scored: bool = True) -> pa.Schema:
    """The columns in order; `strata` are text columns after `accent`. Unscored: what a finished work unit holds."""
    after = {**DECODED, **(SCORED if scored else {})}
    fields = [
        *BEFORE_STRATA.items(),
        *((s, pa.string()) for s in strata),
        *((n, after[n]) for n in ORDER if n in after),
    ]
    return pa.schema(fields)


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """One recognizer's results as arrays over conditions × items, where an item is an (utterance, rep).

    counts: int64 (conditions, items, 4) in the order of COUNTS, 0 where not ok. words: int64 (conditions, items),
    those of the reference, also where the decode failed. present: the cell exists. ok: it exists and did not fail.
    speakers, accents, utterances: text (items,). reps: int64 (items,), which draw of the noise.
    """

    conditions: tuple[str, ...]
    utterances: NDArray[np.str_]
    speakers: NDArray[np.str_]
    accents: NDArray[np.str_]
    reps: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: NDArray[np.int64]
    present: NDArray[np.bool_]
    ok: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """results.parquet in memory; every method that selects or pools is here."""

    table: pa.Table

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], strata: Sequence[str], scored: bool = True) -> Results:
        """From one mapping a row, by column name; a column that a row lacks is null."""
        wanted = schema(strata, scored)
        return cls(pa.Table.from_pylist([dict(r) for r in rows], schema=wanted))

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read a results.parquet; LATER columns that it lacks are null.

        Raises RunFolderError when it is absent or lacks another column.
        """
        if not path.is_file():
            raise RunFolderError(f"There is no {path.name} in {path.parent}; a finished `stresstest run` writes it.")
        table = pq.read_table(path)
        wanted = schema(())
        missing = [n for n in wanted.names if n not in table.column_names and n not in LATER]
        if missing:
            raise RunFolderError(
                f"{path} lacks the columns {', '.join(missing)}; it was not written by `stresstest run`."
            )
        return cls(_completed(table))

    def write(self, path: Path) -> None:
        """Write whole or not at all."""
        with whole(path) as part:
            pq.write_table(self.table, part, compression="zstd")

    @property
    def strata(self) -> tuple[str, ...]:
        """The columns that describe speakers beside the accent."""
        known = {*BEFORE_STRATA, *DECODED, *SCORED}
        return tuple(name for name in self.table.column_names if name not in known)

    def names(self, column: str) -> list[str]:
        """The distinct values of a text column in the order of first appearance, nulls left out."""
        return [v for v in pc.unique(self.table[column]).to_pylist() if v is not None]

    def where(self, **equal: str) -> Results:
        """The rows whose columns have these values."""
        mask = pa.array(np.ones(self.table.num_rows, bool))
        for column, value in equal.items():
            mask = pc.and_(mask, pc.equal(self.table[column], value))
        return self if pc.all(mask, skip_nulls=False).as_py() else Results(self.table.filter(mask))

    def signature(self) -> str:
        """SHA-256 over all columns but MEASURED, and but what no row has of BEYOND_WORDS; equal for equal studies.

        In hexadecimal.
        """
        digest = hashlib.sha256()
        for name in self.table.column_names:
            silent = name in BEYOND_WORDS and self.table[name].null_count == self.table.num_rows
            if name not in MEASURED and not silent:
                digest.update(name.encode() + b"\x1e" + repr(self.table[name].to_pylist()).encode())
        return digest.hexdigest()

    def cube(self, recognizer: str) -> Cube:
        """The counts of one recognizer as arrays. Raises RunFolderError when two rows are the same cell."""
        table = Results(self.table.select(CELL)).where(recognizer=recognizer).table
        conditions, c = _codes(table["condition"])
        utterances, u = _codes(table["utterance"])
        reps = table["rep"].to_numpy().astype(np.int64)
        items, i = _codes(pa.chunked_array([pa.array(reps * len(utterances) + u)]))
        present = np.zeros((len(conditions), len(items)), bool)
        present[c, i] = True
        if present.sum() != table.num_rows:
            raise RunFolderError("The results hold a cell twice: the same recognizer, condition, utterance and rep.")
        good = np.asarray(pc.equal(table["status"], "ok").to_numpy(zero_copy_only=False), bool)
        ok = np.zeros_like(present)
        ok[c[good], i[good]] = True
        counts = np.zeros((*present.shape, len(COUNTS)), np.int64)
        for k, name in enumerate(COUNTS):
            counts[c[good], i[good], k] = pc.fill_null(table[name], 0).to_numpy()[good]
        words = np.zeros(present.shape, np.int64)
        words[c, i] = pc.fill_null(table["words"], 0).to_numpy()
        first = np.unique(i, return_index=True)[1]
        utterance, speaker, accent = (
            np.asarray(table[n].take(pa.array(first)).to_pylist(), np.str_) for n in ("utterance", "speaker", "accent")
        )
        return Cube(tuple(conditions), utterance, speaker, accent, reps[first], counts, words, present, ok)


def _completed(table: pa.Table) -> pa.Table:
    """The table with the LATER columns that it lacks, null, each at its place in the order of `schema`."""
    if not set(LATER) - set(table.column_names):
        return table
    known = schema(())
    strata = [name for name in table.column_names if name not in known.names]
    whole = schema(strata)
    nulls = {f.name: pa.nulls(table.num_rows, f.type) for f in whole if f.name not in table.column_names}
    return pa.table({f.name: nulls[f.name] if f.name in nulls else table[f.name] for f in whole})


def _codes(column: pa.ChunkedArray) -> tuple[list[Any], NDArray[np.int64]]:
    """Distinct values in the order of first appearance, and the index of each row's value."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)
