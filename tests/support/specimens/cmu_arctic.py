# SPDX-License-Identifier: Apache-2.0
"""CMU ARCTIC: two voices, a prompt with quotes in it and one without a recording."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    for voice in ("bdl", "ksp"):
        place = folder / f"cmu_us_{voice}_arctic"
        sound(place / "wav" / "arctic_a0001.wav")
        lines = '( arctic_a0001 "\\"Hello,\\" said Philip (twice)." )\n( arctic_b0500 "Nobody recorded this." )\n'
        text(place / "etc" / "txt.done.data", lines)
    return folder
