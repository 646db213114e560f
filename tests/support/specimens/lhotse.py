# SPDX-License-Identifier: Apache-2.0
"""Lhotse's recordings and supervisions, and the same as cuts; keys and values as version 1.33 writes them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from specimens import sound


def recording(name: str, seconds: float = 2.0, **more: Any) -> dict[str, Any]:
    source = {"type": "file", "channels": [0], "source": f"audio/{name}.wav"}
    length = {"sampling_rate": 8000, "num_samples": round(8000 * seconds), "duration": seconds, "channel_ids": [0]}
    return {"id": name, "sources": [source], **length, **more}


def supervision(name: str, of: str, start: float, duration: float, speaker: str, **more: Any) -> dict[str, Any]:
    place = {"recording_id": of, "start": start, "duration": duration, "channel": 0}
    said = {"text": f"words of {name}", "language": "English", "speaker": speaker, "gender": "F"}
    return {"id": name, **place, **said, "custom": {"accent": "Scottish"}, **more}


SPOKEN = (
    supervision("u1", "a", 0.1, 0.5, "s1"),
    supervision("u2", "a", 0.75, 1.25, "s1"),
    supervision("u3", "b", 0.0, 2.0, "s2", custom={"accent": "Igbo"}, gender=None),
    supervision("u4", "b", 0.0, 1.0, "s2", custom=None),
)


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def cut(name: str, of: str, start: float, duration: float, *spoken: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    place = {"start": start, "duration": duration, "channel": 0}
    return {"id": name, **place, "supervisions": list(spoken), "recording": recording(of), "type": "MonoCut", **more}


def make(folder: Path) -> Path:
    for name in ("a", "b"):
        sound(folder / "audio" / f"{name}.wav", seconds=2.0)
    write(folder / "ward_recordings_all.jsonl.gz", [recording("a"), recording("b")])
    write(folder / "ward_supervisions_all.jsonl.gz", SPOKEN)
    return folder
