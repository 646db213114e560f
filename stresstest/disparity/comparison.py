# SPDX-License-Identifier: Apache-2.0
"""Two systems on the same decodes → compare.json: by condition and group, which makes fewer errors, and how surely.

`compare` gives `schema`, `seed`, `level`, `margin`, `methods`, `cells`, `warnings`. A cell is one pair of
recognizers under one condition:

    recognizer_a, recognizer_b, condition
    overall, groups         everybody, and group → speakers, words, `wer_a`, `wer_b` and
      difference            B less A in WER, with `low`, `high`, `p_value`, paired by speaker
      flips                 the same tested by swapping the systems of whole speakers: `p_value`, `p_adjusted`
      improvement           share of bootstrap samples of speakers in which B makes fewer errors; from 10 speakers
      matched_pairs         MAPSSWE: `segments`, `mean`, `z`, `p_value`; for reference, no verdict is read from it
      equivalence           two one-sided tests against the margin, or null where none is declared
      against_rest          the group's difference less that of the other groups
      outcome               `better`, `worse` or `unclear`: B against A; `described` under 5 speakers
    gap                     the max–min gap of A, of B, and B less A with `low`, `high`; null with one group

Only decodes that both systems answered count; `left_out` and `left_out_words` are the others. WER is a fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stresstest.disparity.comparison_rows import Frame, against_rest, gap_entry, row_entry
from stresstest.disparity.counterparts import Counterparts
from stresstest.disparity.document import plain
from stresstest.disparity.pairing import Pairing, pair, systems
from stresstest.results import Results
from stresstest.statistics import MIN_SPEAKERS, benjamini_hochberg
from stresstest.statistics.intervals import LEVEL

Entry = dict[str, Any]

SCHEMA = "stresstest/compare/1"

METHODS = {
    "unit": "speaker",
    "sign": "B less A: above 0, B makes more errors",
    "difference": "linearized on paired speakers, Student's t",
    "flips": "systems swapped for whole speakers; all swaps up to 14 speakers who differ, drawn ones beyond",
    "p_adjusted": "Benjamini–Hochberg over all rows of a pair of recognizers; exploratory",
    "improvement": "bootstrap of whole speakers; ties count half",
    "equivalence": "two one-sided t tests at 0.05 each: the 90 % interval within ± margin. Where speakers' rates are "
    "very unequal it is wrongly shown in up to 8 of 100 simulated studies whose difference lies on the margin",
    "matched_pairs": "MAPSSWE over segments between 2 words right in both; takes segments as independent, which "
    "those of one speaker are not: for reference only",
    "gap": "simultaneous over pairs of groups and both systems; covers at least at the level",
}


def compare(first: Results, second: Results, frame: Frame, recognizers: Sequence[str] | None = None) -> Entry:
    """Every number of the comparison, as plain JSON values; the module's docstring names them.

    The groups are the values of `accent`, see `grouped`. recognizers: one of each run, see `systems`. Equal inputs give
    equal numbers, whatever the order of the rows. Raises RunFolderError where the results are not paired, ConfigError
    where a name is not there.
    """
    pairings = [pair(first, second, names) for names in systems(first, second, recognizers)]
    cells = [cell for pairing in pairings for cell in _cells(pairing, frame)]
    head = {"schema": SCHEMA, "seed": frame.seed, "level": LEVEL, "margin": frame.margin}
    methods = {**METHODS, "replicates": frame.replicates, "min_speakers": MIN_SPEAKERS}
    return dict(plain({**head, "methods": methods, "cells": cells, "warnings": _warnings(pairings, cells)}))


def _cells(pairing: Pairing, frame: Frame) -> list[Entry]:
    cells = []
    for label, counterparts in Counterparts.by_condition(pairing):
        pairs = [counterparts.paired(name) for name in counterparts.names]
        groups = {
            name: {**row_entry(counterparts, name, frame), "against_rest": against_rest(counterparts, name)}
            for name in counterparts.names
        }
        names = {"recognizer_a": pairing.names[0], "recognizer_b": pairing.names[1], "condition": label}
        overall, gap = row_entry(counterparts, None, frame), gap_entry([p for p in pairs if p.speakers], frame)
        cells.append({**names, "overall": overall, "groups": groups, "gap": gap})
    _adjust(cells)
    return cells


def _adjust(cells: Sequence[Entry]) -> None:
    flips = [e["flips"] for cell in cells for e in (cell["overall"], *cell["groups"].values())]
    tested = [f for f in flips if f["p_value"] is not None]
    for entry, p in zip(tested, benjamini_hochberg([f["p_value"] for f in tested]), strict=True):
        entry["p_adjusted"] = p


def _warnings(pairings: Sequence[Pairing], cells: Sequence[Entry]) -> list[str]:
    sentences = []
    for pairing in pairings:
        if pairing.first["hypothesis"].equals(pairing.second["hypothesis"]):
            sentences.append(f"{' and '.join(pairing.names)} gave the same text in every decode.")
        left = int((~pairing.both_ok).sum())
        if left:
            sentences.append(
                f"{left} of {pairing.both_ok.size} decodes are left out because a system failed on them: "
                f"{int((~pairing.ok(pairing.first)).sum())} with A, {int((~pairing.ok(pairing.second)).sum())} with B."
            )
    few = sorted({name for c in cells for name, e in c["groups"].items() if e["speakers"] < MIN_SPEAKERS})
    if few:
        sentences.append(f"Fewer than {MIN_SPEAKERS} speakers, described only: {', '.join(few)}.")
    return sentences
