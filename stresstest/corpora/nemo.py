# SPDX-License-Identifier: Apache-2.0
"""A manifest of NVIDIA NeMo: one JSON object a line with audio_filepath, duration, text and, for a part, offset.

Layout: the pages "Preparing Custom ASR Data" and `nemo.collections.common.parts.preprocessing.manifest`, whose rule
for relative paths this follows: they begin at the manifest's folder.
"""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stresstest.audio import files
from stresstest.corpora._folder import NO_ACCENT, NO_TEXT
from stresstest.corpora._own import END_TOLERANCE_S, OwnCorpus, Record, located, number, records, said, strata_of
from stresstest.corpora.base import Utterance
from stresstest.errors import AudioError, CorpusError


@dataclass(frozen=True)
class Nemo(OwnCorpus):
    """A NeMo manifest (`.json` or `.jsonl`, plain or in gzip); speakers and accents under keys of your choice.

    `speaker`, `accent`, `text`: the keys. `id`: the key of the ids (None: made of path and offset). `strata`: further
    keys to keep. `audio_root`: where relative paths begin (None: the manifest's folder). Without an offset a duration
    shorter than the file means its beginning, as NeMo reads it; one longer than the file is refused. Tarred data sets
    are refused for want of files: unpack them.
    """

    speaker: str = "speaker"
    accent: str = "accent"
    text: str = "text"
    id: str | None = None
    strata: Sequence[str] = ()
    audio_root: str | None = None

    def __post_init__(self) -> None:
        if not self.folder.is_file():
            raise CorpusError(f"{self.path}: there is no such file. Give a NeMo manifest, one JSON object a line.")

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        root = self.folder.parent if self.audio_root is None else Path(self.audio_root).expanduser()
        rows = []
        for where, record in records(self.folder):
            given = record.get("audio_filepath", record.get("audio_file"))
            if not isinstance(given, str):
                raise CorpusError(f"{where}: there is no 'audio_filepath'; got {', '.join(record) or 'nothing'}.")
            rows.append((where, record, located(where, given, root)))
        shared = os.path.commonpath([audio.parent for _, _, audio in rows]) if rows else ""
        for where, record, audio in rows:
            words, accent = record.get(self.text), said(where, record, self.accent, "accent")
            if not (accent and isinstance(words, str) and words.strip()):
                left_out[NO_TEXT if accent else NO_ACCENT] += 1
                continue
            name = said(where, record, self.id, "id") if self.id else _name(audio.relative_to(shared), record)
            speaker = said(where, record, self.speaker, "speaker")
            strata = strata_of(record, self.strata)
            yield Utterance(name, audio, words.strip(), speaker, accent, strata, *_part(where, record, audio))


def _name(audio: Path, record: Record) -> str:
    """Path and, for a part, its beginning in milliseconds; the ending goes, for no folder lists a sound twice."""
    start = record.get("offset")
    part = f"-{round(1000 * start):08d}" if isinstance(start, int | float) else ""
    return "-".join(audio.with_suffix("").parts) + part


def _part(where: str, record: Record, audio: Path) -> tuple[float | None, float | None]:
    """Start and end in seconds; neither where they are the whole file. Raises CorpusError for a part outside of it."""
    start, lasts = number(where, record, "offset", None), number(where, record, "duration", None)
    try:
        length = files.probe(audio).seconds
    except AudioError as error:
        raise CorpusError(f"{where}: {error}") from error
    end = length if lasts is None else (start or 0.0) + lasts
    if not (start or 0.0) < end <= length + END_TOLERANCE_S:
        raise CorpusError(
            f"{where}: offset {start or 0.0:g} s and duration {lasts} s are asked for, but {audio} lasts "
            f"{length:.3f} s. Was the file replaced after the manifest was written?"
        )
    whole = abs(end - length) <= END_TOLERANCE_S
    return (None, None) if whole and not start else (start or 0.0, None if whole else end)
