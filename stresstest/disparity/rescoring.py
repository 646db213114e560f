# SPDX-License-Identifier: Apache-2.0
"""The transcripts of a run scored again in other ways: each distinct pair of texts once a way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stresstest.results import COUNTS, Cube, Results
from stresstest.text import count_edits_batch, normalizer
from stresstest.text.compounds import count_edits_merged

TEXTS = ("reference", "hypothesis")
IntArray = NDArray[np.int64]
Counts = tuple[int, int, int, int]
CELL_COLUMNS = ("recognizer", "condition", "utterance", "rep", "speaker", "accent", "status", *COUNTS)


@dataclass(frozen=True, slots=True, eq=False)
class Transcripts:
    """Distinct (reference, hypothesis) pairs, null hypotheses where a decode failed, and which pair each cell has.

    which: recognizer → int64 (conditions, items) in the order of its cube.
    """

    pairs: tuple[tuple[str, str | None], ...]
    cubes: Mapping[str, Cube]
    which: Mapping[str, IntArray]

    def cube(self, recognizer: str, counts: IntArray) -> Cube:
        """The recognizer's cube with these counts, (pairs, 4) in the order of COUNTS, in place of its own."""
        cube, which = self.cubes[recognizer], self.which[recognizer]
        words = np.where(cube.present, counts[which, :3].sum(axis=-1), 0)
        return replace(cube, counts=np.where(cube.ok[..., None], counts[which], 0), words=words)


def number_of_texts(results: Results) -> int:
    """Distinct references and hypotheses."""
    return sum(pc.count_distinct(results.table[name]).as_py() for name in TEXTS)


def transcripts(results: Results) -> Transcripts | None:
    """The transcripts of results; None where a decode that did not fail has no text, or a row no reference."""
    references, hypotheses = (results.table[name].to_pylist() for name in TEXTS)
    good = [status == "ok" for status in results.table["status"].to_pylist()]
    if None in references or any(h is None for h, ok in zip(hypotheses, good, strict=True) if ok):
        return None
    known: dict[tuple[str, str | None], int] = {}
    rows = zip(references, hypotheses, good, strict=True)
    codes = [known.setdefault((r, h if ok else None), len(known)) for r, h, ok in rows]
    # A cube carries `words` to the place of each cell, also where a decode failed: here it carries the pair's number.
    numbered = Results(results.table.select(CELL_COLUMNS).append_column("words", pa.array(codes, pa.int64())))
    which = {name: numbered.cube(name).words for name in results.names("recognizer")}
    cubes = {name: results.cube(name) for name in which}
    return Transcripts(tuple(known), cubes, which)


def scored(pairs: Sequence[tuple[str, str | None]], name: str, fillers: str) -> dict[str, IntArray]:
    """Treatment of compounds → counts of each pair, (pairs, 4), under a normalizer; a failed decode has deletions only.

    The treatments are `as_written` and `merged`. The deletions of a failed decode stand for its words and are no
    errors: a cube leaves them out.
    """
    normalize = normalizer(name, fillers)
    texts = {text: normalize(text) for pair in pairs for text in pair if text is not None}
    references = [texts[r] for r, _ in pairs]
    hypotheses = ["" if h is None else texts[h] for _, h in pairs]
    return {
        "as_written": count_edits_batch(references, hypotheses),
        "merged": _merged(references, hypotheses),
    }


def _merged(references: Sequence[str], hypotheses: Sequence[str]) -> IntArray:
    known: dict[tuple[str, str], Counts] = {}
    for r, h in zip(references, hypotheses, strict=True):
        if (r, h) not in known:
            known[r, h] = count_edits_merged(r.split(), h.split())
    found = [known[pair] for pair in zip(references, hypotheses, strict=True)]
    return np.array(found, np.int64).reshape(-1, len(COUNTS))
