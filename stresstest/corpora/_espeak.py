# SPDX-License-Identifier: Apache-2.0
"""Speech from espeak-ng, the same bytes on every call."""

from __future__ import annotations

import importlib.metadata
import json
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stresstest.errors import CorpusError, MissingExtraError

RATE_HZ = 22050


@dataclass(frozen=True, slots=True)
class Voice:
    """One synthetic speaker: espeak-ng language and voice variant, pitch and its range (0 to 99), words a minute."""

    language: str
    variant: str
    pitch: int
    range: int
    rate: int


def engine() -> str:
    """Name and version of what speaks. Raises MissingExtraError."""
    _library()
    return f"espeak-ng (espeakng-loader {importlib.metadata.version('espeakng-loader')})"


def speak(jobs: Sequence[tuple[Voice, str]], workers: int | None = None) -> list[NDArray[np.int16]]:
    """The speech of each (voice, text), 16-bit at RATE_HZ, in order; the bytes depend on the job alone.

    Raises MissingExtraError without espeakng-loader, CorpusError for a voice that it lacks.
    """
    library, data = _library()
    _check_variants(data, {voice.variant for voice, _ in jobs})
    count = min(len(jobs), workers or os.cpu_count() or 1)
    with ThreadPoolExecutor(count) as pool:
        shares = list(pool.map(lambda share: _run_worker(library, data, share), [jobs[i::count] for i in range(count)]))
    return [shares[i % count][i // count] for i in range(len(jobs))]


def _run_worker(library: str, data: str, jobs: Sequence[tuple[Voice, str]]) -> list[NDArray[np.int16]]:
    lines = [[f"{v.language}+{v.variant}", v.pitch, v.range, v.rate, text] for v, text in jobs]
    worker = Path(__file__).with_name("_espeak_worker.py")
    done = subprocess.run(
        [sys.executable, "-I", str(worker), library, data],
        input="\n".join(map(json.dumps, lines)).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = "; ".join(done.stderr.decode(errors="replace").strip().splitlines())
        raise CorpusError(f"Speech synthesis fails: {said}. Run `stresstest doctor`, or install espeakng-loader again.")
    return _unpack(done.stdout)


def _unpack(stream: bytes) -> list[NDArray[np.int16]]:
    speeches, at = [], 0
    while at < len(stream):
        (frames,) = struct.unpack_from("<I", stream, at)
        speeches.append(np.frombuffer(stream, "<i2", frames, at + 4).astype(np.int16))
        at += 4 + 2 * frames
    return speeches


def _library() -> tuple[str, str]:
    """Paths of the shared library and of its data."""
    try:
        import espeakng_loader
    except ImportError as error:
        raise MissingExtraError("Speech synthesis (corpus=ward_orders)", "espeakng-loader", "demo") from error
    return espeakng_loader.get_library_path(), espeakng_loader.get_data_path()


def _check_variants(data: str, variants: set[str]) -> None:
    """espeak-ng itself speaks with its default voice, silently, where it has no such variant."""
    missing = sorted(v for v in variants if not (Path(data) / "voices" / "!v" / v).is_file())
    if missing:
        raise CorpusError(f"espeak-ng lacks the voice variant {', '.join(missing)}. Install espeakng-loader 0.2.4.")
