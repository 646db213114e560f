# SPDX-License-Identifier: Apache-2.0
"""CMU ARCTIC: 18 single-speaker databases of the same 1,132 prompts, of US English and other accents.

Layout: `cmu_us_bdl_arctic/{etc/txt.done.data,wav/arctic_a0001.wav}`. Sources: `torchaudio.datasets.CMUARCTIC`,
`lhotse.recipes.cmu_arctic` and, for all accents and genders, `pyroomacoustics.datasets.cmu_arctic`; the databases' own
READMEs agree for awb and ksp.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._folder import NO_AUDIO, Card, FolderCorpus, gender
from stresstest.corpora._layout import files_of, read_text
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError, allowed

SPEAKERS = {
    "Canadian": {"M": "jmk"},
    "Dutch": {"M": "rxr"},
    "German": {"M": "ahw"},
    "Indian": {"M": "aup gka ksp", "F": "axb slp"},
    "Irish": {"M": "fem"},
    "Scottish": {"M": "awb"},
    "US": {"M": "aew bdl rms", "F": "clb eey ljm lnh slt"},
}
"""Accent, gender, speakers."""

ABOUT = {
    name: (accent, gender(sex))
    for accent, sexes in SPEAKERS.items()
    for sex, names in sexes.items()
    for name in names.split()
}
FOLDER = re.compile(r"cmu_us_(?P<speaker>[a-z]+)_arctic")
LINE = re.compile(r'\(\s*(?P<name>\S+)\s+"(?P<text>.*)"\s*\)')


@dataclass(frozen=True)
class CmuArctic(FolderCorpus):
    """The same prompts read by 18 voices, eight of them US English.

    Raises CorpusError for a speaker that the data set does not have and for a line of `txt.done.data` that is none.
    """

    CARD = Card(
        name="CMU ARCTIC",
        license="Free software without restriction on commercial or non-commercial use",
        citation="J. Kominek, A. W. Black, CMU ARCTIC databases for speech synthesis, CMU-LTI-03-177, 2003",
        accent_labels="The collectors' names for each voice.",
        limits="Most accents have one speaker: numbers describe these people and no group. Voice talents read in a "
        "studio. Some voices read half the prompts.",
    )
    NEEDED = ("**/cmu_us_*_arctic/etc/txt.done.data",)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        for table in files_of(self.folder, "txt.done.data"):
            voice = table.parent.parent
            match = FOLDER.fullmatch(voice.name)
            if match is None or match["speaker"] not in ABOUT:
                given = match["speaker"] if match else voice.name
                raise CorpusError(f"{voice}: there is no voice {given!r} in CMU ARCTIC; {allowed(given, ABOUT)}.")
            accent, sex = ABOUT[match["speaker"]]
            for name, text in _prompts(table):
                audio = voice / "wav" / f"{name}.wav"
                if audio.is_file():
                    identifier = f"{match['speaker']}-{name}"
                    yield Utterance(identifier, audio, text, match["speaker"], accent, {"gender": sex})
                else:
                    left_out[NO_AUDIO] += 1


def _prompts(table: Path) -> Iterator[tuple[str, str]]:
    r"""Names and texts of lines like `( arctic_a0001 "She said, \"no\"." )`."""
    for number, line in enumerate(read_text(table).splitlines(), 1):
        match = LINE.fullmatch(line.strip())
        if match is None:
            raise CorpusError(f'{table}:{number}: got {line!r}; allowed is ( name "text" ). Unpack the voice again.')
        yield Path(match["name"]).name, match["text"].replace('\\"', '"')
