# SPDX-License-Identifier: Apache-2.0
"""speechocean762: 250 speakers of Mandarin, half of them children, read English.

Layout: `WAVE/SPEAKER0001/000010011.WAV`, and in `train` and `test` the lists `text`, `utt2spk`, `spk2age`,
`spk2gender` as Kaldi writes them. Sources: the files of github.com/jimbozhang/speechocean762 and its README; use from
the paper's abstract. The name of the licence is from memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stresstest.corpora._folder import NO_AUDIO, Card, FolderCorpus, age, gender, one_of
from stresstest.corpora._layout import audio_files, by_stem, read_list
from stresstest.corpora.base import Utterance

SPLITS = ("train", "test")
CHILD_YEARS = 16
"""Below it a speaker is a child here; the data set lists ages and not whom it counts as children."""


@dataclass(frozen=True)
class SpeechOcean762(FolderCorpus):
    """English of one accent, Mandarin; `study.group_by=stage` compares children with adults.

    `split`: `train` or `test`; None means both. The recordings were made for scoring pronunciation: the text is the
    prompt, and some speakers say something else.
    """

    split: str | None = None

    CARD = Card(
        name="speechocean762",
        license="CC BY 4.0; free for commercial and non-commercial use",
        citation="J. Zhang et al., speechocean762: An Open-Source Non-native English Speech Corpus for Pronunciation "
        "Assessment, Interspeech 2021",
        accent_labels="The first language, Mandarin, of all speakers, as the collectors give it.",
        limits="One accent: groups have to come from other columns (stage, gender). Texts are prompts, not what was "
        "said.",
    )
    NEEDED = ("WAVE/*", "t*/text", "t*/utt2spk")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.split is not None:
            one_of("split", self.split, SPLITS)

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        audio = by_stem(audio_files(self.folder / "WAVE"))
        for split in (self.split,) if self.split else SPLITS:
            if not (self.folder / split / "text").is_file():
                continue
            texts, speakers, ages, genders = (
                self._list(split, name) for name in ("text", "utt2spk", "spk2age", "spk2gender")
            )
            for name, text in texts.items():
                if name not in audio:
                    left_out[NO_AUDIO] += 1
                    continue
                speaker = speakers.get(name, "").removeprefix("SPEAKER")
                years = age(ages.get(speaker, ""))
                stage = "na" if years == "na" else "child" if int(years) < CHILD_YEARS else "adult"
                strata = {"gender": gender(genders.get(speaker, "")), "age": years, "stage": stage, "split": split}
                yield Utterance(name, audio[name], text, speaker, "Mandarin", strata)

    def _list(self, split: str, name: str) -> dict[str, str]:
        """A list by its key; speakers are written both SPEAKER0001 and 0001."""
        path = self.folder / split / name
        return {key.removeprefix("SPEAKER"): value for key, value in read_list(path).items()} if path.is_file() else {}
