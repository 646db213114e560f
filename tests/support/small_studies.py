"""A small corpus on disk and studies over it, for tests of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.conditions import Condition, ConditionGrid, split_reference
from stresstest.profiles.library import Library
from stresstest.study import Component, RenderOptions, Study

LABELS = (
    "clean",
    "noise=speech_shaped/snr_db=10",
    "noise=speech_shaped/snr_db=0",
    "noise=infusion_alarm/snr_db=0",
    "device=irs_handset/channel=g711_ulaw",
)


def speechlike(seconds: float, rate_hz: int, seed: int) -> Waveform:
    """Noise in syllables: enough activity for a speech level."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    envelope = np.clip(np.sin(2 * np.pi * 3 * t + rng.uniform(0, 6)), 0, None)
    return Waveform((0.1 * envelope * rng.standard_normal(t.size)).astype(np.float32), rate_hz)


def write_corpus(folder: Path, speakers: int = 3, utterances: int = 3) -> Path:
    """A manifest of synthetic noises passing for speech: two accents; returns the manifest's path."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["id,audio,text,speaker,accent,gender"]
    for n in range(2 * speakers * utterances):
        speaker = n // utterances
        write(folder / f"u{n}.wav", speechlike(0.6, 8000, n))
        rows.append(f"u{n},u{n}.wav,three two one zero one,s{speaker},{'ab'[speaker % 2]},{'fm'[speaker % 2]}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def study_over(
    manifest: Path,
    target: str = "odd_recognizers.Loudness",
    labels: Sequence[str] = LABELS,
    options: dict[str, Any] | None = None,
    **changes: Any,
) -> Study:
    """A study of these conditions, with the profiles of the shipped library."""
    library = Library.shipped()
    conditions = tuple(Condition.parse(label) for label in labels)
    used = {(s, split_reference(str(v))[0]) for c in conditions for s, v in c.path if s != "snr_db"}
    settings: dict[str, Any] = {
        "name": "small",
        "question": "Does it work?",
        "seed": 7,
        "corpus": Component("stresstest.corpora.manifest.Manifest", {"path": str(manifest)}),
        "recognizers": {"odd": Component(target, options or {})},
        "grid": ConditionGrid(conditions),
        "profiles": {f"{s}/{n}": library.get(s, n) for s, n in used},
        "render": RenderOptions(padding_ms=50),
    }
    return Study(**(settings | changes))
