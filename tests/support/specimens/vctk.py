# SPDX-License-Identifier: Apache-2.0
"""VCTK 0.92: two microphones, a speaker of unknown accent, one without texts, a text without audio."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    info = "ID  AGE  GENDER  ACCENTS  REGION COMMENTS\n"
    info += "p225  23  F    English    Southern  England\np226  22  M    Scottish   Fife\n"
    info += "p280  25  F    Unknown    France (mic2 files unavailable)\n"
    info += "p315  18  M    American   New  England (Text unavailable)\ns5  24  F    British\n"
    text(folder / "speaker-info.txt", info)
    for speaker in ("p225", "p226", "p280", "p315", "s5"):
        for number in ("001", "002"):
            for microphone in ("mic1",) if speaker == "p280" else ("mic1", "mic2"):
                sound(folder / "wav48_silence_trimmed" / speaker / f"{speaker}_{number}_{microphone}.flac")
            if speaker != "p315":
                text(folder / "txt" / speaker / f"{speaker}_{number}.txt", f"Please call Stella {number}.\n")
    text(folder / "txt" / "p226" / "p226_003.txt", "Nobody recorded this.")
    return folder
