# SPDX-License-Identifier: Apache-2.0
"""LibriSpeech: two speakers of one subset; one's name holds the separator."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    table = ";ID  |SEX| SUBSET           |MINUTES| NAME\n"
    table += "14   | F | test-clean       | 25.03 | Kristin LeMoine\n60   | M | test-clean       | 20.18 | |CBW|Simon\n"
    text(folder / "SPEAKERS.TXT", table)
    for speaker, chapter in (("14", "208"), ("60", "121082")):
        place = folder / "test-clean" / speaker / chapter
        sound(place / f"{speaker}-{chapter}-0000.flac")
        lines = f"{speaker}-{chapter}-0000 CHAPTER ONE\n{speaker}-{chapter}-0001 NOBODY RECORDED THIS\n"
        text(place / f"{speaker}-{chapter}.trans.txt", lines)
    return folder
