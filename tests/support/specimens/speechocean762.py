# SPDX-License-Identifier: Apache-2.0
"""speechocean762: a child and an adult; speakers named in both ways."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    for split, speaker, years, sex in (("train", "0001", 6, "m"), ("test", "0003", 40, "f")):
        name = f"0{speaker}0011"
        sound(folder / "WAVE" / f"SPEAKER{speaker}" / f"{name}.WAV", format="WAV")
        text(folder / split / "text", f"{name}\tWE CALL IT BEAR\n{speaker}99999\tNOBODY RECORDED THIS\n")
        text(folder / split / "utt2spk", f"{name}\t{speaker}\n")
        text(folder / split / "spk2age", f"SPEAKER{speaker} {years}\n")
        text(folder / split / "spk2gender", f"{speaker}\t{sex}\n")
    return folder
