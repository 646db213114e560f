# SPDX-License-Identifier: Apache-2.0
"""TIMIT as the LDC gives it, one speaker also as RIFF beside the SPHERE file."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    table = "; ID Sex DR Use RecDate BirthDate Ht Race Edu\n"
    table += "CJF0 F 1 TRN 03/03/86 06/17/63 5'04 WHT BS\nABC0 M 6 TST 01/23/86 ??/??/?? 6'00 WHT BS\n"
    text(folder / "DOC" / "SPKRINFO.TXT", table)
    for place in ("TRAIN/DR1/FCJF0", "TEST/DR6/MABC0"):
        for name in ("SA1", "SX37"):
            sound(folder / place / f"{name}.WAV", format="NIST")
            text(folder / place / f"{name}.TXT", "0 46797 She had your dark suit in greasy wash water all year.\n")
    sound(folder / "TRAIN" / "DR1" / "FCJF0" / "SA1.WAV.wav")
    return folder
