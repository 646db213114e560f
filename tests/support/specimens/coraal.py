# SPDX-License-Identifier: Apache-2.0
"""CORAAL: an interview with overlap, pauses, markup and an interviewer, and one whose audio is missing."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    person = "DCB\tDCB_se1_ag1_f_01\t{}\tFemale\t21\t1\tsome college\n"
    head = "CORAAL.Sub\tCORAAL.Spkr\tCORAAL.File\tGender\tAge\tCORAAL.SEC.Group\tEdu.Group\n"
    rows = "".join(person.format(name) for name in ("DCB_se1_ag1_f_01_1", "DCB_se1_ag1_f_01_1", "DCB_se1_ag1_f_01_2"))
    text(folder / "DCB_metadata_2018.10.06.txt", head + rows)
    lines = [
        ("DCB_int_01", "0.00", "What did y'all play?", "1.00"),
        ("DCB_se1_ag1_f_01", "1.00", 'We used to play "tag,"', "1.80"),
        ("DCB_se1_ag1_f_01", "1.80", "(pause 0.40)", "2.20"),
        ("DCB_se1_ag1_f_01", "2.20", "all day long.", "3.00"),
        ("DCB_se1_ag1_f_01", "3.00", "And /RD-NAME-2/ <laugh>", "3.50"),
        ("DCB_se1_ag1_f_01", "3.50", "She was fast.", "4.20"),
        ("DCB_int_01", "4.00", "[Uh-huh.]", "4.30"),
        ("DCB_se1_ag1_f_01", "4.30", "Real fast.", "5.00"),
        ("DCB_int_01", "5.00", "Okay.", "5.20"),
        ("DCB_se1_ag1_f_01", "5.20", "The recording ends before this.", "7.00"),
    ]
    rows = "".join("\t".join((str(number), *line)) + "\n" for number, line in enumerate(lines, 1))
    text(folder / "textfiles" / "DCB_se1_ag1_f_01_1.txt", "Line\tSpkr\tStTime\tContent\tEnTime\n" + rows)
    sound(folder / "audio" / "DCB_se1_ag1_f_01_1.wav", 5.0)
    return folder
