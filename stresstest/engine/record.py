# SPDX-License-Identifier: Apache-2.0
"""What provenance.json says of a run."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow.compute as pc

from stresstest import provenance
from stresstest.corpora.selection import describe, recording_limits
from stresstest.engine.babble import describe_babble
from stresstest.engine.plan import Plan
from stresstest.engine.quality import describe_quality
from stresstest.engine.store import RunFolder
from stresstest.engine.takings import takings
from stresstest.engine.worker import ACCOUNT
from stresstest.recognizers._account import Account, Caps
from stresstest.results import Results


def failures(results: Results) -> int:
    """How many cells failed."""
    return int(pc.sum(pc.equal(results.table["status"], "failed")).as_py() or 0)


def record_of(plan: Plan, results: Results, folder: RunFolder, session: dict[str, Any]) -> dict[str, Any]:
    """The whole file; `session` stands behind those of earlier calls on the same folder."""
    before = provenance.read(folder.path) if (folder.path / "provenance.json").exists() else {}
    table, failed = results.table, failures(results)
    return {
        **provenance.environment(),
        "study": plan.study.name,
        "study_digest": plan.study.digest,
        "seed": plan.study.seed,
        "command": session["command"],
        "corpus": {
            **_card(plan),
            "synthetic": plan.corpus.synthetic,
            "fingerprint": plan.corpus_digest,
            "groups": describe(plan.utterances),
            "choice": list(plan.choice),
        },
        "babble": describe_babble(plan.study),
        "quality": describe_quality(plan.utterances, plan.study.render.rate_hz, plan.study.seed),
        "recognizers": {
            name: {"target": c.target, "revision": _revision(results, name)}
            for name, c in plan.study.recognizers.items()
        },
        "results_signature": results.signature(),
        "cells": {"total": table.num_rows, "ok": table.num_rows - failed, "failed": failed},
        "gains": _gains(results),
        "takings": takings(results),
        "spending": _spending(folder, plan),
        "times": {
            "sessions": [*before.get("times", {}).get("sessions", []), session],
            "decode_seconds": round(_sum(results, "decode_seconds"), 3),
            "audio_seconds": round(_sum(results, "audio_seconds"), 3),
            "peak_memory_mb": provenance.peak_memory_mb(),
        },
    }


def _spending(folder: RunFolder, plan: Plan) -> dict[str, dict[str, Any]]:
    """Of each recognizer that keeps account: what it has spent, on answers that a kill has lost, too."""
    files = {name: folder.path / ACCOUNT.format(name) for name in plan.study.recognizers}
    return {n: asdict(Account(file, Caps(), time.time).total()) for n, file in files.items() if file.is_file()}


def _card(plan: Plan) -> dict[str, str]:
    """What the corpus says of itself, and what the headers of its files say."""
    card = dict(plan.corpus.card())
    sentences = [card.get("limits", ""), *recording_limits(plan.utterances, plan.study.render.rate_hz)]
    return card | ({"limits": " ".join(s for s in sentences if s)} if any(sentences) else {})


def _revision(results: Results, recognizer: str) -> str:
    return "; ".join(results.where(recognizer=recognizer).names("recognizer_revision"))


def _sum(results: Results, column: str) -> float:
    return float(pc.sum(results.table[column]).as_py() or 0.0)


def _gains(results: Results) -> dict[str, dict[str, float | int]]:
    """How often, and by how much, a whole mixture was scaled below full scale, by accent."""
    accents = np.asarray(results.table["accent"].to_pylist(), np.str_)
    gains = np.asarray(results.table["mix_gain_db"].to_numpy(), float)
    found: dict[str, dict[str, float | int]] = {}
    for accent in sorted(set(accents)):
        some = gains[(accents == accent) & np.isfinite(gains)]
        scaled = some[some < 0]
        found[str(accent)] = {
            "cells": int(some.size),
            "scaled": int(scaled.size),
            "lowest_db": float(some.min(initial=0.0)),
        }
    return found
