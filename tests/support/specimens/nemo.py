# SPDX-License-Identifier: Apache-2.0
"""A NeMo manifest: a whole file, two parts of another, one without text."""

from __future__ import annotations

import json
from pathlib import Path

from specimens import sound, text

ROWS = (
    {"audio_filepath": "wavs/a.wav", "duration": 0.5, "text": "give two tablets", "speaker": "s1", "accent": "x"},
    {"audio_filepath": "wavs/b.wav", "offset": 0.5, "duration": 0.75, "text": "now", "speaker": 2, "accent": "y"},
    {"audio_filepath": "wavs/b.wav", "offset": 1.25, "duration": 0.75, "text": "later", "speaker": 2, "accent": "y"},
    {"audio_filepath": "wavs/b.wav", "offset": 0, "duration": 0.25, "text": "", "speaker": 2, "accent": "y"},
)


def make(folder: Path) -> Path:
    sound(folder / "wavs" / "a.wav")
    sound(folder / "wavs" / "b.wav", seconds=2.0)
    return text(folder / "test_manifest.json", "".join(json.dumps(row) + "\n" for row in ROWS))
