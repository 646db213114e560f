# SPDX-License-Identifier: Apache-2.0
"""LibriSpeech: audio books of LibriVox, 2,484 speakers without accent labels.

Layout: `SPEAKERS.TXT`, `<subset>/<speaker>/<chapter>/<speaker>-<chapter>.trans.txt` and `….flac`. Sources:
`torchaudio.datasets.LIBRISPEECH`, the data set's LICENSE.TXT and lines of SPEAKERS.TXT that readers of it quote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stresstest.corpora._folder import NO_AUDIO, Card, FolderCorpus, gender, one_of
from stresstest.corpora._layout import files_of, read_list, read_text
from stresstest.corpora.base import Utterance

UNLABELED = "unlabeled"


@dataclass(frozen=True)
class LibriSpeech(FolderCorpus):
    """Audio books in capitals without punctuation, all in one group; `study.group_by=gender` makes two.

    `subset`: `test-clean`, say; None means every one that is there.
    """

    subset: str | None = None

    CARD = Card(
        name="LibriSpeech",
        license="CC BY 4.0",
        citation="V. Panayotov, G. Chen, D. Povey, S. Khudanpur, Librispeech: an ASR corpus based on public domain "
        "audio books, ICASSP 2015",
        accent_labels="None: LibriSpeech records no accents, so all speakers are in the group 'unlabeled'.",
        limits="The subsets named clean and other were divided by the word error rate of a recognizer: what "
        "separates them is not accent. Most recognizers were trained on these books.",
    )
    NEEDED = ("SPEAKERS.TXT", "*/*/*/*.trans.txt")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.subset is not None:
            one_of("subset", self.subset, sorted(f.name for f in self.folder.iterdir() if f.is_dir()))

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        genders = self._genders()
        for table in files_of(self.folder / (self.subset or ""), ".trans.txt"):
            speaker, subset = table.parent.parent.name, table.parent.parent.parent.name
            strata = {"gender": genders.get(speaker, "na"), "subset": subset}
            for name, text in read_list(table).items():
                audio = table.parent / f"{name}.flac"
                if audio.is_file():
                    yield Utterance(name, audio, text, speaker, UNLABELED, strata)
                else:
                    left_out[NO_AUDIO] += 1

    def _genders(self) -> dict[str, str]:
        """By speaker. A name may hold the bar that separates the columns: `60 | M | … | |CBW|Simon`."""
        lines = read_text(self.folder / "SPEAKERS.TXT").splitlines()
        rows = [line.split("|", 4) for line in lines if line.strip() and not line.startswith(";")]
        return {row[0].strip(): gender(row[1]) for row in rows if len(row) == 5}
