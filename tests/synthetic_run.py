# SPDX-License-Identifier: Apache-2.0
"""A run folder without audio: word counts drawn from known error rates, everything after them real."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from stresstest import disparity
from stresstest.conditions import AXES, CLEAN, Condition, ConditionGrid
from stresstest.disparity.context import with_context
from stresstest.profiles import STAGES, Layer, Profile
from stresstest.results import Results
from stresstest.seeds import rng_for
from stresstest.study import Component, Study

ACCENTS = {"en-us": 1.0, "en-gb": 1.2, "en-029": 1.8}
"""Each accent and what multiplies its error rate."""
WARD = (
    *(Condition(noise=n, snr_db=s) for n in ("ward_babble", "mri_cold_head") for s in (20, 10, 5)),
    Condition(device="irs_handset"),
    Condition(voice="passthrough"),
    Condition(voice="stress_2"),
)
WORDS, UTTERANCES = 24, 2
HARD = {"ward_babble": 1.0, "mri_cold_head": 0.6}


def profile(name: str, stage: str) -> Profile:
    """A profile of one tone (noise) or a gain (any other stage)."""
    tone = {"f0_hz": 440.0, "harmonics": [[1, 0.0]]}
    layer = Layer("tone", tone) if stage == "noise" else Layer("gain", {"gain_db": 1.0})
    control = "passthrough" if stage == "voice" and name != "passthrough" else None
    return Profile(
        name, stage, f"{name} <summary>", "archetype", "chosen here", "Apache-2.0", {"": (layer,)}, name, control
    )


def study_of(
    conditions: Sequence[Condition] = WARD, recognizers: Sequence[str] = ("pocketsphinx",), name: str = "ward_demo"
) -> Study:
    """A study of these conditions after clean."""
    profiles = {f"{s}/{v}": profile(str(v), s) for c in conditions for s, v in c.path if s in STAGES}
    return Study(
        name=name,
        question="How does the gap between accents grow on a ward?",
        seed=7,
        corpus=Component("stresstest.corpora.ward_orders.WardOrders"),
        recognizers={r: Component("stresstest.recognizers.pocketsphinx.Pocketsphinx") for r in recognizers},
        grid=ConditionGrid((CLEAN, *conditions)),
        profiles=profiles,
    )


def error_rate(condition: Condition, factor: float) -> float:
    """The true rate: 5 % clean, more as noise comes closer, at most 95 %."""
    near = (
        0.0
        if condition.noise is None
        else HARD.get(condition.noise, 0.5) * max(0.0, 25 - (condition.snr_db or 0.0)) / 25
    )
    changed = 0.03 * (condition.device is not None) + 0.02 * (condition.voice is not None)
    return min(0.95, factor * (0.05 + changed + 0.4 * near))


def rows(study: Study, accents: Mapping[str, float], speakers: int, failed: int = 1) -> Iterator[dict[str, Any]]:
    """One row a cell; the first `failed` cells of the last condition are failures."""
    last = list(study.grid)[-1]
    for recognizer in study.recognizers:
        for condition in study.grid:
            for k, (accent, factor) in enumerate(accents.items()):
                for s in range(speakers):
                    for u, rep in itertools.product(range(UTTERANCES), range(study.reps)):
                        draw = (rep,) if condition.noise else ()
                        rng = rng_for(study.seed, "synthetic", accent, s, u, *draw)
                        rate = error_rate(condition, factor) * float(rng.uniform(0.6, 1.4))
                        errors = int(rng.binomial(WORDS, min(rate, 1.0)))
                        ok = condition != last or k > 0 or s * UTTERANCES + u >= failed
                        yield row(recognizer, condition, accent, f"{accent}-{s}", u, errors if ok else None, rep)


def row(
    recognizer: str, condition: Condition, accent: str, speaker: str, u: int, errors: int | None, rep: int = 0
) -> dict[str, Any]:
    """One cell; None errors is a failure."""
    axes = {axis: getattr(condition, axis) for axis in AXES}
    ok = errors is not None
    heard = None if errors is None else "word " * (WORDS - errors) + "wrong " * (errors - errors // 3)
    return {
        "recognizer": recognizer, "recognizer_revision": "r1", "condition": condition.label, **axes, "rep": rep,
        "utterance": f"{speaker}/{u}", "speaker": speaker, "accent": accent, "reference": "word " * WORDS,
        "hypothesis": heard, "status": "ok" if ok else "failed", "failure_kind": None if ok else "timeout",
        "failure_message": None if ok else "no answer in 20 s", "words": WORDS, "hits": WORDS - errors if ok else None,
        "substitutions": errors - errors // 3 if ok else None, "deletions": errors // 3 if ok else None,
        "insertions": 0 if ok else None, "audio_seconds": 2.0, "decode_seconds": 0.1,
    }  # fmt: skip


def provenance_of(study: Study, results: Results, **changes: Any) -> dict[str, Any]:
    """What the engine would write, without a clock."""
    statuses = results.table["status"].to_pylist()
    accents = results.names("accent")
    return {
        "stresstest": "0.1.0",
        "python": "3.11.2",
        "platform": "Linux x86_64",
        "packages": {"numpy": "2.0.0", "torch": "2.11.0"},
        "command": f"stresstest run study={study.name} output=runs/{study.name}",
        "seed": study.seed,
        "study_digest": study.digest,
        "corpus": {
            "name": "ward_orders", "license": "Apache-2.0", "citation": "none", "accent_labels": "the synthesizer's",
            "synthetic": True, "fingerprint": "ab" * 32, "limits": "The voices come from a synthesizer.",
            "groups": {a: {"speakers": 8, "utterances": 16, "words": 384, "minutes": 0.53} for a in accents},
        },
        "recognizers": {n: {"target": c.target, "revision": "r1"} for n, c in study.recognizers.items()},
        "quality": {a: quality_of(k, a) for k, a in enumerate(accents)},
        "results_signature": results.signature(),
        "cells": {"total": len(statuses), "ok": statuses.count("ok"), "failed": statuses.count("failed")},
        "gains": {a: {"cells": 160, "scaled": 3, "lowest_db": -1.25} for a in accents},
        "times": {
            "sessions": [
                {
                    "started": "2026-01-02T03:04:05+00:00", "finished": "2026-01-02T03:09:05+00:00",
                    "workers": 2, "units": 9, "wall_seconds": 300.04, "command": "stresstest run",
                },
            ],
            "decode_seconds": 512.5, "audio_seconds": 960.0, "peak_memory_mb": 310.2,
        },
        **changes,
    }  # fmt: skip


def quality_of(k: int, accent: str) -> dict[str, Any]:
    """What the engine would have measured of the recordings of the k-th accent, each 6 dB noisier than the last."""
    values = {
        "snr_db": [40.0 - 6 * k + s / 4 for s in range(8)], "level_dbov": [-27.5 + s / 8 for s in range(8)],
        "bandwidth_hz": [8000.0] * 8, "cut": [0.0] * 8, "clipped": [0.0] * 8,
    }  # fmt: skip
    spread = {name: {"median": v[4], "low": v[2], "high": v[6]} for name, v in values.items()}
    people = {f"{accent}-{s}": {"utterances": 2, "traces": {}} for s in range(8)}
    counts = {"speakers": 8, "utterances": 16, "unreadable": 0}
    return {**counts, **spread, "traces": {}, "values": values, "people": people}


def write_run(
    folder: Path,
    study: Study | None = None,
    accents: Mapping[str, float] = ACCENTS,
    speakers: int = 8,
    failed: int = 1,
    replicates: int = 400,
) -> Path:
    """A finished run in `folder`: the four files that the appendix reads."""
    study = study or study_of()
    folder.mkdir(parents=True, exist_ok=True)
    results = Results.from_rows(rows(study, accents, speakers, failed), ())
    results.write(folder / "results.parquet")
    (folder / "study.yaml").write_text(
        yaml.safe_dump(study.to_mapping(), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    made = provenance_of(study, results)
    found = with_context(disparity.compute(results, study, replicates), results, study, made, replicates)
    disparity.write(found, folder / "disparity.json")
    (folder / "provenance.json").write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return folder
