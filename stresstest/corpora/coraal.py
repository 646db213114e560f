# SPDX-License-Identifier: Apache-2.0
"""CORAAL, the Corpus of Regional African American Language: sociolinguistic interviews of 1968 to today.

Layout: unpacked archives anywhere in the folder, found by name: `DCB_metadata_2018.10.06.txt`, and for each interview
`DCB_se1_ag1_f_01_1.txt` (Line, Spkr, StTime, Content, EnTime; tab-separated) and `….wav`. Sources: the components' page
of oraal.uoregon.edu, and three programs that read the data set; turns are chosen as A. Koenecke et al. do (Racial
disparities in automated speech recognition, PNAS 2020). The licence is as a copy on
Hugging Face states it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._folder import Card, FolderCorpus, age, gender
from stresstest.corpora._layout import audio_files, by_stem, files_of, read_rows
from stresstest.corpora._stretches import Line, stretches
from stresstest.corpora._table import Row
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError

PLACES = {
    "ATL": "Atlanta",
    "DCA": "Washington DC 1968",
    "DCB": "Washington DC 2016",
    "DTA": "Detroit",
    "LES": "Lower East Side",
    "PRV": "Princeville",
    "ROC": "Rochester",
    "VLD": "Valdosta",
}
"""Component to group; another component keeps its code."""

PAUSE = re.compile(r"\(pause[^)]*\)")
COLUMNS = ("Spkr", "StTime", "Content", "EnTime")
PERSON = ("CORAAL.Spkr", "CORAAL.File", "Gender", "Age", "CORAAL.SEC.Group", "Edu.Group")


@dataclass(frozen=True)
class Coraal(FolderCorpus):
    """African American Language by place: what the interviewees say, in stretches of up to `max_seconds`.

    A stretch is a run of the interviewee's lines without markup and without another speaker in it; it may hold pauses.
    The interviewer is left out.
    """

    max_seconds: float = 20.0

    CARD = Card(
        name="Corpus of Regional African American Language (CORAAL)",
        license="CC BY-NC-SA 4.0",
        citation="T. Kendall, C. Farrington, The Corpus of Regional African American Language, University of Oregon, "
        "https://oraal.uoregon.edu/coraal",
        accent_labels="The place where the interview was made, as the collectors name their components; all speakers "
        "are African American. Some moved to the place.",
        limits="Tapes of 1968 and recordings of today: the components differ in recording quality, which a comparison "
        "of places mixes with accent. There are no speakers of other varieties to compare with.",
    )
    NEEDED = ("**/*_metadata_*.txt", "**/*.wav")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.max_seconds > 0:
            raise CorpusError(f"corpus.max_seconds is {self.max_seconds}; allowed are numbers above 0.")

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        interviews = self._interviews()
        audio, texts = (
            by_stem(file for file in files if file.stem in interviews)
            for files in (audio_files(self.folder), files_of(self.folder, ".txt"))
        )
        for name, person in interviews.items():
            if name in audio and name in texts:
                yield from self._interview(name, person, audio[name], texts[name])
            else:
                left_out["without the audio or transcript of an interview"] += 1

    def _interview(self, name: str, person: Mapping[str, str], audio: Path, text: Path) -> Iterator[Utterance]:
        speaker, code = person["CORAAL.Spkr"], name.partition("_")[0]
        place = PLACES.get(code, code)
        strata = {"gender": gender(person["Gender"]), "age": age(person["Age"])}
        strata |= {"socioeconomic": person["CORAAL.SEC.Group"] or "na", "education": person["Edu.Group"] or "na"}
        lines = [_line(text, row) for row in read_rows(text, COLUMNS)]
        spoken = [line for line in lines if not PAUSE.fullmatch(line.said)]
        for stretch in stretches(spoken, speaker, self.max_seconds):
            start, said = stretch[0].start, " ".join(line.said for line in stretch)
            identifier = f"{name}-{round(start * 1000):08d}"
            yield Utterance(identifier, audio, said, speaker, place, strata, start, stretch[-1].end)

    def _interviews(self) -> dict[str, Mapping[str, str]]:
        """By name of the interview; the tables repeat a speaker for each archive."""
        tables = (file for file in files_of(self.folder, ".txt") if "_metadata_" in file.name)
        rows = [row.values for table in tables for row in read_rows(table, PERSON)]
        return {values["CORAAL.File"]: values for values in rows if values["CORAAL.Spkr"] in values["CORAAL.File"]}


def _line(path: Path, row: Row) -> Line:
    try:
        start, end = float(row.values["StTime"]), float(row.values["EnTime"])
    except ValueError as error:
        raise CorpusError(f"{path}:{row.line}: StTime and EnTime are seconds; {error}. Unpack it again.") from error
    return Line(row.values["Spkr"], row.values["Content"], start, end)
