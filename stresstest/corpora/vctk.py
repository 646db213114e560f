# SPDX-License-Identifier: Apache-2.0
"""CSTR VCTK Corpus: 110 speakers of English read newspaper sentences, the rainbow passage and an elicitation paragraph.

Layouts: 0.92 (`wav48_silence_trimmed/p225/p225_001_mic1.flac`) and 0.80 (`wav48/p225/p225_001.wav`), with
`txt/p225/p225_001.txt` and `speaker-info.txt`. Sources: `torchaudio.datasets.VCTK_092`, `lhotse.recipes.vctk`,
which also copies the data set's README, and a quoted `speaker-info.txt`. The licence of 0.80 is from memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stresstest.corpora._folder import NO_ACCENT, NO_AUDIO, NO_TEXT, Card, FolderCorpus, age, gender, one_of
from stresstest.corpora._layout import audio_files, by_stem, files_of, read_text
from stresstest.corpora.base import Utterance

MICROPHONES = ("mic1", "mic2")
FOLDERS = ("wav48_silence_trimmed", "wav48")


@dataclass(frozen=True)
class Vctk(FolderCorpus):
    """Read English of some twelve accents, recorded alike in one chamber: VCTK 0.92 or 0.80.

    `microphone` is of 0.92: `mic1` (omni-directional) or `mic2` (which p280 and p315 lack). The first sentences are
    the same for all speakers; the newspaper sentences are not.
    """

    microphone: str = "mic1"

    CARD = Card(
        name="CSTR VCTK Corpus",
        license="CC BY 4.0 (version 0.92); ODC-By 1.0 (version 0.80)",
        citation="J. Yamagishi, C. Veaux, K. MacDonald, CSTR VCTK Corpus, University of Edinburgh, 2019, "
        "https://doi.org/10.7488/ds/2645",
        accent_labels="The accent and region that the collectors list for each speaker in speaker-info.txt.",
        limits="Close to studio quality and read: harder speech is not covered. Most texts differ between speakers.",
    )
    NEEDED = ("speaker-info.txt", "txt/*", "wav48*")

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("microphone", self.microphone, MICROPHONES)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        folder = next(f for f in (self.folder / name for name in FOLDERS) if f.is_dir())
        ending = f"_{self.microphone}" if folder.name == FOLDERS[0] else ""
        audio = by_stem(f for f in audio_files(folder) if f.stem.endswith(ending))
        texts = by_stem(files_of(self.folder / "txt", ".txt"))
        speakers = self._speakers()
        left_out[NO_TEXT] += sum(stem.removesuffix(ending) not in texts for stem in audio)
        for name, file in texts.items():
            about = speakers.get(file.parent.name, {})
            if f"{name}{ending}" not in audio:
                left_out[NO_AUDIO] += 1
            elif about.get("accent", "Unknown") == "Unknown":
                left_out[NO_ACCENT] += 1
            else:
                strata = {key: about[key] for key in ("gender", "age", "region")}
                place = audio[f"{name}{ending}"]
                yield Utterance(name, place, read_text(file), file.parent.name, about["accent"], strata)

    def _speakers(self) -> dict[str, Mapping[str, str]]:
        """By folder name; ids have no `p` in 0.80, regions are several words or none, comments stand in brackets."""
        table: dict[str, Mapping[str, str]] = {}
        for line in read_text(self.folder / "speaker-info.txt").splitlines()[1:]:
            cells = re.sub(r"\(.*?\)", "", line).split()
            if len(cells) >= 4:
                name = cells[0] if cells[0][0].isalpha() else f"p{cells[0]}"
                about = {"age": age(cells[1]), "gender": gender(cells[2]), "accent": cells[3]}
                table[name] = {**about, "region": " ".join(cells[4:]) or "na"}
        return table
