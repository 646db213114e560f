# SPDX-License-Identifier: Apache-2.0
"""What stands beside the numbers: what a study of this size can show, and what other than accent may make a gap."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from stresstest.disparity.document import plain
from stresstest.disparity.grouping import grouped, groups_of_speakers
from stresstest.disparity.power import power_entries
from stresstest.disparity.pseudo import marked, one_utterance_each
from stresstest.disparity.readings import reading
from stresstest.disparity.recordings import recording_warnings, recordings_entry, regrouped
from stresstest.disparity.tally import Tally
from stresstest.disparity.texts import add_text_entries, text_warnings, texts_entry
from stresstest.results import Results
from stresstest.study import Study

METHODS = {
    "power": "difference of two groups of that size that Welch's t finds with power 0.8 at level 0.95; spread between "
    "speakers and counting of errors taken apart by moments; the variance grows with the gap",
    "matched": "prompts that a group and the rest both read, each with one weight; interval over speakers and prompts "
    "at once (two-way clustering), beside that over speakers alone",
    "standardized": "rates by stratum of text (length by thirds, rare words by halves) on the mean mix of the groups",
    "recordings": "a bounded, seeded sample of each group before any perturbation, one value a speaker; speakers "
    "shuffled; warned of with p < 0.01 and a difference that matters",
}


def with_context(
    found: Mapping[str, Any], results: Results, study: Study, made: Mapping[str, Any], replicates: int = 10_000
) -> dict[str, Any]:
    """What `compute` found, with `power`, `texts`, `recorded` (what was measured of the recordings of each group) and
    `recordings` (how they compare), and in each cell `matched` and `standardized`.

    Groups are those of the study, as in `compute`. made: provenance.json, whose `quality` and `corpus` are read where
    they are there. Warnings are added, and where the corpus has no speaker ids every interval is marked as one over
    pseudo-speakers.
    """
    written, (results, withheld) = results, grouped(results, study)
    recorded = _recorded(written, study, made.get("quality"), {entry["group"] for entry in withheld})
    names = set(results.names("recognizer"))
    cubes = {name: results.cube(name) for name in study.recognizers if name in names}
    tallies = {n: Tally(cube, tuple(c.label for c in study.grid if c.label in cube.conditions))
               for n, cube in cubes.items()}  # fmt: skip
    cells = [dict(cell) for cell in found["cells"]]
    readings = {name: reading(results.where(recognizer=name), tally, study.seed) for name, tally in tallies.items()}
    for name, tally in tallies.items():
        add_text_entries([cell for cell in cells if cell["recognizer"] == name], tally, readings[name])
    texts = {name: texts_entry(seen) for name, seen in readings.items()}
    recordings = recordings_entry(recorded, study.seed, replicates)
    warnings = [
        *found["warnings"],
        *recording_warnings(recordings),
        *text_warnings(texts),
        *one_utterance_each(tallies),
    ]
    document = {
        **found,
        "methods": {**found["methods"], **METHODS},
        "cells": cells,
        "power": power_entries(tallies),
        "texts": texts,
        "recorded": {group: _shown(entry) for group, entry in recorded.items()},
        "recordings": recordings,
        "warnings": list(dict.fromkeys(warnings)),
    }
    return dict(plain(marked(document, (made.get("corpus") or {}).get("pseudo_speakers"))))


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is said of single speakers."""
    return {key: value for key, value in entry.items() if key not in ("values", "people")}


def _recorded(
    results: Results, study: Study, quality: Mapping[str, Any] | None, withheld: Collection[str]
) -> dict[str, Any]:
    """What was measured of the recordings, by group; the results are as they were written."""
    found = quality or {}
    if study.group_by != "accent":
        found = regrouped(found, groups_of_speakers(results, study))
    return {name: entry for name, entry in found.items() if name not in withheld}
