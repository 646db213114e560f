# SPDX-License-Identifier: Apache-2.0
"""Speech Accent Archive: 2,140 speakers of 214 first languages read one English paragraph.

Layout: the archive as George Mason University gave it to Kaggle: `speakers_all.csv`, `reading-passage.txt`,
`recordings/recordings/afrikaans1.mp3`. Sources: a copy of that data set's page, programs that read it (its columns, the
spelling `famale`, the rows of missing files), accent.gmu.edu/howto.php on what speakers are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stresstest.corpora._folder import NO_ACCENT, NO_AUDIO, Card, FolderCorpus, age, gender
from stresstest.corpora._layout import audio_files, by_stem, read_rows, read_text
from stresstest.corpora.base import Utterance

COLUMNS = ("filename", "native_language", "sex", "age", "age_onset", "country", "birthplace")


@dataclass(frozen=True)
class SpeechAccentArchive(FolderCorpus):
    """One paragraph of 69 words read by people of 214 first languages: the text is the same for all."""

    CARD = Card(
        name="Speech Accent Archive",
        license="CC BY-NC-SA 2.0",
        citation="S. H. Weinberger, Speech Accent Archive, George Mason University, https://accent.gmu.edu",
        accent_labels="The first language that the speaker reports; no accent was judged.",
        limits="The group 'english' joins speakers of every English-speaking country; study.group_by=accent+country "
        "parts them. One recording a person; rooms and devices differ. The passage is read and widely known.",
    )
    NEEDED = ("speakers_all.csv", "reading-passage.txt", "recordings/**/*.*")

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        passage = " ".join(read_text(self.folder / "reading-passage.txt").split())
        audio = by_stem(audio_files(self.folder / "recordings"))
        for row in read_rows(self.folder / "speakers_all.csv", COLUMNS):
            name, language = row.values["filename"], row.values["native_language"]
            if name not in audio:
                left_out[NO_AUDIO] += 1
            elif not language:
                left_out[NO_ACCENT] += 1
            else:
                strata = {key: row.values[key] or "na" for key in ("country", "birthplace")}
                strata |= {"gender": gender(row.values["sex"]), "age": age(row.values["age"])}
                strata["age_of_onset"] = row.values["age_onset"].removesuffix(".0") or "na"
                yield Utterance(name, audio[name], passage, name, language, strata)
