# SPDX-License-Identifier: Apache-2.0
"""Decoded rows → scored rows: normalize, align, count. No recognizer is needed for it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stresstest.results import COUNTS, SCORED, schema
from stresstest.text.alignment import count_edits
from stresstest.text.normalizers import normalizer
from stresstest.text.repetitions import looped

Pair = tuple[str, str | None]
"""A reference and what was heard; None where the decode failed."""

TRIED = 2_000
"""Distinct pairs whose time says how long the rest will take."""
ALONE_S = 10.0
"""Up to so many seconds one process goes on by itself: another takes two to start, and must send what it found."""


def scored(rows: Iterable[Mapping[str, Any]], normalizer_name: str) -> Iterator[dict[str, Any]]:
    """Each row with its normalized texts and counts; a failed row has a word count but no edits."""
    listed = list(rows)
    pairs = [(row["reference"], row["hypothesis"] if row["status"] == "ok" else None) for row in listed]
    for row, columns in zip(listed, scores(pairs, normalizer_name), strict=True):
        yield {**row, **dict(zip(SCORED, columns, strict=True))}


def scored_table(table: pa.Table, normalizer_name: str, strata: Sequence[str], processes: int = 0) -> pa.Table:
    """What `scored` makes of the rows of a table, each distinct pair of texts scored once, in the columns of `schema`.

    processes: how many work at once; 0: one for each core where the rest would take one alone longer than ALONE_S.
    """
    good = pc.equal(table["status"], "ok")
    heard = pc.if_else(good, table["hypothesis"], None)
    (references, r), (hypotheses, h) = (_codes(column) for column in (table["reference"], heard))
    keys, which = np.unique(r * len(hypotheses) + h, return_inverse=True)
    pairs = [(references[k // len(hypotheses)], hypotheses[k % len(hypotheses)]) for k in keys.tolist()]
    columns = list(zip(*_spread(pairs, normalizer_name, processes), strict=True)) or [()] * len(SCORED)
    index = pa.array(which)
    made = {name: pa.array(c, SCORED[name]).take(index) for name, c in zip(SCORED, columns, strict=True)}
    given = {name: table[name] for name in table.column_names} | made
    whole = schema(strata)
    arrays = [given[f.name] if f.name in given else pa.nulls(table.num_rows, f.type) for f in whole]
    return pa.table(arrays, schema=whole)


def scores(pairs: Sequence[Pair], normalizer_name: str) -> list[tuple[Any, ...]]:
    """The values of the columns SCORED for each pair."""
    normalize = normalizer(normalizer_name)
    texts = {text: normalize(text) for text in {t for pair in pairs for t in pair} if text is not None}
    return [_scored(texts[reference], None if heard is None else texts[heard]) for reference, heard in pairs]


def _scored(reference: str, heard: str | None) -> tuple[Any, ...]:
    words = reference.split()
    if heard is None:
        return reference, None, len(words), *([None] * len(COUNTS)), None
    said = heard.split()
    counts = (len(words), 0, 0, 0) if reference == heard else count_edits(words, said)
    return reference, heard, len(words), *counts, looped(said, words)


def _spread(pairs: Sequence[Pair], normalizer_name: str, processes: int) -> list[tuple[Any, ...]]:
    """`scores` by several processes; the pairs are sorted by reference, so that few references are sent twice."""
    if not processes:
        start = time.perf_counter()
        first = scores(pairs[:TRIED], normalizer_name)
        rest_s = (time.perf_counter() - start) * (len(pairs) - TRIED) / TRIED
        cores = len(os.sched_getaffinity(0))
        return first + _spread(pairs[TRIED:], normalizer_name, cores if rest_s > ALONE_S else 1)
    if processes == 1:
        return scores(pairs, normalizer_name)
    step = -(-len(pairs) // processes)
    parts = [pairs[k : k + step] for k in range(0, len(pairs), step)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        found = pool.map(scores, parts, [normalizer_name] * len(parts))
        return [row for part in found for row in part]


def _codes(column: pa.ChunkedArray) -> tuple[list[str | None], np.ndarray[Any, np.dtype[np.int64]]]:
    """Distinct values, null among them, and the index of each row's value."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)
