# SPDX-License-Identifier: Apache-2.0
"""What the corpora share that read one's own recordings as another toolkit lists them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stresstest.corpora._folder import Card, FolderCorpus
from stresstest.errors import CorpusError, allowed

Record = Mapping[str, Any]

END_TOLERANCE_S = 0.05
"""By so much may the length that a list states differ from the file's: lists round."""


@dataclass(frozen=True)
class OwnCorpus(FolderCorpus):
    """Recordings listed by the files of another toolkit; the card says what the options say.

    `path` is a folder or a file. `license`, `citation` and `accent_labels` go to the reader as given.
    """

    license: str = "not stated"
    citation: str = "not stated"
    accent_labels: str = "as given with the recordings"

    CARD = Card("", "", "", "")
    NEEDED = ()

    def card(self) -> Mapping[str, str]:
        """What the options say, and what is left out."""
        name = self.folder.resolve().name
        said = {key: getattr(self, key) for key in ("license", "citation", "accent_labels")}
        return {"name": name, **said, **super().card()}


def records(path: Path) -> Iterator[tuple[str, Record]]:
    """Each JSON object of a file of one object a line, plain or in gzip, with its place as FILE:LINE.

    Raises CorpusError for a file that is not there or is cut off, for a line that is no object and for other encodings.
    """
    if not path.is_file():
        raise CorpusError(f"{path}: there is no such file. Give a file of one JSON object a line (.jsonl, .jsonl.gz).")
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", _object(f"{path}:{number}", line)
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{path}: the file cannot be read to its end ({error}). Copy it again.") from error


def _object(where: str, line: bytes) -> Record:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:  # a UnicodeDecodeError is one
        raise CorpusError(f"{where}: not JSON in UTF-8 ({error}). Write one object a line.") from error
    if not isinstance(found, dict):
        raise CorpusError(f"{where}: holds a {type(found).__name__}; allowed is one JSON object a line.")
    return found


def said(where: str, record: Record, key: str, option: str) -> str:
    """The text of a key, stripped. Raises CorpusError, naming the option that chooses the key, where it is missing."""
    value = record.get(key)
    if value is None:
        raise CorpusError(f"{where}: there is no {key!r} (corpus.{option} names it); {allowed(key, map(str, record))}.")
    if isinstance(value, dict | list):
        raise CorpusError(f"{where}: {key!r} holds a {type(value).__name__}; allowed is a text (corpus.{option}).")
    return str(value).strip()


def number(where: str, record: Record, key: str, default: float | None) -> float | None:
    """Seconds of a key, from 0; `default` where it is missing. Raises CorpusError for anything else."""
    value = record.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise CorpusError(f"{where}: {key!r} is {value!r}; allowed is a number of seconds from 0.")
    return float(value)


def strata_of(record: Record, names: Sequence[str]) -> dict[str, str]:
    """The named keys as strata; `na` where a record lacks one."""
    return {name: str(record[name]).strip() or "na" if record.get(name) is not None else "na" for name in names}


def located(where: str, name: str, root: Path) -> Path:
    """A file by its absolute path or beneath `root`. Raises CorpusError where there is none."""
    path = root / Path(name).expanduser()
    if not path.is_file():
        raise CorpusError(
            f"{where}: there is no audio file {path}. Paths that are not absolute begin at {root}; corpus.audio_root "
            "names another folder."
        )
    return path
