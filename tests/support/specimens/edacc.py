# SPDX-License-Identifier: Apache-2.0
"""EdAcc: a call of two speakers with everything that is left out, and one of a speaker without an accent."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    accent = "How would you describe your accent in English? (e.g. Italian, Glaswegian)"
    head = f'PARTICIPANT_ID,What is your gender?,"{accent}","What’s your year of birth? (e.g., 1992)"\n'
    people = "EDACC-C06-A,Male,South London,1990.0\nEDACC-C06-B,Female,Italian ,1985\nEDACC-C07-A,Female,NA,\n"
    text(folder / "linguistic_background.csv", head + people)
    turns = [
        "EDACC-C06 1 EDACC-C06-A 0.00 0.50 <male,l1> IGNORE_TIME_SEGMENT_IN_SCORING",
        "EDACC-C06 1 EDACC-C06-A 0.50 1.25 <male,l1> C ELEVEN <laugh> DASH P ONE",
        "EDACC-C06 1 EDACC-C06-B 1.25 2.00 <female,l2> <overlap> YEAH",
        "EDACC-C06 1 EDACC-C06-B 2.00 2.50 <female,l2> <breath>",
        "EDACC-C06 1 EDACC-C06-B 2.50 3.00 <female,l2> I DON'T KNOW",
        "EDACC-C07 1 EDACC-C07-A 0.00 0.50 <female,l1> HELLO",
    ]
    text(folder / "test" / "stm", "\n".join(turns) + "\n")
    sound(folder / "data" / "EDACC-C06.wav", 3.0)
    sound(folder / "data" / "EDACC-C07.wav")
    return folder
