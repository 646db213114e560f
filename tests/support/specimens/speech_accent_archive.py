# SPDX-License-Identifier: Apache-2.0
"""Speech Accent Archive: two languages, the misspelled sex, a row without its file, empty columns."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    text(folder / "reading-passage.txt", "Please call Stella.\nAsk her to bring these things.\n")
    head = "age,age_onset,birthplace,filename,native_language,sex,speakerid,country,file_missing?,,,\n"
    rows = '27.0,9.0,"virginia, south africa",afrikaans1,afrikaans,famale,1,south africa,FALSE,,,\n'
    rows += '35.0,0.0,"london, uk",english7,english,male,2,uk,FALSE,,,\n'
    rows += '18.0,3.0,"lagos, nigeria",nicobarese,nicobarese,female,3,nigeria,TRUE,,,\n'
    text(folder / "speakers_all.csv", head + rows)
    for name in ("afrikaans1", "english7"):
        sound(folder / "recordings" / "recordings" / f"{name}.mp3")
    return folder
