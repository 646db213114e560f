# SPDX-License-Identifier: Apache-2.0
"""Answers on file to the waveforms of the contract."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.seeds import rng_for


def _sounds() -> list[Waveform]:
    rng = rng_for(0, "contract")
    drawn = [0.1 * rng.standard_normal(8000 + 800 * k) for k in range(5)]
    return [Waveform((np.rint(d * 32767) / 32767).astype(np.float32), 16000) for d in drawn]


def _write(folder: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    path = folder / "answers.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return {"path": str(path)}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    rows = [{"audio_sha256": wave.pcm16_sha256(), "text": f"number {k}"} for k, wave in enumerate(_sounds())]
    yield _write(folder, rows)


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    yield _write(folder, [{"id": wave.pcm16_sha256()[:16], "text": text} for wave in _sounds()])


@contextmanager
def silent(folder: Path) -> Iterator[dict[str, Any]]:
    yield _write(folder, [])


@contextmanager
def refusing(folder: Path) -> Iterator[dict[str, Any]]:
    yield _write(folder, [{"id": w.pcm16_sha256()[:16], "failure_kind": "refused"} for w in _sounds()])


FAULTS = {"unavailable": silent, "refused": refusing}
