# SPDX-License-Identifier: Apache-2.0
"""Tiny data sets in the layouts in which they are published; one file a corpus, found by its name.

A file defines `make(folder)`, which fills an empty folder and returns the path to give to the corpus.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile


def sound(path: Path, seconds: float = 0.5, rate_hz: int = 8000, format: str | None = None) -> Path:
    """A tone at half of full scale, in the format that the name says, in 16 bits where it has bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.5 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * rate_hz)) / rate_hz)
    soundfile.write(path, samples, rate_hz, format=format)
    return path


def text(path: Path, content: str) -> Path:
    """A UTF-8 file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path
