# SPDX-License-Identifier: Apache-2.0
"""AudioMNIST: 60 speakers say each digit fifty times.

Layout: `data/{01 … 60}/{digit}_{speaker}_{take}.wav`, `data/audioMNIST_meta.txt` (JSON). Sources: the files of
github.com/soerenab/AudioMNIST themselves, `lhotse.recipes.audio_mnist`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stresstest.corpora._folder import NO_ACCENT, Card, FolderCorpus, age, gender
from stresstest.corpora._layout import audio_files, read_text
from stresstest.corpora.base import Utterance
from stresstest.corpora.free_spoken_digits import DIGITS
from stresstest.errors import CorpusError

FILE_NAME = re.compile(r"(?P<digit>\d)_(?P<speaker>\d+)_(?P<take>\d+)")
COPIES = ("3_36_20", "3_36_29")
"""Copies of the takes 19 and 28, which fill gaps: data/36/notes.txt."""


@dataclass(frozen=True)
class AudioMnist(FolderCorpus):
    """Spoken digits of 60 people, most of them German.

    Two files that repeat other takes are left out. Raises CorpusError for metadata that is no JSON and for a file
    whose name is not {digit}_{speaker}_{take}.wav.
    """

    CARD = Card(
        name="AudioMNIST",
        license="MIT",
        citation="S. Becker et al., AudioMNIST: Exploring Explainable Artificial Intelligence for Audio Analysis on "
        "a Simple Benchmark, Journal of the Franklin Institute, 2024, https://arxiv.org/abs/1807.03418",
        accent_labels="Free text noted at the recording, one with a question mark; who judged is not documented. Only "
        "the case of the first letter is unified ('german' is 'German').",
        limits="Most speakers are German; other accents have one to four. Rooms changed in the course "
        "of the recordings. Each utterance is one word.",
    )
    NEEDED = ("data/audioMNIST_meta.txt", "data/*/*.wav")

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        people = self._people()
        for file in audio_files(self.folder / "data"):
            match = FILE_NAME.fullmatch(file.stem)
            if match is None:
                raise CorpusError(
                    f"{file}: the name is not {{digit}}_{{speaker}}_{{take}}.wav, for example 3_07_24.wav."
                )
            person = people.get(match["speaker"])
            if file.stem in COPIES:
                left_out["copying another take"] += 1
            elif person is None or not str(person.get("accent", "")).strip():
                left_out[NO_ACCENT] += 1
            else:
                accent = str(person["accent"]).strip()
                accent = accent[0].upper() + accent[1:]
                yield Utterance(file.stem, file, DIGITS[int(match["digit"])], match["speaker"], accent, _strata(person))

    def _people(self) -> Mapping[str, Mapping[str, object]]:
        path = self.folder / "data" / "audioMNIST_meta.txt"
        try:
            people = json.loads(read_text(path))
        except ValueError as error:
            raise CorpusError(f"{path}: not JSON ({error}). Fetch the file again.") from error
        if not isinstance(people, dict) or not all(isinstance(about, dict) for about in people.values()):
            raise CorpusError(f"{path}: allowed is an object that gives an object for each speaker.")
        return people


def _strata(person: Mapping[str, object]) -> dict[str, str]:
    """An age of 1234, which one speaker has, is none."""
    texts = {key: str(person.get(key, "")).strip() for key in ("gender", "native speaker", "origin", "recordingroom")}
    return {
        "gender": gender(texts["gender"]),
        "age": age(person.get("age")),
        "native": texts["native speaker"] or "na",
        "origin": texts["origin"] or "na",
        "recording_room": texts["recordingroom"].casefold() or "na",
    }
