# SPDX-License-Identifier: Apache-2.0
"""Rows of a CSV, TSV or JSONL file with their line numbers, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stresstest.errors import CorpusError, allowed

DELIMITERS = {".csv": ",", ".tsv": "\t"}
EXTENSIONS = (*DELIMITERS, ".jsonl")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a file: where (line from 1, column, either empty where it makes no sense), what was given,
    and a sentence that says what is allowed."""

    line: int
    column: str
    value: str
    message: str

    def sentence(self, path: Path) -> str:
        """One line for a reader."""
        where = f"{path}:{self.line}" + (f", column {self.column!r}" if self.column else "")
        return f"{where}: got {self.value!r}; {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record; values are stripped text, missing and null ones the empty text."""

    line: int
    values: Mapping[str, str]


def read_table(path: Path) -> tuple[list[str], list[Row], list[Finding]]:
    """Columns, rows and findings (bad UTF-8, bad JSON, a row too long or short) of a table.

    Raises CorpusError where there is no such file or its name does not end in .csv, .tsv or .jsonl.
    """
    if path.suffix.lower() not in EXTENSIONS:
        raise CorpusError(f"{path}: a manifest ends in {path.suffix!r}; {allowed(path.suffix, EXTENSIONS)}.")
    if not path.is_file():
        raise CorpusError(f"{path}: there is no such file. Give the path of a manifest (.csv, .tsv or .jsonl).")
    text, findings = _decoded(path.read_bytes())
    rows = list(_json_rows(text, findings) if path.suffix.lower() == ".jsonl" else _csv_rows(path, text, findings))
    columns = list(dict.fromkeys(name for row in rows for name in row.values))
    if path.suffix.lower() != ".jsonl":
        columns = [name for name in _header(path, text) if name]
    return columns, rows, findings


def _decoded(data: bytes) -> tuple[str, list[Finding]]:
    """The text without a byte-order mark; lines that are not UTF-8 are found and emptied."""
    findings, lines = [], []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            shown = line[max(0, error.start - 20) : error.start + 20].decode("utf-8", errors="replace")
            findings.append(Finding(number, "", shown, "the line is not UTF-8. Save the file as UTF-8."))
            lines.append("")
    return "\n".join(lines), findings


def _header(path: Path, text: str) -> list[str]:
    return [name.strip() for name in next(_reader(path, text), [])]


def _reader(path: Path, text: str) -> csv._reader:  # type: ignore[name-defined]
    """CSV with the usual quotes; in TSV a quote is a character like any other, as Common Voice writes it."""
    delimiter = DELIMITERS[path.suffix.lower()]
    lines = io.StringIO(text, newline="")
    if delimiter == "\t":
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter)


def _csv_rows(path: Path, text: str, findings: list[Finding]) -> Iterator[Row]:
    reader = _reader(path, text)
    header = [name.strip() for name in next(reader, [])]
    before = reader.line_num
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                findings.append(Finding(line, "", f"{len(cells)} cells", f"the header has {len(header)} columns."))
                continue
            yield Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name})
    except csv.Error as error:
        findings.append(Finding(reader.line_num, "", str(error), "the rest of the file cannot be read."))


def _is_unicode(record: Mapping[object, object]) -> bool:
    r"""Whether all texts can be written in UTF-8; JSON can spell half of a surrogate pair (\ud800)."""
    try:
        "".join(f"{k}{v}" for k, v in record.items()).encode()
    except UnicodeEncodeError:
        return False
    return True


def _json_rows(text: str, findings: list[Finding]) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            findings.append(Finding(number, "", line.strip()[:60], f"not JSON ({error}). Write one object a line."))
            continue
        if not isinstance(record, dict) or any(isinstance(v, list | dict) for v in record.values()):
            findings.append(Finding(number, "", line.strip()[:60], "allowed is one flat JSON object a line."))
            continue
        if not _is_unicode(record):
            findings.append(Finding(number, "", line.strip()[:60], "half of a surrogate pair is no character."))
            continue
        yield Row(number, {str(k).strip(): "" if v is None else str(v).strip() for k, v in record.items()})
