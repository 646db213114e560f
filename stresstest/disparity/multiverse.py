# SPDX-License-Identifier: Apache-2.0
"""The same transcripts scored in every defensible way: what of the verdicts, orders and signs depends on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stresstest.disparity.rescoring import IntArray, Transcripts, number_of_texts, scored, transcripts
from stresstest.disparity.reversals import KINDS, reversals, statements
from stresstest.disparity.tally import Tally
from stresstest.disparity.universes import CHOICES, Universe, declared, judged, universes
from stresstest.results import Results
from stresstest.study import Study
from stresstest.text import normalizer

Entry = dict[str, Any]

MOST_TEXTS = 5_000
"""Distinct texts that are normalized unasked; Whisper's normalizer takes about a millisecond for each."""

MOST_CELLS = 6_000
"""Conditions × speakers × recognizers that are judged unasked."""

OUTCOMES = ("within", "exceeds", "inconclusive")


def multiverse(
    results: Results, tallies: Mapping[str, Tally], study: Study, replicates: int, always: bool = False
) -> Entry:
    """The entry `multiverse` of the file; tallies: recognizer → its counts as the results have them.

    A run that is too large for seconds is left out, and `skipped` says so, unless `always`.
    """
    own = declared(study)
    entry: Entry = {
        "choices": {key: list(options) for key, options in CHOICES.items()},
        "declared": own.name,
        "skipped": _of_english(study) or (None if always else _too_large(results, tallies)),
        "number": 0,
        "reproduced": None,
        "universes": [],
        "said": {},
        "reversals": [],
    }
    found = transcripts(results) if entry["skipped"] is None and tallies else None
    if found is None:
        entry["skipped"] = entry["skipped"] or "The results hold no transcripts."
        return entry
    ways, cells = _ways(found, tallies, study, replicates)
    said = {way: statements(cells[twin]) for way, twin in ways.items()}
    return {
        **entry,
        "number": len(ways),
        "reproduced": _reproduced(found, tallies, own),
        "universes": [_universe(way, ways, cells, own) for way in ways],
        "said": {kind: Counter(key[0] for key in said[own])[kind] for kind in KINDS},
        "reversals": reversals(said, own),
    }


def _of_english(study: Study) -> str | None:
    if study.normalizer in CHOICES["normalizer"]:
        return None
    own = study.normalizer.partition(",variants=")[0]
    return f"Not tried: the other ways of scoring are made for words of English, and the study's is {own}."


def _too_large(results: Results, tallies: Mapping[str, Tally]) -> str | None:
    texts = number_of_texts(results)
    cells = sum(tally.table.words.size for tally in tallies.values())
    if texts <= MOST_TEXTS and cells <= MOST_CELLS:
        return None
    return (
        f"Not tried: {texts:,} distinct texts and {cells:,} speakers × conditions would take more than seconds. "
        "`stresstest rescore DIR --multiverse` tries every way of scoring."
    )


def _ways(
    found: Transcripts, tallies: Mapping[str, Tally], study: Study, replicates: int
) -> tuple[dict[Universe, Universe], dict[Universe, list[Entry]]]:
    """Way → the first way with the same counts; and the cells of each of these first ways."""
    counts: dict[Universe, IntArray] = {}
    twins: dict[Universe, Universe] = {}
    seen: dict[tuple[bytes, str], Universe] = {}
    for name in CHOICES["normalizer"]:
        for fillers in CHOICES["fillers"]:
            by_compounds = scored(found.pairs, name, fillers)
            for compounds, made in by_compounds.items():
                for mean in CHOICES["mean"]:
                    way = Universe(name, fillers, compounds, mean)
                    first = seen.setdefault((made[:, 1:].tobytes() + made[:, 0].tobytes(), mean), way)
                    twins[way], counts[way] = first, made
    firsts = list(dict.fromkeys(twins.values()))
    cells: dict[Universe, list[Entry]] = {way: [] for way in firsts}
    for recognizer, tally in tallies.items():
        rescored = [Tally(found.cube(recognizer, counts[way]), tally.labels) for way in firsts]
        for way, entries in zip(firsts, judged(rescored, [w.mean for w in firsts], study, replicates), strict=True):
            cells[way] += [{"recognizer": recognizer, **entry} for entry in entries]
    return {way: twins[way] for way in universes()}, cells


def _universe(
    way: Universe, ways: Mapping[Universe, Universe], cells: Mapping[Universe, Sequence[Entry]], own: Universe
) -> Entry:
    """A way as it stands in the file; `cells` null where another way, `same_as`, has the same counts.

    alike: how many ways have these counts, this one included.
    """
    twin = ways[way]
    verdicts = Counter(cell["verdict"] for cell in cells[twin])
    return {
        "name": way.name,
        **way.choices(),
        "version": normalizer(way.normalizer).version,
        "is_declared": way == own,
        "same_as": None if twin == way else twin.name,
        "alike": sum(other == twin for other in ways.values()),
        "verdicts": {outcome: verdicts[outcome] for outcome in OUTCOMES},
        "largest_gap": max((c["gap"] for c in cells[twin] if c["gap"] is not None), default=None),
        "cells": cells[twin] if twin == way else None,
    }


def _reproduced(found: Transcripts, tallies: Mapping[str, Tally], own: Universe) -> bool:
    """Whether the declared way gives the counts that the results hold."""
    made = scored(found.pairs, own.normalizer, own.fillers)[own.compounds]
    return all(np.array_equal(found.cube(name, made).counts, found.cubes[name].counts) for name in tallies)
