# SPDX-License-Identifier: Apache-2.0
"""The Free Spoken Digit Dataset: one spoken digit a recording."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._layout import read_rows
from stresstest.corpora.base import Corpus, Utterance
from stresstest.errors import CorpusError, allowed

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FILE_NAME = re.compile(r"(?P<digit>\d)_(?P<speaker>[^_]+)_(?P<take>\d+)")


@dataclass(frozen=True)
class FreeSpokenDigits(Corpus):
    """Spoken digits: a folder with `recordings/{digit}_{speaker}_{take}.wav` and `speakers.tsv` (speaker, accent …).

    Construction raises CorpusError where the folder does not hold both.
    """

    path: str

    def __post_init__(self) -> None:
        for needed in ("recordings", "speakers.tsv"):
            if not (self._folder / needed).exists():
                raise CorpusError(
                    f"{self.path}: not a Free Spoken Digit Dataset, for it holds no {needed!r}. Give a folder with "
                    "recordings/{digit}_{speaker}_{take}.wav and speakers.tsv (columns speaker, accent, gender)."
                )

    @property
    def _folder(self) -> Path:
        return Path(self.path).expanduser()

    def utterances(self) -> Sequence[Utterance]:
        """Every recording, by speaker, digit and take. Raises CorpusError for a file name or a speaker unknown."""
        speakers = self._speakers()
        found = [self._utterance(file, speakers) for file in (self._folder / "recordings").glob("*.wav")]
        if not found:
            raise CorpusError(f"{self._folder / 'recordings'}: there is no .wav file.")
        return [utterance for _, utterance in sorted(found, key=lambda pair: pair[0])]

    def card(self) -> Mapping[str, str]:
        """Two speakers an accent at most."""
        return {
            "name": "Free Spoken Digit Dataset",
            "license": "CC BY-SA 4.0",
            "citation": "Z. Jackson et al., Free Spoken Digit Dataset, https://github.com/Jakobovski/free-spoken-digit-dataset",
            "accent_labels": "The country and first language that the collectors give for each speaker.",
            "limits": "Six speakers, at most two an accent: numbers describe these people and no group.",
        }

    def _speakers(self) -> dict[str, Mapping[str, str]]:
        rows = read_rows(self._folder / "speakers.tsv", ("speaker", "accent"))
        return {row.values["speaker"]: row.values for row in rows}

    def _utterance(
        self, file: Path, speakers: Mapping[str, Mapping[str, str]]
    ) -> tuple[tuple[str, str, int], Utterance]:
        match = FILE_NAME.fullmatch(file.stem)
        if match is None:
            raise CorpusError(
                f"{file}: the name is not {{digit}}_{{speaker}}_{{take}}.wav, for example 7_george_0.wav."
            )
        digit, speaker, take = match["digit"], match["speaker"], int(match["take"])
        if speaker not in speakers:
            raise CorpusError(f"{file}: speakers.tsv has no speaker {speaker!r}; {allowed(speaker, speakers)}.")
        row = speakers[speaker]
        strata = {k: v for k, v in row.items() if k not in ("speaker", "accent")}
        utterance = Utterance(file.stem, file, DIGITS[int(digit)], speaker, row["accent"], strata)
        return (speaker, digit, take), utterance
