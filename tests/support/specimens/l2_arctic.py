# SPDX-License-Identifier: Apache-2.0
"""L2-ARCTIC: two speakers' readings and one story."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    for speaker in ("ABA", "TNI"):
        sound(folder / speaker / "wav" / "arctic_a0001.wav")
        text(folder / speaker / "transcript" / "arctic_a0001.txt", "Author of the danger trail, Philip Steels, etc.")
    text(folder / "ABA" / "transcript" / "arctic_a0002.txt", "Not at this particular case.")
    sound(folder / "suitcase_corpus" / "wav" / "tni.wav")
    text(folder / "suitcase_corpus" / "transcript" / "tni.txt", "a man and a woman walk around the corner")
    return folder
