# SPDX-License-Identifier: Apache-2.0
"""Fair-Speech: voice commands of 593 people in the United States, with demographics and without speaker ids.

Layout: a tab-separated table (`asr_fairness_metadata.tsv`; some call it otherwise) and `asr_fairness_audio/<hash>.wav`.
Sources: programs and an audit that read the data set (columns, 26,471 rows, macOS files in the archive, terms), the
paper's abstract.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stresstest.corpora._folder import NO_ACCENT, NO_AUDIO, NO_TEXT, Card, FolderCorpus, gender, one_of
from stresstest.corpora._layout import audio_files, by_stem, read_rows
from stresstest.corpora.base import Utterance
from stresstest.corpora.manifest import PSEUDO_PREFIX
from stresstest.errors import CorpusError

LABELS = ("first_language", "ethnicity")
PERSON = ("first_language", "ethnicity", "gender", "age", "socioeconomic_bkgd")
COLUMNS = ("hash_name", "transcription", *PERSON)


@dataclass(frozen=True)
class FairSpeech(FolderCorpus):
    """Voice commands with what the speakers say of themselves.

    The group is the `label`, `first_language` or `ethnicity`. There are no speaker ids: a speaker here is a cell of
    first language, ethnicity, gender, age and background.
    """

    label: str = "first_language"

    CARD = Card(
        name="Fair-Speech",
        license="Meta's terms: to evaluate the fairness of speech recognition; no redistribution, transcripts included",
        citation="I.-E. Veliche et al., Towards measuring fairness in speech recognition: Fair-Speech dataset, "
        "Interspeech 2024, https://arxiv.org/abs/2408.12734",
        accent_labels="Self-reported first language or ethnicity; no accent is recorded.",
        limits="Commands for a voice assistant. The terms forbid passing on transcripts: look at a document before you "
        "share it.",
        pseudo_speakers="Fair-Speech has no speaker ids: a speaker here is a cell of first language, ethnicity, "
        "gender, age and socioeconomic background. The number of cells is a lower bound on the number of people, 593, "
        "and intervals over cells are only indicative.",
    )
    NEEDED = ("*.tsv", "**/*.wav")

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("label", self.label, LABELS)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        tables = sorted(f for f in self.folder.glob("*.tsv") if not f.name.startswith("."))
        if len(tables) != 1:
            names = ", ".join(f.name for f in tables)
            raise CorpusError(
                f"{self.path}: got the tables {names or 'none'}; allowed is one .tsv. Move the others away."
            )
        audio = by_stem(audio_files(self.folder))
        for row in read_rows(tables[0], COLUMNS):
            values = {**row.values, "gender": gender(row.values["gender"])}
            name, group, said = values["hash_name"], values[self.label], values["transcription"]
            cell = "/".join(values[key] or "na" for key in PERSON)
            if name not in audio or not group or not said:
                left_out[NO_AUDIO if name not in audio else NO_TEXT if group else NO_ACCENT] += 1
            else:
                strata = {key: values[key] or "na" for key in PERSON if key != self.label}
                yield Utterance(name, audio[name], said, PSEUDO_PREFIX + cell, group, strata)
