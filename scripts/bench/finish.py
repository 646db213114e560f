# SPDX-License-Identifier: Apache-2.0
"""What the end of a run costs: scoring, provenance, disparity and documents, on made-up answers to a whole study.

Usage: python scripts/bench/finish.py [OVERRIDE…]   (study=ward_demo)

No audio is rendered and nothing is decoded: each word of a reference is replaced with a chance that the condition sets.
Times are processor time of this process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from _bench import table

from stresstest import appendix, disparity, provenance
from stresstest.config import compose
from stresstest.engine.plan import Plan, Unit, cells, make_plan
from stresstest.engine.run import score
from stresstest.engine.store import RunFolder
from stresstest.engine.worker import answer_columns, cell_row
from stresstest.recognizers import Transcript
from stresstest.seeds import rng_for


def rows(plan: Plan, unit: Unit) -> Iterator[dict[str, Any]]:
    """Made-up answers to the cells of a unit."""
    measured = {"audio_seconds": 2.5, "decode_seconds": 0.06, "speech_level_dbov": -26.0, "mix_gain_db": 0.0}
    for utterance in unit.utterances:
        for number, (rep, condition) in enumerate(cells(plan.study)):
            rng = rng_for(1, "bench", utterance.id, number)
            words = utterance.text.split()
            wrong = rng.random(len(words)) < 0.05 + 0.02 * number
            text = " ".join("something" if bad else word for word, bad in zip(words, wrong, strict=True))
            digest = {"recognizer_revision": "made up", "audio_sha256": f"{number:064x}"}
            row = cell_row(unit.recognizer, utterance, rep, condition) | answer_columns(Transcript(text))
            yield row | measured | digest


def finish(plan: Plan, folder: Path) -> dict[str, float]:
    """The steps after the last decode and their seconds."""
    seconds: dict[str, float] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        made = work()
        seconds[name] = time.process_time() - start
        return made

    store, units = RunFolder(folder), [unit.id for unit in plan.units]
    made_up = [(unit.id, list(rows(plan, unit))) for unit in plan.units]
    with store.locked():
        store.begin(plan.study, units)
        step("write the units", lambda: [store.write_unit(name, some, plan.strata) for name, some in made_up])
        results = step("score, results.parquet", lambda: score(store, plan.study, units, plan.strata))
    step("signature", results.signature)
    record = {**provenance.environment(), "seed": plan.study.seed, "command": "", "times": {}, "recognizers": {}}
    cell_counts = {"total": results.table.num_rows, "ok": results.table.num_rows, "failed": 0}
    provenance.write(folder, record | {"corpus": {**plan.corpus.card(), "groups": {}}, "cells": cell_counts})
    found = step("disparity", lambda: disparity.compute(results, plan.study))
    disparity.write(found, folder / "disparity.json")
    step("documents, with Matplotlib's import", lambda: appendix.write(folder))
    return seconds


def main(overrides: list[str]) -> None:
    """Finish a made-up run and print."""
    overrides = overrides or ["study=ward_demo"]
    plan = make_plan(compose(*overrides).study)
    with tempfile.TemporaryDirectory() as folder:
        seconds = finish(plan, Path(folder))
    rows_ = [("cells, units", f"{plan.cells}, {len(plan.units)}")]
    rows_ += [(name, f"{1000 * value:.0f} ms") for name, value in seconds.items()]
    rows_ += [("TOTAL", f"{sum(seconds.values()):.2f} s")]
    rows_ += [("peak memory of this process", f"{provenance.peak_memory_mb():.0f} MB")]
    table("the end of a run, " + " ".join(overrides), rows_, "pyarrow", "matplotlib")


if __name__ == "__main__":
    main(sys.argv[1:])
