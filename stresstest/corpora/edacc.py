# SPDX-License-Identifier: Apache-2.0
"""EdAcc, the Edinburgh International Accents of English Corpus: video calls between friends, some forty hours.

Layout: `data/EDACC-C06.wav`, `{dev,test}/stm`, `linguistic_background.csv`. Sources: the README of version 1.0,
`lhotse.recipes.edacc`, programs that read the data set (lines of stm, the questions that are column names).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stresstest.corpora._folder import NO_ACCENT, NO_AUDIO, Card, FolderCorpus, gender, one_of
from stresstest.corpora._layout import audio_files, by_stem, read_rows, read_text
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError

SPLITS = ("dev", "test")
QUESTIONS = {
    "accent": "How would you describe your accent in English?",
    "gender": "What is your gender?",
    "birth_year": "What’s your year of birth?",
}
"""How the columns begin; an example follows in brackets."""

LINE = re.compile(r"(\S+) \S+ (\S+) ([\d.]+) ([\d.]+) <[^>]*> ?(.*)")
IGNORED = "IGNORE_TIME_SEGMENT_IN_SCORING"
UNSCORED = ("<overlap>", "<foreign>", "{")
"""Somebody else talks, another language is spoken, or sclite may choose a reference: no reference is complete."""


@dataclass(frozen=True)
class EdAcc(FolderCorpus):
    """Conversations by turn, with accents in the speakers' own words.

    `split`: `dev` or `test`; None means both. Turns are segments of the calls. Left out are read passages, which the
    data set marks as not to be scored, and turns with overlap or another language; noises in angle brackets are taken
    out of the text.
    """

    split: str | None = None

    CARD = Card(
        name="The Edinburgh International Accents of English Corpus",
        license="CC BY-SA 4.0",
        citation="R. Sanabria et al., The Edinburgh International Accents of English Corpus: Towards the "
        "Democratization of English ASR, ICASSP 2023, https://doi.org/10.7488/ds/3832",
        accent_labels="Self-described in free text ('South London', 'American with a slight accent').",
        limits="Most accents have one or two speakers, spelled in many ways: join them before you compare. The L1/L2 "
        "labels of the reference are not reliable, as its authors say, and not used.",
    )
    NEEDED = ("linguistic_background.csv", "data/*.wav", "*/stm")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.split is not None:
            one_of("split", self.split, SPLITS)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        audio, people = by_stem(audio_files(self.folder / "data")), self._people()
        for split in (self.split,) if self.split else SPLITS:
            for call, speaker, start, end, said in self._turns(split):
                person, text = people.get(speaker, {}), " ".join(re.sub(r"<[\w-]+>", " ", said).split())
                reason = _reason(said, text, person, call in audio)
                if reason:
                    left_out[reason] += 1
                    continue
                identifier = f"{speaker}-{round(float(start) * 1000):08d}"
                times = float(start), float(end)
                strata = {"gender": person["gender"], "birth_year": person["birth_year"], "split": split}
                yield Utterance(identifier, audio[call], text, speaker, person["accent"], strata, *times)

    def _turns(self, split: str) -> Iterator[tuple[str, ...]]:
        """Call, speaker, start, end and text of each line of a split that is there."""
        table = self.folder / split / "stm"
        for number, line in enumerate(read_text(table).splitlines() if table.is_file() else [], 1):
            match = LINE.fullmatch(line)
            if match is None:
                raise CorpusError(
                    f"{table}:{number}: got {line!r}; allowed is: call, channel, speaker, start, end, <labels>, text. "
                    "Unpack the data set again."
                )
            yield match.groups()

    def _people(self) -> Mapping[str, Mapping[str, str]]:
        path, people = self.folder / "linguistic_background.csv", {}
        for row in read_rows(path, ("PARTICIPANT_ID",)):
            about = {}
            for key, question in QUESTIONS.items():
                columns = [name for name in row.values if name.replace("'", "’").startswith(question)]
                if not columns:
                    raise CorpusError(f"{path}: no column begins with {question!r}; got {', '.join(row.values)}.")
                about[key] = row.values[columns[0]]
            people[row.values["PARTICIPANT_ID"]] = {
                "accent": "" if about["accent"] == "NA" else about["accent"],
                "gender": gender(about["gender"]),
                "birth_year": about["birth_year"].removesuffix(".0") or "na",
            }
        return people


def _reason(said: str, text: str, person: Mapping[str, str], has_audio: bool) -> str:
    """Why a turn is left out; empty where it is not."""
    if IGNORED in said:
        return "of a read passage"
    if any(mark in said for mark in UNSCORED):
        return "with overlap, another language or a choice of references"
    if not text:
        return "without words"
    if not person.get("accent"):
        return NO_ACCENT
    return "" if has_audio else NO_AUDIO
