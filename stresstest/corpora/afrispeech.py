# SPDX-License-Identifier: Apache-2.0
"""AfriSpeech-200: clinical and general sentences read by 2,463 people of 13 countries, most of them African.

Layouts: the one on Hugging Face with its archives unpacked (`transcripts/<accent>/<split>.csv`,
`audio/<accent>/<split>/…/<folder>/<file>.wav`) and the one of the authors' repository (`intron-dev-public-*.csv`,
`dev/<folder>/<file>.wav`). Sources: a table of github.com/intron-innovation/AfriSpeech-200, its programs, the data set
card, and reports of people who unpacked the other layout. That accents are self-reported is from memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._folder import NO_ACCENT, NO_AUDIO, NO_TEXT, Card, FolderCorpus, gender, one_of
from stresstest.corpora._layout import audio_files, files_of, read_rows
from stresstest.corpora._table import Row
from stresstest.corpora.base import Utterance

SPLITS = ("train", "dev", "test")
COLUMNS = ("user_ids", "accent", "transcript", "audio_paths", "age_group", "gender", "country", "domain")


@dataclass(frozen=True)
class AfriSpeech(FolderCorpus):
    """English with some 120 African accents, clinical and general.

    `split`: `train`, `dev` or `test`; None means all. A table names audio by paths of the authors' machines: its last
    two parts are looked for. Rows of one recording count once, for a table of all accents repeats the others.
    """

    split: str | None = None

    CARD = Card(
        name="AfriSpeech-200",
        license="CC BY-NC-SA 4.0",
        citation="T. Olatunji et al., AfriSpeech-200: Pan-African Accented Speech Dataset for Clinical and General "
        "Domain ASR, TACL 2023, https://arxiv.org/abs/2310.00274",
        accent_labels="Self-reported: the speaker's accent, a language in most cases.",
        limits="Some accents have several names (isizulu and zulu, okrika and okirika) or are pairs of languages. Some "
        "speakers are listed with two genders. Texts are prompts, some of them with typing errors of their source.",
    )
    NEEDED = ("**/*.csv", "**/*.wav")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.split is not None:
            one_of("split", self.split, SPLITS)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        audio = {_tail(file): file for file in audio_files(self.folder)}
        seen = set()
        for split, row in self._rows():
            key = _tail(Path(row.values["audio_paths"]))
            if key in seen or self.split not in (None, split):
                continue
            seen.add(key)
            accent, said = row.values["accent"], row.values["transcript"]
            if key not in audio or not accent or not said:
                left_out[NO_AUDIO if key not in audio else NO_TEXT if accent else NO_ACCENT] += 1
                continue
            strata = {name: row.values[name] or "na" for name in ("age_group", "country", "domain")}
            strata |= {"gender": gender(row.values["gender"]), "split": split}
            identifier = "-".join(key).removesuffix(".wav")
            text = " ".join(said.split())
            yield Utterance(identifier, audio[key], text, row.values["user_ids"], accent, strata)

    def _rows(self) -> Iterator[tuple[str, Row]]:
        """Rows with the split that the table's name tells, for the column of that name disagrees with it."""
        for table in files_of(self.folder, ".csv"):
            match = re.search("|".join(SPLITS), table.stem)
            if match:
                yield from ((match[0], row) for row in read_rows(table, COLUMNS))


def _tail(path: Path) -> tuple[str, ...]:
    """Folder and name: files in several folders have the same name."""
    return path.parts[-2:]
