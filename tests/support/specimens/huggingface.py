# SPDX-License-Identifier: Apache-2.0
"""What `save_to_disk` writes of a table that holds sound: accents as class labels, rows that lack something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specimens import sound


def rows(folder: Path) -> dict[str, list[Any]]:
    """Sound as bytes, three good rows and one each without accent, text and sound."""
    content = [sound(folder / "made" / f"{n}.wav", seconds=0.5 + n / 10).read_bytes() for n in range(5)]
    return {
        "audio": [*({"bytes": c, "path": f"{n}.wav"} for n, c in enumerate(content)), None],
        "text": ["give two tablets", "now", "later", "nobody knows", "", "unheard"],
        "speaker_id": [1, 1, 2, 2, 1, 1],
        "accent": [0, 0, 1, None, 0, 0],
        "gender": ["F", "F", None, "M", "F", "F"],
    }


def table(folder: Path) -> Any:
    from datasets import Audio, ClassLabel, Dataset, Features, Value

    kinds = {"text": Value("string"), "speaker_id": Value("int64"), "gender": Value("string")}
    sounds = {"bytes": Value("binary"), "path": Value("string")}  # Audio() would ask for an encoder of its own
    features = Features({"audio": sounds, "accent": ClassLabel(names=["Scottish", "Igbo"]), **kinds})
    return Dataset.from_dict(rows(folder), features=features).cast_column("audio", Audio())


def make(folder: Path) -> Path:
    from datasets import DatasetDict

    path = folder / "saved"
    DatasetDict({"test": table(folder)}).save_to_disk(str(path))
    return path
