# SPDX-License-Identifier: Apache-2.0
"""A folder of recordings whose path tells accent and speaker, with a text beside each or one table of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._folder import NO_ACCENT, NO_TEXT
from stresstest.corpora._layout import audio_files, read_rows, read_text
from stresstest.corpora._own import OwnCorpus
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError

SIDECARS = (".txt", ".lab")
TABLES = ("metadata.csv", "metadata.tsv", "metadata.jsonl")
FIELD = re.compile(r"\{(\w+)\}")
OWN = ("accent", "speaker", "name")


@dataclass(frozen=True)
class AudioFolder(OwnCorpus):
    """Recordings in `accent/speaker/name.wav`, each with `name.txt` or `name.lab`, or with a row in `metadata.csv`.

    `layout`: where a path beneath the folder says what, without its ending; fields other than accent, speaker and name
    are strata (`{gender}/{accent}/{speaker}_{name}`). A table has the column `file_name`, a path beneath the folder, as
    Hugging Face's AudioFolder has it, and `text`; its columns `accent`, `speaker` and others go before the path's.
    Files that the layout does not fit are refused, and so is audio that has a sidecar and a row.
    """

    layout: str = "{accent}/{speaker}/{name}"
    text: str = "text"

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise CorpusError(f"{self.path}: there is no such folder. Give one with audio files in {self.layout}.")
        fields = FIELD.findall(self.layout)
        if "name" not in fields or len(set(fields)) != len(fields) or re.search(r"[{}]", FIELD.sub("", self.layout)):
            raise CorpusError(
                f"corpus.layout is {self.layout!r}; allowed are fields in braces, each once and {{name}} among them, "
                "for example {accent}/{speaker}/{name}."
            )

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        rows = self._table()
        for file in audio_files(self.folder):
            inside = file.relative_to(self.folder)
            row = rows.pop(inside.as_posix(), None)
            about = {**self._told(inside, row is not None), **(row or {})}
            said = self._said(file, row)
            if not said or not about.get("accent"):
                left_out[NO_ACCENT if said else NO_TEXT] += 1
                continue
            if not about.get("speaker"):
                raise CorpusError(f"{file}: nothing says who speaks; add {{speaker}} to corpus.layout or a column.")
            strata = {k: v or "na" for k, v in about.items() if k not in (*OWN, self.text, "file_name")}
            name = "-".join(inside.with_suffix("").parts)
            yield Utterance(name, file, said, about["speaker"], about["accent"], strata)
        if rows:
            raise CorpusError(f"{self.path}: the table of texts names {next(iter(rows))!r}, and there is no such file.")

    def _table(self) -> dict[str, Mapping[str, str]]:
        """Path beneath the folder → row of the table; empty without a table."""
        tables = [self.folder / name for name in TABLES if (self.folder / name).is_file()]
        if len(tables) > 1:
            raise CorpusError(f"{self.path}: there are {' and '.join(t.name for t in tables)}. Keep one of them.")
        found: dict[str, Mapping[str, str]] = {}
        for row in read_rows(tables[0], ("file_name", self.text)) if tables else ():
            name = Path(row.values["file_name"]).as_posix()
            if name in found:
                raise CorpusError(f"{tables[0]}:{row.line}: the file {name!r} comes twice.")
            found[name] = row.values
        return found

    def _told(self, inside: Path, has_row: bool) -> Mapping[str, str]:
        """What the path says. Raises CorpusError where the layout does not fit it and no row says it instead."""
        found = self._pattern.fullmatch(inside.with_suffix("").as_posix())
        if found is None and not has_row:
            raise CorpusError(
                f"{self.folder / inside}: the path does not fit corpus.layout={self.layout}. Move the file, or give "
                "the layout that the folder has."
            )
        return found.groupdict() if found else {}

    @property
    def _pattern(self) -> re.Pattern[str]:
        """A field is what lies between two separators; a name may hold any but the slash."""
        parts = FIELD.split(self.layout)
        for i, part in enumerate(parts):
            more = "+" if part == "name" else "+?"
            parts[i] = f"(?P<{part}>[^/]{more})" if i % 2 else re.escape(part)
        return re.compile("".join(parts))

    def _said(self, file: Path, row: Mapping[str, str] | None) -> str:
        sidecars = [s for s in map(file.with_suffix, SIDECARS) if s.is_file()]
        if len(sidecars) + (row is not None) > 1:
            raise CorpusError(
                f"{file}: its text is given twice, in {sidecars[0].name} and elsewhere. Keep one of them."
            )
        return row[self.text] if row is not None else " ".join(read_text(sidecars[0]).split()) if sidecars else ""
