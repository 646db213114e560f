# SPDX-License-Identifier: Apache-2.0
"""Fair-Speech: three commands of two cells, and what macOS leaves in archives."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    columns = ("hash_name", "transcription", "age", "gender", "first_language", "socioeconomic_bkgd", "ethnicity")
    rows = [
        ("a1", "hey facebook answer the call", "18 - 22", "female", "Spanish", "Low", "White"),
        ("a2", 'play "some jazz', "18 - 22", "female", "Spanish", "Low", "White"),
        ("b1", "call mum", "31 - 45", "male", "English", "Medium", "Asian"),
        ("c1", "nobody recorded this", "31 - 45", "male", "English", "Medium", "Asian"),
    ]
    text(folder / "asr_fairness_metadata.tsv", "".join("\t".join(row) + "\n" for row in (columns, *rows)))
    for name in ("a1", "a2", "b1"):
        sound(folder / "asr_fairness_audio" / f"{name}.wav")
    text(folder / "asr_fairness_audio" / "._a1.wav", "resource fork")
    return folder
