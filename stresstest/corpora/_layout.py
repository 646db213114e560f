# SPDX-License-Identifier: Apache-2.0
"""Files of a data set: where the audio lies, tables and lists as they are published."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from stresstest.corpora._table import DELIMITERS, Row, read_table
from stresstest.errors import CorpusError

AUDIO = (".wav", ".flac", ".mp3", ".ogg", ".sph")


def files_of(folder: Path, ending: str = "") -> Iterator[Path]:
    """Files beneath the folder whose name ends so, in a fixed order.

    Left out are hidden ones, among them the `._` files and `__MACOSX` folders that macOS adds to archives.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__MACOSX" and not name.startswith("."))
        yield from (Path(place, n) for n in sorted(names) if n.endswith(ending) and not n.startswith("."))


def audio_files(folder: Path) -> Iterator[Path]:
    """Audio beneath the folder, in a fixed order."""
    return (file for file in files_of(folder) if file.suffix.lower() in AUDIO)


def by_stem(files: Iterable[Path]) -> dict[str, Path]:
    """The files by name without ending. Raises CorpusError where two differ in nothing else."""
    index: dict[str, Path] = {}
    for file in files:
        if index.setdefault(file.stem, file) != file:
            raise CorpusError(f"{file} and {index[file.stem]} have the same name. Remove one of the two.")
    return index


def read_text(path: Path) -> str:
    """A file in UTF-8, without byte-order mark and outer white space. Raises CorpusError for other encodings."""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 text ({error}). Unpack the data set again.") from error


def read_list(path: Path) -> dict[str, str]:
    """A list as Kaldi writes it: a key, white space, the rest of the line."""
    pairs = (line.split(None, 1) for line in read_text(path).splitlines() if line.strip())
    return {pair[0]: pair[1].strip() if len(pair) > 1 else "" for pair in pairs}


def read_rows(path: Path, required: Iterable[str]) -> list[Row]:
    """Rows of a CSV or, whatever else the file is called, a tab-separated table without quotes.

    Raises CorpusError, with file and line, for a broken row or a missing column.
    """
    if path.suffix.lower() in DELIMITERS:
        columns, rows, findings = read_table(path)
        if findings:
            raise CorpusError(findings[0].sentence(path))
    else:
        lines = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t", quoting=csv.QUOTE_NONE))
        columns = [name.strip() for name in lines[0]] if lines else []
        rows = [_row(path, number, columns, cells) for number, cells in enumerate(lines[1:], 2) if cells]
    for name in required:
        if name not in columns:
            raise CorpusError(f"{path}: the column {name!r} is missing; got {', '.join(columns) or 'nothing'}.")
    return rows


def _row(path: Path, line: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) > len(columns):
        raise CorpusError(f"{path}:{line}: got {len(cells)} cells, but the header has {len(columns)} columns.")
    padded = cells + [""] * (len(columns) - len(cells))
    return Row(line, {name: cell.strip() for name, cell in zip(columns, padded, strict=True) if name})
