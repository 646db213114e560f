# SPDX-License-Identifier: Apache-2.0
"""AudioMNIST: three speakers, an impossible age, a copied take and a speaker who is not described."""

from __future__ import annotations

import json
from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    people = {
        "01": {"accent": "german", "age": 30, "gender": "male", "native speaker": "no", "recordingroom": "Kino"},
        "36": {"accent": "German", "age": "22", "gender": "female", "native speaker": "no", "recordingroom": "vr-room"},
        "45": {"accent": "Danish", "age": "1234", "gender": "male", "native speaker": "no", "recordingroom": "VR-Room"},
    }
    text(folder / "data" / "audioMNIST_meta.txt", json.dumps(people))
    for name in ("3_01_0", "3_36_19", "3_36_20", "3_45_0", "3_60_0"):
        sound(folder / "data" / name.split("_")[1] / f"{name}.wav")
    return folder
