# SPDX-License-Identifier: Apache-2.0
"""A data directory of Kaldi, ESPnet, k2 or WeNet: wav.scp, text, utt2spk, and what tells the accents.

Layout: https://kaldi-asr.org/doc/data_prep.html; times of `segments` as `extract-segments` of Kaldi reads them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stresstest.audio import files
from stresstest.corpora._folder import NO_ACCENT, NO_TEXT, gender
from stresstest.corpora._layout import read_list
from stresstest.corpora._own import OwnCorpus, located
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError

ARCHIVE = re.compile(r"\.ark:\d+$")
Segment = tuple[str, float | None, float | None]
"""Recording, start and end in seconds."""


@dataclass(frozen=True)
class Kaldi(OwnCorpus):
    """A Kaldi data directory: `wav.scp`, `text`, `utt2spk`, a list of accents, and `segments` where there are any.

    `accents`: the file with an accent for each utterance or each speaker. `strata`: further files of that kind, each a
    column named after what follows `utt2` or `spk2`; `spk2gender` is read where there is one. `audio_root`: where
    relative paths of wav.scp begin (None: the directory). A wav.scp that calls programs or points into archives is
    refused: a line of it would be code that a list of files runs.
    """

    accents: str = "utt2accent"
    strata: Sequence[str] = ()
    audio_root: str | None = None

    def __post_init__(self) -> None:
        for name in ("wav.scp", "text", "utt2spk", self.accents, *self.strata):
            if not (self.folder / name).is_file():
                raise CorpusError(
                    f"{self.path}: not a Kaldi data directory with accents, for there is no {name}. It takes wav.scp, "
                    "text, utt2spk and a file of accents (corpus.accents)."
                )

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        texts, speakers, accents = (read_list(self.folder / n) for n in ("text", "utt2spk", self.accents))
        columns = {_column(name): read_list(self.folder / name) for name in self._strata_files()}
        audio = self._recordings()
        for name, (recording, start, end) in self._segments(audio).items():
            speaker = speakers.get(name)
            if speaker is None:
                raise CorpusError(f"{self.folder / 'utt2spk'}: there is no speaker for the utterance {name!r}.")
            accent, said = accents.get(name) or accents.get(speaker, ""), texts.get(name, "")
            if not (accent and said):
                left_out[NO_TEXT if accent else NO_ACCENT] += 1
                continue
            values = {column: table.get(name) or table.get(speaker) or "na" for column, table in columns.items()}
            values |= {"gender": gender(values["gender"])} if "gender" in values else {}
            yield Utterance(name, audio[recording], said, speaker, accent, values, start, end)

    def _strata_files(self) -> list[str]:
        known = ["spk2gender"] if (self.folder / "spk2gender").is_file() else []
        return list(dict.fromkeys([*known, *self.strata]))

    def _recordings(self) -> Mapping[str, Path]:
        path, found = self.folder / "wav.scp", {}
        root = self.folder if self.audio_root is None else Path(self.audio_root).expanduser()
        for recording, given in read_list(path).items():
            where = f"{path}, recording {recording!r}"
            if given.endswith("|") or given.startswith("|"):
                raise CorpusError(
                    f"{where}: got the program {given!r}, which is not run. Make audio files of it, say with "
                    "`wav-copy`, and name them in wav.scp."
                )
            if ARCHIVE.search(given) or given == "-":
                raise CorpusError(f"{where}: got {given!r}, a place in an archive; allowed are audio files.")
            found[recording] = located(where, given, root)
        return found

    def _segments(self, audio: Mapping[str, Path]) -> Mapping[str, Segment]:
        path = self.folder / "segments"
        if not path.is_file():
            return {name: (name, None, None) for name in audio}
        found = {}
        for name, rest in read_list(path).items():
            cells, where = rest.split(), f"{path}, utterance {name!r}"
            try:
                recording, start, end = cells[0], float(cells[1]), float(cells[2])
            except (IndexError, ValueError):
                raise CorpusError(f"{where}: got {rest!r}; allowed is: recording, start, end in seconds.") from None
            if recording not in audio:
                raise CorpusError(f"{where}: wav.scp has no recording {recording!r}.")
            if len(cells) > 3 and files.probe(audio[recording]).channels > 1:
                raise CorpusError(
                    f"{where}: is in channel {cells[3]} of a recording with several. Write each to a file of its own."
                )
            if not (start >= 0 and (end > start or end == -1)):
                raise CorpusError(f"{where}: got {rest!r}; allowed is 0 <= start < end, or -1 for the recording's end.")
            found[name] = (recording, start, None if end == -1 else end)
        return found


def _column(name: str) -> str:
    """`gender` of `spk2gender`; another name as it is."""
    return re.sub(r"^(utt|spk)2", "", name)
