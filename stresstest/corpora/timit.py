# SPDX-License-Identifier: Apache-2.0
"""TIMIT: 630 speakers of eight dialect regions of the United States read ten sentences each.

Layouts: the LDC's (`TRAIN/DR1/FCJF0/SA1.{WAV,TXT}`, NIST SPHERE; copies with RIFF add `SA1.WAV.wav`) and NLTK's sample
(`dr1-fvmh0/sa1.{wav,txt}`), with `spkrinfo.txt` anywhere, in any case. Sources: TIMIT.TXT of the LDC on regions,
`lhotse.recipes.timit`, `nltk.corpus.reader.timit`. libsndfile has an error of its own for copies with changed line
endings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._byte_shift import refuse_shifted
from stresstest.corpora._folder import NO_TEXT, Card, FolderCorpus, gender, one_of
from stresstest.corpora._layout import audio_files, files_of, read_text
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError

REGIONS = (
    "New England",
    "Northern",
    "North Midland",
    "South Midland",
    "Southern",
    "New York City",
    "Western",
    "Army Brat",
)
"""dr1 to dr8."""

PLACE = re.compile(
    r"(?:(?P<split>train|test)/)?dr(?P<region>[1-8])[/-](?P<speaker>[fm]\w{3}\d)/(?P<name>s[aix]\d+)\.\S+"
)
SPLITS = {"trn": "train", "tst": "test"}


@dataclass(frozen=True)
class Timit(FolderCorpus):
    """American English of eight regions: the LDC's folder, or the sample that NLTK brings.

    `split`: `train` or `test`; None means both. All speakers read the sentences sa1 and sa2 (stratum `sentence`: sa),
    several the sx ones, one each the si ones. Raises CorpusError for a copy with damaged line endings, whose samples
    are out of step with their bytes.
    """

    split: str | None = None

    CARD = Card(
        name="TIMIT Acoustic-Phonetic Continuous Speech Corpus",
        license="LDC User Agreement (LDC93S1); the sample in NLTK for non-commercial use",
        citation="J. S. Garofolo et al., TIMIT Acoustic-Phonetic Continuous Speech Corpus, LDC93S1, 1993, "
        "https://doi.org/10.35111/17gk-bn40",
        accent_labels="The region where the speaker lived as a child, as TIMIT gives it: a place, not how one sounds.",
        limits="The Western region has no known dialect boundaries, and 'Army Brat' are people who moved around. "
        "Recordings of 1986 in one room.",
    )
    NEEDED = ("**/*[wW][aA][vV]", "**/*[tT][xX][tT]")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.split is not None:
            one_of("split", self.split, tuple(SPLITS.values()))

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        people = self._people()
        texts = {str(f.with_suffix("")).lower(): f for f in files_of(self.folder) if f.suffix.lower() == ".txt"}
        found = self._recordings()
        refuse_shifted([file for file, _ in found.values()])
        for identifier, (file, match) in found.items():
            about = people.get(match["speaker"], {})
            split = match["split"] or about.get("split", "na")
            text = texts.get(str(file.parent / match["name"]).lower())
            if text is None:
                left_out[NO_TEXT] += 1
            elif self.split in (None, split):
                strata = {"gender": gender(match["speaker"][0]), "age": about.get("age", "na"), "split": split}
                strata["sentence"] = match["name"][:2]
                region = REGIONS[int(match["region"]) - 1]
                yield Utterance(identifier, file, _sentence(text), match["speaker"], region, strata)

    def _recordings(self) -> dict[str, tuple[Path, re.Match[str]]]:
        """File and parts of its place by id; of SA1.WAV and SA1.WAV.wav beside it the first."""
        found: dict[str, tuple[Path, re.Match[str]]] = {}
        for file in audio_files(self.folder):
            match = PLACE.search(file.relative_to(self.folder).as_posix().lower())
            if match:
                found.setdefault(f"{match['speaker']}-{match['name']}", (file, match))
        return found

    def _people(self) -> Mapping[str, Mapping[str, str]]:
        """By speaker, from lines like `ABC0 M 6 TRN 03/03/86 06/17/63 6'00" WHT BS`; none where there is no table."""
        table = next((f for f in files_of(self.folder) if f.name.lower() == "spkrinfo.txt"), None)
        lines = read_text(table).splitlines() if table else []
        rows = [line.lower().split() for line in lines if line.strip() and not line.startswith(";")]
        return {r[1] + r[0]: {"split": SPLITS.get(r[3], "na"), "age": _age(r[4], r[5])} for r in rows if len(r) > 5}


def _age(recorded: str, born: str) -> str:
    """Whole years between two dates like 03/03/86 of the twentieth century, or `na` where a part is unknown."""
    dates = [re.fullmatch(r"(\d\d)/(\d\d)/(\d\d)", date) for date in (recorded, born)]
    if not (dates[0] and dates[1]):
        return "na"
    (month, day, year), (birth_month, birth_day, birth_year) = (
        tuple(map(int, date.groups())) for date in dates if date
    )
    return str(year - birth_year - ((month, day) < (birth_month, birth_day)))


def _sentence(path: Path) -> str:
    """The words behind the first and last sample in a line like `0 46797 She had your dark suit.`"""
    cells = read_text(path).split(None, 2)
    if len(cells) < 3 or not (cells[0].isdigit() and cells[1].isdigit()):
        raise CorpusError(f"{path}: got {' '.join(cells)!r}; allowed is: first sample, last sample, sentence.")
    return cells[2]
