# SPDX-License-Identifier: Apache-2.0
"""The rules that every row of a manifest keeps, all checked in one pass."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from stresstest.audio import files
from stresstest.audio.files import AudioInfo
from stresstest.corpora._table import Finding, Row, read_table
from stresstest.corpora.base import NAMES, UNPRINTABLE, Utterance
from stresstest.errors import AudioError, allowed

REQUIRED = ("id", "audio", "text", "speaker", "accent")
SEGMENT = ("start", "end")
CHECKSUM = "sha256"
"""The column with the SHA-256 of each audio file, which `corpus import` writes and `corpus check` compares."""

HEXADECIMAL = re.compile(r"[0-9a-f]{64}")
RESULT_COLUMNS = """
    recognizer recognizer_revision condition voice room noise snr_db speech_dba device channel rep utterance reference
    hypothesis reference_normalized hypothesis_normalized status failure_kind failure_message words hits substitutions
    deletions insertions audio_seconds decode_seconds audio_sha256 speech_level_dbov mix_gain_db level_change_db
    dc_offset confidence word_times detected_language sent_seconds cost_usd requests repetition_loop
"""
RESERVED = frozenset(RESULT_COLUMNS.split())
"""Columns of results.parquet: a stratum of the same name would hide one."""

END_TOLERANCE_S = 0.05
"""An `end` may pass the file's end by so much: annotations are rounded, headers of lossy files estimated."""


@dataclass
class Examined:
    """What a manifest holds and what is wrong with it; checksums: id → the SHA-256 that it states."""

    utterances: list[Utterance] = field(default_factory=list)
    checksums: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def examine(path: Path) -> Examined:
    """Read and check a manifest. Raises CorpusError where there is no such file or it is no CSV, TSV or JSONL."""
    columns, rows, findings = read_table(path)
    unreadable = bool(findings) and not columns
    result = Examined(findings=findings + ([] if unreadable else _column_findings(columns)))
    if not rows and not result.findings:
        result.findings.append(Finding(1, "", "no rows", "a manifest lists at least one utterance."))
    if all(name in columns for name in REQUIRED):
        _Rows(path, result).examine(rows)
    result.findings.sort(key=lambda finding: finding.line)
    return result


def _column_findings(columns: list[str]) -> list[Finding]:
    given = ", ".join(columns) or "nothing"
    strangers = [name for name in columns if name not in REQUIRED]
    findings = []
    for name in REQUIRED:
        if name not in columns:
            hint = allowed(name, strangers).partition(" (")[2]
            message = f"this required column is missing{' (' + hint if hint else ''}; required: {', '.join(REQUIRED)}."
            findings.append(Finding(1, name, given, message))
    for name in dict.fromkeys(columns):
        if columns.count(name) > 1:
            findings.append(Finding(1, name, given, "this column comes twice. Name each column once."))
        if name in RESERVED:
            findings.append(Finding(1, name, name, "the results have a column of this name. Rename the stratum."))
    return findings


class _Rows:
    """Checks rows one after the other; remembers ids and headers already seen."""

    def __init__(self, path: Path, result: Examined) -> None:
        self.folder = path.parent.resolve()
        self.result = result
        self.lines: dict[str, int] = {}
        self.headers: dict[Path, AudioInfo | AudioError] = {}

    def examine(self, rows: list[Row]) -> None:
        for row in rows:
            before = len(self.result.findings)
            self._check_texts(row)
            audio = self._audio(row)
            info = None if audio is None else self._header(row, audio)
            start, end = self._segment(row, info)
            if len(self.result.findings) == before and audio is not None and info is not None:
                self.result.utterances.append(_utterance(row, audio, start, end))
                if row.values.get(CHECKSUM):
                    self.result.checksums[row.values["id"]] = row.values[CHECKSUM]

    def _find(self, row: Row, column: str, message: str) -> None:
        self.result.findings.append(Finding(row.line, column, row.values.get(column, ""), message))

    def _check_texts(self, row: Row) -> None:
        for column in REQUIRED:
            if not row.values.get(column):
                self._find(row, column, "every utterance needs one. Fill it in or remove the row.")
        for column in NAMES:
            if UNPRINTABLE.search(row.values.get(column, "")):
                self._find(row, column, "control characters are not allowed. Remove them.")
        if not HEXADECIMAL.fullmatch(row.values.get(CHECKSUM) or "0" * 64):
            self._find(row, CHECKSUM, "allowed are 64 hexadecimal digits in lower case, or nothing.")
        name = row.values.get("id", "")
        if name and self.lines.setdefault(name, row.line) != row.line:
            self._find(row, "id", f"line {self.lines[name]} has the same id. Ids are unique.")

    def _audio(self, row: Row) -> Path | None:
        given = row.values.get("audio", "")
        if not given:
            return None
        inside = "\0" not in given and (self.folder / given).resolve().is_relative_to(self.folder)
        if Path(given).is_absolute() or not inside:
            self._find(row, "audio", f"allowed are relative paths that stay, links included, inside {self.folder}.")
            return None
        return self.folder / given

    def _header(self, row: Row, audio: Path) -> AudioInfo | None:
        if audio not in self.headers:
            try:
                self.headers[audio] = files.probe(audio)
            except AudioError as error:
                self.headers[audio] = error
        header = self.headers[audio]
        if isinstance(header, AudioError):
            self._find(row, "audio", str(header))
            return None
        if header.frames == 0:
            self._find(row, "audio", "the file holds no samples.")
        return header

    def _segment(self, row: Row, info: AudioInfo | None) -> tuple[float | None, float | None]:
        start, end = (self._seconds(row, column) for column in SEGMENT)
        length = math.inf if info is None else info.seconds
        if start is not None and start >= min(length, math.inf if end is None else end):
            self._find(row, "start", f"allowed is a start before the end ({end}) and inside the file ({length:.3f} s).")
        elif end is not None and not 0 < end <= length + END_TOLERANCE_S:
            self._find(row, "end", f"allowed is an end above 0 and inside the file, which lasts {length:.3f} s.")
        return start, end

    def _seconds(self, row: Row, column: str) -> float | None:
        given = row.values.get(column, "")
        if not given:
            return None
        try:
            seconds = float(given)
        except ValueError:
            seconds = math.nan
        if not (math.isfinite(seconds) and seconds >= 0):
            self._find(row, column, "allowed is a number of seconds from 0, or nothing.")
            return None
        return seconds


def _utterance(row: Row, audio: Path, start: float | None, end: float | None) -> Utterance:
    strata = {k: v for k, v in row.values.items() if k not in (*REQUIRED, *SEGMENT, CHECKSUM)}
    values = {k: row.values[k] for k in ("id", "text", "speaker", "accent")}
    return Utterance(**values, audio=audio, strata=strata, start=start, end=end)
