# SPDX-License-Identifier: Apache-2.0
"""AfriSpeech-200 as on Hugging Face, unpacked, with the table of all accents beside those of one."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    head = "idx,user_ids,accent,age_group,country,transcript,nchars,audio_ids,audio_paths,duration,origin,domain,split,"
    head += "gender\n"
    rows = {
        "zulu": '1,u1,zulu,19-25,ZA,"Adjust, it.\n",1,a,/data/data/intron/f1/x.wav,1,african,clinical,dev,Female\n',
        "akan-fante": "2,u2,akan (fante),,GH,Uncap syringe.,1,b,/AfriSpeech-100/test/f2/x.wav,1,african,general,dev,\n",
    }
    for accent, row in rows.items():
        text(folder / "transcripts" / accent / "test.csv", head + row)
    text(folder / "transcripts" / "test.csv", head + "".join(rows.values()))
    sound(folder / "audio" / "zulu" / "test" / "data" / "data" / "intron" / "f1" / "x.wav")
    sound(folder / "audio" / "akan-fante" / "test" / "data" / "data" / "intron" / "f2" / "x.wav")
    return folder
