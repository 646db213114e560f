# SPDX-License-Identifier: Apache-2.0
"""Run folders of two systems on the same decodes, with real texts: words substituted and deleted at chosen rates."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from stresstest import disparity
from stresstest.conditions import Condition
from stresstest.engine.scoring import scored
from stresstest.results import Results
from stresstest.seeds import rng_for
from stresstest.study import Study

NOISY = Condition(noise="ward_babble", snr_db=10)
WORDS = [f"word{k}" for k in range(24)]
Row = dict[str, Any]


def heard(system: str, rate: float, *names: str | int) -> str:
    """The reference with each word wrong at `rate`: half deleted, half substituted; the luck is the system's own."""
    draws = rng_for(5, system, *names).random(len(WORDS))
    return " ".join(w if d > rate else f"x{w}" for w, d in zip(WORDS, draws, strict=True) if d > rate / 2)


def rows(study: Study, rates: Mapping[str, float], system: str, speakers: int, synthetic: ModuleType) -> Iterator[Row]:
    """A row a cell; noise doubles the rate; a speaker's own factor is from 0.6 to 1.4."""
    for recognizer in study.recognizers:
        for condition in study.grid:
            for accent, rate in rates.items():
                for s in range(speakers):
                    own = rate * float(rng_for(5, accent, s).uniform(0.6, 1.4)) * (2 if condition.noise else 1)
                    for u in range(2):
                        blank = synthetic.row(recognizer, condition, accent, f"{accent}-{s}", u, 0)
                        text = heard(system, min(own, 1.0), condition.label, accent, s, u)
                        audio = f"{condition.label} {accent} {s} {u}"
                        yield {**blank, "reference": " ".join(WORDS), "hypothesis": text, "audio_sha256": audio}


def write(
    folder: Path,
    synthetic: ModuleType,
    rates: Mapping[str, float],
    system: str = "a",
    speakers: int = 8,
    change: Callable[[list[Row]], list[Row]] = list,
    recognizers: tuple[str, ...] = ("pocketsphinx",),
) -> Path:
    """A finished run whose recognizers have these error rates; `change` has the last word on its rows."""
    study = synthetic.study_of([NOISY], recognizers)
    folder.mkdir(parents=True)
    table = change(list(scored(rows(study, rates, system, speakers, synthetic), "basic")))
    results = Results.from_rows(table, ())
    results.write(folder / "results.parquet")
    text = yaml.safe_dump(study.to_mapping(), sort_keys=False, allow_unicode=True)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    disparity.write(disparity.compute(results, study, 100), folder / "disparity.json")
    provenance = synthetic.provenance_of(study, results)
    (folder / "provenance.json").write_text(json.dumps(provenance, ensure_ascii=False), encoding="utf-8")
    return folder
