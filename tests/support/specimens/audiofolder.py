# SPDX-License-Identifier: Apache-2.0
"""Recordings in accent/speaker/name with sidecars in two spellings, one of them without a text."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    sound(folder / "Scottish" / "s1" / "a.wav")
    text(folder / "Scottish" / "s1" / "a.txt", "Give two\ntablets.\n")
    sound(folder / "Scottish" / "s1" / "b.flac")
    text(folder / "Scottish" / "s1" / "b.lab", "NOW")
    sound(folder / "Igbo" / "s2" / "a.wav")
    text(folder / "Igbo" / "s2" / "a.txt", "Later.")
    sound(folder / "Igbo" / "s2" / "silent.wav")
    return folder
