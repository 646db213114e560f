# SPDX-License-Identifier: Apache-2.0
"""Synthetic corpora: who says what, spoken once by espeak-ng and kept in the cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform, files
from stresstest.corpora import _espeak
from stresstest.corpora._espeak import Voice
from stresstest.corpora.base import Utterance
from stresstest.corpora.manifest import write_manifest
from stresstest.errors import CorpusError
from stresstest.places import cache_folder

RATE_HZ = 16000
PEAK = 0.5
FADE_MS = 5
RECIPE = 1
"""Counts changes to how speech becomes a file (peak, fade, rate): part of the cache key."""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance to be spoken."""

    id: str
    speaker: str
    accent: str
    gender: str
    voice: Voice
    text: str


def synthesized(name: str, lines: Sequence[Line]) -> list[Utterance]:
    """The lines as 16-kHz, 16-bit WAV files with a manifest.tsv, in cache_folder()/<name>-<hash>.

    The hash covers the lines and the version of espeak-ng. Made at the first call: about 10 ms of one core a line.
    A folder appears whole or not at all, also with several processes at once. Raises MissingExtraError without
    espeak-ng, and CorpusError where the kept files are not the ones that were made.
    """
    recipe = repr((RECIPE, RATE_HZ, PEAK, FADE_MS, _espeak.engine(), tuple(lines)))
    folder = cache_folder() / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    if not folder.is_dir():
        _make(folder, lines)
    utterances = _utterances(folder, lines)
    if (folder / "fingerprint.txt").read_text().strip() != _files_hash(utterances):
        raise CorpusError(f"{folder}: the speech kept there has changed. Delete the folder; it is made again.")
    return utterances


def _make(folder: Path, lines: Sequence[Line]) -> None:
    """Speak into a temporary folder, then give it its name; whoever is second drops an identical copy."""
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for line, pcm in zip(lines, _espeak.speak([(line.voice, line.text) for line in lines]), strict=True):
            files.write(temporary / f"{line.id}.wav", finished(pcm))
        utterances = _utterances(temporary, lines)
        write_manifest(utterances, temporary / "manifest.tsv")
        (temporary / "fingerprint.txt").write_text(_files_hash(utterances) + "\n")
        temporary.chmod(0o755)
        try:
            os.rename(temporary, folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def finished(pcm: NDArray[np.int16]) -> Waveform:
    """Speech of espeak-ng at RATE_HZ, its peak at PEAK, faded in and out over FADE_MS."""
    wave = files.resample(Waveform(pcm.astype(np.float32) / np.float32(32768), _espeak.RATE_HZ), RATE_HZ)
    samples = wave.samples.astype(np.float64)
    ramp = np.linspace(0.0, 1.0, RATE_HZ * FADE_MS // 1000)
    samples[: ramp.size] *= ramp
    samples[-ramp.size :] *= ramp[::-1]
    return wave.with_samples(samples * (PEAK / np.abs(samples).max()))


def _utterances(folder: Path, lines: Sequence[Line]) -> list[Utterance]:
    return [
        Utterance(
            id=line.id,
            audio=folder / f"{line.id}.wav",
            text=line.text,
            speaker=line.speaker,
            accent=line.accent,
            strata={"gender": line.gender, "variant": line.voice.variant},
        )
        for line in lines
    ]


def _files_hash(utterances: Sequence[Utterance]) -> str:
    """SHA-256 over the bytes of the audio files, in order; a missing file counts as an empty one."""
    digest = hashlib.sha256()
    for utterance in utterances:
        digest.update(hashlib.sha256(utterance.audio.read_bytes() if utterance.audio.is_file() else b"").digest())
    return digest.hexdigest()
