# SPDX-License-Identifier: Apache-2.0
"""L2-ARCTIC: 24 non-native speakers of English read the CMU ARCTIC prompts; 22 of them retell a picture story.

Layout: `ABA/{wav,transcript}/arctic_a0001.{wav,txt}`, `suitcase_corpus/{wav,transcript}/aba.{wav,txt}`. Sources: the
corpus's documentation (psi.engr.tamu.edu/l2-arctic-corpus-docs) and its speaker table as `lhotse.recipes.l2_arctic`
quotes it. The licence is as users of it state it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stresstest.corpora._folder import NO_AUDIO, Card, FolderCorpus, gender, one_of
from stresstest.corpora._layout import files_of, read_text
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError, allowed

SPEAKERS = {
    "Arabic": {"M": "ABA YBAA", "F": "SKA ZHAA"},
    "Hindi": {"M": "ASI RRBI", "F": "SVBI TNI"},
    "Korean": {"M": "HKK YKWK", "F": "HJK YDCK"},
    "Mandarin": {"M": "BWC TXHC", "F": "LXC NCC"},
    "Spanish": {"M": "EBVS ERMS", "F": "MBMPS NJS"},
    "Vietnamese": {"M": "HQTV TLV", "F": "PNV THV"},
}
"""First language, gender, speakers."""

ABOUT = {
    name: (language, gender(sex))
    for language, sexes in SPEAKERS.items()
    for sex, names in sexes.items()
    for name in names.split()
}
PARTS = ("read", "spontaneous")
SPONTANEOUS = "suitcase_corpus"


@dataclass(frozen=True)
class L2Arctic(FolderCorpus):
    """English of speakers of six other first languages, two women and two men each, reading the same sentences.

    `part`: `read`, or `spontaneous`, the picture story in the folder `suitcase_corpus`. Raises CorpusError for a
    speaker that the data set does not have.
    """

    part: str = "read"

    CARD = Card(
        name="L2-ARCTIC",
        license="CC BY-NC 4.0",
        citation="G. Zhao et al., L2-ARCTIC: A Non-native English Speech Corpus, Interspeech 2018, "
        "https://doi.org/10.21437/Interspeech.2018-1110",
        accent_labels="The first language of the speaker, as the collectors give it; no accent was judged.",
        limits="Four speakers a first language: numbers describe these people and no group.",
    )
    NEEDED = ("**/transcript/*.txt", "**/wav/*.wav")

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("part", self.part, PARTS)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        for text in (f for f in files_of(self.folder, ".txt") if f.parent.name == "transcript"):
            place = text.parent.parent
            if (place.name == SPONTANEOUS) != (self.part == "spontaneous"):
                continue
            speaker = (text.stem if place.name == SPONTANEOUS else place.name).upper()
            if speaker not in ABOUT:
                raise CorpusError(f"{text}: there is no speaker {speaker!r} in L2-ARCTIC; {allowed(speaker, ABOUT)}.")
            audio = place / "wav" / f"{text.stem}.wav"
            if not audio.is_file():
                left_out[NO_AUDIO] += 1
                continue
            language, sex = ABOUT[speaker]
            yield Utterance(f"{speaker}-{text.stem}", audio, read_text(text), speaker, language, {"gender": sex})
