# SPDX-License-Identifier: Apache-2.0
"""Words a second of normalizing and aligning, as `run` and `rescore` do it; 2 million on 2 cores are wanted.

Usage: python scripts/bench/scoring.py [PROMPTS]   (3000 prompts: 66,000 pairs, hardly one of them twice)

Beside it, on the same normalized texts and for error counts alone: kaldialign and jiwer. A run has most pairs many
times, in which each counts once: the last row is a table in which each pair stands twenty times.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import _made_up
import pyarrow as pa
from _bench import table

from stresstest.engine.scoring import scored_table
from stresstest.results import schema
from stresstest.text import count_edits_batch, normalizer

WANTED = 2.0
WHISPERED = 1_000


def unscored(references: list[str], hypotheses: list[str]) -> pa.Table:
    """The rows of a finished run, as far as scoring reads them."""
    given = {"reference": references, "hypothesis": hypotheses, "status": ["ok"] * len(references)}
    whole = schema((), scored=False)
    return pa.table([pa.array(given.get(f.name, [None] * len(references)), f.type) for f in whole], schema=whole)


def rate(
    words: int, work: Callable[[], object], times: int = 3, clock: Callable[[], float] = time.process_time
) -> float:
    """Millions of words a second, the best of some times; of processor time, which a busy machine hardly changes."""
    taken = []
    for _ in range(times):
        for name in ("basic", "whisper_english"):
            getattr(normalizer(name).function, "cache_clear", lambda: None)()
        start = clock()
        work()
        taken.append(clock() - start)
    return words / min(taken) / 1e6


def peers(references: list[str], hypotheses: list[str], words: int) -> list[tuple[str, str]]:
    """Rows for the scorers that are installed."""
    rows = []
    try:
        import kaldialign

        pairs = [(r.split(), h.split()) for r, h in zip(references, hypotheses, strict=True)]
        rows.append(("  kaldialign", _text(rate(words, lambda: [kaldialign.edit_distance(r, h) for r, h in pairs]))))
    except ImportError:
        rows.append(("  kaldialign", "left out: pip install kaldialign"))
    import jiwer

    some = len(references) // 10
    filled = [h or " " for h in hypotheses[:some]]
    rows.append(("  jiwer", _text(rate(words // 10, lambda: jiwer.process_words(references[:some], filled), 1))))
    return rows


def basic(rows: pa.Table, processes: int) -> pa.Table:
    """The rows scored under the normalizer `basic`."""
    return scored_table(rows, "basic", (), processes)


def _text(millions: float) -> str:
    return f"{millions:.2f} million words/s"


def main(prompts: int) -> None:
    """Make texts, score, print."""
    made = _made_up.transcripts(prompts)
    each = len(made.hypotheses) // prompts
    spoken = [f"{r.capitalize()}." for r in made.references for _ in range(each)]
    heard = [f"{h.capitalize()}." for h in made.hypotheses]
    normalize = normalizer("basic")
    references, hypotheses = [normalize(t) for t in spoken], [normalize(t) for t in heard]
    words, rows_ = sum(len(r.split()) for r in references), unscored(spoken, heard)
    often = pa.concat_tables([rows_] * 20).combine_chunks()
    few = rows_.slice(0, WHISPERED)
    rows = [
        ("aligning alone, one process", _text(rate(words, lambda: count_edits_batch(references, hypotheses)))),
        *peers(references, hypotheses, words),
        ("normalizing (basic) and aligning, one process", _text(rate(words, lambda: basic(rows_, 1)))),
        ("  two processes, wall time, their start included",
         _text(rate(words, lambda: basic(rows_, 2), 1, time.perf_counter))),
        ("  each pair twenty times, one process",
         f"{_text(rate(20 * words, lambda: basic(often, 1), 1))} (wanted on two: {WANTED:g} or more)"),
        ("normalizing (whisper_english) and aligning, one process",
         _text(rate(10 * WHISPERED, lambda: scored_table(few, "whisper_english", (), 1), 1))),
    ]  # fmt: skip
    table(f"scoring {len(references):,} pairs, {words:,} words", rows, "rapidfuzz", "jiwer")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3000)
