# SPDX-License-Identifier: Apache-2.0
"""Mozilla Common Voice: the first version's folders and those of today's releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._layout import read_rows
from stresstest.corpora._table import Row
from stresstest.corpora.base import Corpus, Utterance
from stresstest.corpora.manifest import PSEUDO_PREFIX
from stresstest.errors import CorpusError, allowed

V1_COLUMNS = ("filename", "text", "accent", "gender", "age")
RELEASE_COLUMNS = ("client_id", "path", "sentence")


@dataclass(frozen=True)
class CommonVoice(Corpus):
    """Read sentences with self-reported accents, in a folder of Common Voice as it was published.

    Version 1: `cv-<split>.csv` beside the clips (`cv-valid-test/sample-000001.mp3`); no speaker ids. Releases since:
    `<split>.tsv` and `clips/`. `split`: None means every `cv-valid-*.csv`, or `validated`. Clips without an accent are
    left out and counted in the card. Construction raises CorpusError where the folder has neither layout.
    """

    path: str
    split: str | None = None

    def __post_init__(self) -> None:
        self._tables()

    @property
    def _folder(self) -> Path:
        return Path(self.path).expanduser()

    @property
    def _first_version(self) -> bool:
        return any(self._folder.glob("cv-*.csv"))

    def utterances(self) -> Sequence[Utterance]:
        """Every clip with an accent, by table and line. Raises CorpusError for a broken table or a missing clip."""
        return [self._utterance(table, row) for table, row in self._rows() if _accent(row)]

    def card(self) -> Mapping[str, str]:
        """Who labeled the accents, what is left out, and whether speakers are known."""
        rows = [row for _, row in self._rows()]
        without = sum(not _accent(row) for row in rows)
        card = {
            "name": f"Common Voice{' version 1' if self._first_version else ''} ({self._folder.resolve().name})",
            "license": "CC0-1.0",
            "citation": "R. Ardila et al., Common Voice: A Massively-Multilingual Speech Corpus, LREC 2020",
            "accent_labels": "Self-reported by the speakers.",
            "limits": f"{without} of {len(rows)} clips have no accent and are left out.",
        }
        if self._first_version:
            card["pseudo_speakers"] = (
                "Version 1 has no speaker ids: a speaker here is a cell of accent, gender and age. The number of "
                "cells is a lower bound on the number of people, and intervals over cells are only indicative."
            )
        return card

    def _tables(self) -> list[Path]:
        """The tables to read, of whichever layout there is."""
        old, new = sorted(self._folder.glob("cv-*.csv")), sorted(self._folder.glob("*.tsv"))
        if not old and not (new and (self._folder / "clips").is_dir()):
            raise CorpusError(
                f"{self.path}: not a Common Voice folder. Looked for cv-valid-*.csv (version 1), and for validated.tsv "
                "with the folder clips (releases since). Give the folder that holds one of them."
            )
        tables = {file.stem.removeprefix("cv-"): file for file in (old or new)}
        if self.split is None:
            names = [name for name in tables if name.startswith("valid-")] if old else ["validated"]
        else:
            names = [self.split.removeprefix("cv-")]
        missing = [name for name in names if name not in tables]
        if self.split is None and (missing or not names):
            raise CorpusError(
                f"{self.path}: no release of Common Voice has {', '.join(sorted(tables))} alone; looked for "
                f"{'cv-valid-*.csv' if old else 'validated.tsv'}. Name one of them with split=…; a manifest is read by "
                "corpus=manifest corpus.path=FILE."
            )
        if missing:
            raise CorpusError(f"{self.path}: there is no split {self.split!r}; {allowed(self.split, tables)}.")
        return [tables[name] for name in names]

    def _rows(self) -> list[tuple[Path, Row]]:
        needed = V1_COLUMNS if self._first_version else RELEASE_COLUMNS
        return [(table, row) for table in self._tables() for row in read_rows(table, needed)]

    def _utterance(self, table: Path, row: Row) -> Utterance:
        values, accent = row.values, _accent(row)
        strata = {name: values.get(name) or "na" for name in ("gender", "age")}
        if self._first_version:
            name, text = values["filename"], values["text"]
            audio = _existing(table, row, [self._folder / name, self._folder / table.stem / name])
            speaker = f"{PSEUDO_PREFIX}{accent}/{strata['gender']}/{strata['age']}"
        else:
            name, text, speaker = values["path"], values["sentence"], values["client_id"]
            audio = _existing(table, row, [self._folder / "clips" / name])
        identifier = str(Path(name).with_suffix("")).removeprefix("cv-").replace("/", "-")
        if not text or not speaker:
            raise CorpusError(f"{table}:{row.line}: the clip {name!r} has no {'speaker' if text else 'text'}.")
        return Utterance(identifier, audio, text, speaker, accent, strata)


def _accent(row: Row) -> str:
    return row.values.get("accents") or row.values.get("accent") or ""


def _existing(table: Path, row: Row, places: Sequence[Path]) -> Path:
    """The clip, which lies inside the folder of the table."""
    folder = table.parent.resolve()
    for place in places:
        if place.is_file() and place.resolve().is_relative_to(folder):
            return place
    raise CorpusError(
        f"{table}:{row.line}: there is no clip {places[0]} inside the folder. Unpack the whole archive, or write a "
        "manifest of the part that is there."
    )
