# SPDX-License-Identifier: Apache-2.0
"""Decoded rows → scored rows: normalize, align, count. No recognizer is needed for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from stresstest.results import COUNTS, SCORED
from stresstest.text.alignment import count_edits
from stresstest.text.normalizers import normalizer
from stresstest.text.repetitions import looped


def scored(rows: Iterable[Mapping[str, Any]], normalizer_name: str) -> Iterator[dict[str, Any]]:
    """Each row with its normalized texts and counts; a failed row has a word count but no edits."""
    normalize: Callable[[str], str] = lru_cache(maxsize=200_000)(normalizer(normalizer_name))
    for row in rows:
        reference = normalize(row["reference"])
        words = reference.split()
        blank = dict.fromkeys(SCORED)
        if row["status"] != "ok":
            yield {**row, **blank, "reference_normalized": reference, "words": len(words)}
            continue
        hypothesis = normalize(row["hypothesis"])
        heard = hypothesis.split()
        counts = dict(zip(COUNTS, count_edits(words, heard), strict=True))
        texts = {"reference_normalized": reference, "hypothesis_normalized": hypothesis, "words": len(words)}
        yield {**row, **texts, **counts, "repetition_loop": looped(heard, words)}
