# SPDX-License-Identifier: Apache-2.0
"""The whole file: one entry for each recognizer and condition, what is missing, and what to beware of."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stresstest.conditions import CLEAN, Condition, control_condition
from stresstest.disparity import beside, mistakes
from stresstest.disparity.availability import availability, availability_sentences
from stresstest.disparity.breaking_point import breaking_point_entry
from stresstest.disparity.cautions import missing_entries, warning_sentences
from stresstest.disparity.claims import claim_entries
from stresstest.disparity.degradation import fill
from stresstest.disparity.document import SCHEMA, plain
from stresstest.disparity.doubts import doubt
from stresstest.disparity.grouping import grouped, withheld_sentences
from stresstest.disparity.groups import (
    Entry,
    condition_gaps,
    gap_entry,
    group_entries,
    overall_entry,
)
from stresstest.disparity.methods import methods
from stresstest.disparity.multiverse import multiverse
from stresstest.disparity.regression import regression_entry
from stresstest.disparity.tally import Tally
from stresstest.disparity.thresholds import threshold_entries
from stresstest.disparity.word_f1 import smallest_f1
from stresstest.errors import RunFolderError
from stresstest.results import Results
from stresstest.scenes import Scene
from stresstest.seeds import rng_for
from stresstest.statistics import Gap, Verdict, verdict
from stresstest.statistics.blas import one_blas_thread
from stresstest.statistics.threads import in_order
from stresstest.study import Study
from stresstest.text.normalizers import normalizer

REPLICATES = 10_000
"""Bootstrap replicates, permutations, and draws behind a simultaneous interval."""


@one_blas_thread()
def compute(
    results: Results, study: Study, replicates: int = REPLICATES, every_scoring: bool = False
) -> dict[str, Any]:
    """Every number that compares groups, as plain JSON values; the package's docstring names them.

    Equal results, study and replicates give equal numbers; the order of the rows does not matter.
    every_scoring: try every way of scoring, however large the run (else only where it takes seconds). Raises
    RunFolderError where the results hold a recognizer or a condition that the study does not ask for.
    """
    _same_question(results, study)
    results, withheld = grouped(results, study)
    present = set(results.names("recognizer"))
    tallies = {name: _tally(results, study, name) for name in study.recognizers if name in present}
    cells = [cell for name, tally in tallies.items() for cell in _cells(name, tally, study, replicates)]
    answers = availability(results, study.seed, replicates)
    return dict(
        plain(
            {
                "schema": SCHEMA,
                "unit": normalizer(study.normalizer).unit,
                "study": study.name,
                "seed": study.seed,
                "tolerance": asdict(study.tolerance),
                "group_by": study.group_by,
                "withheld": withheld,
                "methods": methods(replicates),
                "scenes": [scene_entry(scene) for scene in study.scenes],
                "cells": cells,
                "availability": answers,
                "breaking_point": breaking_point_entry(tallies, study),
                "thresholds": threshold_entries(tallies, study, replicates),
                "regression": regression_entry(results, tallies, cells),
                "multiverse": multiverse(results, tallies, study, replicates, every_scoring),
                "claims": claim_entries(study, cells, withheld),
                "missing": missing_entries(tallies, study),
                "warnings": withheld_sentences(withheld, study)
                + warning_sentences(tallies, cells, study)
                + [*availability_sentences(answers)],
            }
        )
    )


def scene_entry(scene: Scene) -> Entry:
    """A scene's levels and the SNR that follows from them."""
    derived = {"lift_db": scene.lift_db, "speech_dba": scene.speech_dba, "snr_db": scene.snr_db}
    return {**asdict(scene), **derived, "condition": scene.condition.label}


def _tally(results: Results, study: Study, recognizer: str) -> Tally:
    cube = results.cube(recognizer)
    return Tally(cube, tuple(c.label for c in study.grid if c.label in cube.conditions))


def _same_question(results: Results, study: Study) -> None:
    asked = {"recognizer": set(study.recognizers), "condition": {c.label for c in study.grid}}
    for column, names in asked.items():
        strange = sorted(set(results.names(column)) - names)
        if strange:
            raise RunFolderError(
                f"The results hold the {column} {strange[0]!r}, for which the study {study.name!r} does not ask; "
                "results and study belong to different runs."
            )


def _cells(recognizer: str, tally: Tally, study: Study, replicates: int) -> list[Entry]:
    groups = group_entries(tally, study.seed, replicates)
    mistakes.fill(groups, tally, study.seed, replicates)
    gaps = condition_gaps(tally.table, study.seed, replicates)
    cells = [
        {
            "recognizer": recognizer,
            "condition": label,
            "overall": overall_entry(tally, label),
            **_group_part({name: entries[c] for name, entries in groups.items()}),
            "gap": gap_entry(gaps[c]),
            **_degradation_part(tally, label, study),
        }
        for c, label in enumerate(tally.labels)
    ]
    verdicts = in_order(lambda c: _verdict(gaps[c], cells[c], study), range(len(cells)))
    for cell, judged in zip(cells, list(verdicts), strict=True):
        cell["verdict"] = judged
    beside.fill(cells, gaps, tally, study)
    fill(tally, cells, study.seed, replicates)
    return cells


def _group_part(groups: dict[str, Entry]) -> Entry:
    ceiling = any(entry["ceiling"] for entry in groups.values())
    return {"groups": groups, "f1_min": smallest_f1(groups), "ceiling": ceiling}


def _degradation_part(tally: Tally, label: str, study: Study) -> Entry:
    """What the change is read against: clean, and the control condition where the condition has one."""
    against = CLEAN.label if label != CLEAN.label and CLEAN.label in tally.labels else None
    control = control_condition(Condition.parse(label), study.control_of)
    known = control is not None and control.label in tally.labels
    return {
        "against": against,
        "degradation": {},
        "control": {"against": control.label, "degradation": {}} if control is not None and known else None,
    }


def _verdict(gap: Gap | None, cell: Entry, study: Study) -> Entry:
    judged = verdict(gap, study.tolerance.max_gap, rng_for(study.seed, "disparity", "plan"))
    if judged.outcome == "within" and (reason := doubt(cell, study.tolerance.max_gap)):
        judged = Verdict("inconclusive", study.tolerance.max_gap, None, reason)
    return {
        "outcome": judged.outcome,
        "max_gap": judged.max_gap,
        "speakers_needed": judged.speakers_needed,
        "reason": judged.reason,
    }
