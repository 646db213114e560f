# SPDX-License-Identifier: Apache-2.0
"""Transcripts that are on disk already: a system that nobody here may call, judged from exported audio."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError, allowed
from stresstest.recognizers._said import transcript_of
from stresstest.recognizers.base import FAILURE_KINDS, Failure, Recognizer, Transcript

ID_CHARACTERS = 16
"""So many of the first characters of a waveform's SHA-256 name it: `stresstest export` names its files so."""
NAMES = ("audio_sha256", "id", "audio", "file")
"""Columns that may say which audio an answer is of: a SHA-256, its first characters, or a file named after them."""
DELIMITERS = {".csv": ",", ".tsv": "\t"}


@dataclass
class Transcripts(Recognizer):
    """Looks an answer up by the SHA-256 of the 16-bit PCM: it knows the sound, never who speaks or what was said.

    path: a CSV, TSV or JSONL file with a column of NAMES, as `stresstest export` writes them, and `text`; `confidence`
    and, in JSONL, `words` and `language` where known. An answer may say `failure_kind` (and `failure_message`) in
    place of a text. Audio without an answer is a Failure of kind `unavailable`; an empty text is an answer. rate: the
    sample rate of the export, in Hz. system: what answered, version included, for the reader. Raises RecognizerError.
    """

    path: str
    rate: int = 16000
    system: str = "not stated"
    _answers: dict[str, Transcript | Failure] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        file = Path(self.path).expanduser()
        if file.suffix.lower() not in (*DELIMITERS, ".jsonl"):
            raise RecognizerError(
                f"recognizer.path: {self.path} ends in {file.suffix!r}; "
                f"{allowed(file.suffix, (*DELIMITERS, '.jsonl'))}."
            )
        if not file.is_file():
            raise RecognizerError(
                f"recognizer.path: there is no file {self.path!r}. `stresstest export` writes the audio; give the file "
                "with the answers to it."
            )
        self._file = file.resolve()

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`transcripts`, the system, and the SHA-256 of the file."""
        return f"transcripts of {self.system} sha256={hashlib.sha256(self._file.read_bytes()).hexdigest()}"

    def open(self) -> None:
        """Read the file. Raises RecognizerError, naming the line, where it cannot be used."""
        self._answers = {}
        for line, row in rows_of(self._file):
            name, answer = _name(self._file, line, row), _answer(row)
            if isinstance(answer, Failure) and answer.kind == "bad_output":
                raise RecognizerError(f"{self._file}:{line}: {answer.message}.")
            if self._answers.setdefault(name, answer) != answer:
                raise RecognizerError(
                    f"{self._file}:{line}: a second, other answer for the audio {name}. Keep one of them."
                )

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """The answers that are on file."""
        if self._answers is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        missing = Failure("unavailable", f"{self._file.name} has no answer for this audio")
        return [self._answers.get(wave.pcm16_sha256()[:ID_CHARACTERS], missing) for wave in speech]

    def close(self) -> None:
        """Forget the answers."""
        self._answers = None


def rows_of(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """(line from 1, row) of a CSV, TSV or JSONL file, empty lines left out. Raises RecognizerError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecognizerError(f"{path} is not UTF-8 ({error}). Save it as UTF-8.") from error
    if path.suffix.lower() != ".jsonl":
        lines = io.StringIO(text, newline="")
        reader = csv.DictReader(lines)
        if DELIMITERS[path.suffix.lower()] == "\t":  # where a quote is a character like any other, as in a manifest
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in reader:
            if None in row or None in row.values():
                columns = len(reader.fieldnames or ())
                raise RecognizerError(f"{path}:{reader.line_num}: the header has {columns} columns, this row has not.")
            yield reader.line_num, row
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise RecognizerError(f"{path}:{number}: not JSON ({error}). Write one object a line.") from error
            if not isinstance(row, dict):
                raise RecognizerError(f"{path}:{number}: a JSON object a line is wanted; got {line.strip()[:60]!r}.")
            yield number, row


def _name(path: Path, line: int, row: Mapping[str, object]) -> str:
    """The first ID_CHARACTERS of the SHA-256 that a row names."""
    given = next((str(row[column]) for column in NAMES if row.get(column)), None)
    if given is None:
        raise RecognizerError(
            f"{path}:{line}: no column says which audio this is of; one of {', '.join(NAMES)} does, and has: "
            f"{', '.join(map(str, row)) or 'nothing'}."
        )
    name = Path(given.strip()).name.partition(".")[0].lower()[:ID_CHARACTERS]
    if len(name) != ID_CHARACTERS or set(name) - set("0123456789abcdef"):
        raise RecognizerError(
            f"{path}:{line}: {given!r} names no exported audio; a name begins with {ID_CHARACTERS} characters of its "
            "SHA-256, as in the manifest of `stresstest export`."
        )
    return name


def _answer(row: Mapping[str, object]) -> Transcript | Failure:
    kind = row.get("failure_kind")
    if kind in FAILURE_KINDS:
        return Failure(str(kind), str(row.get("failure_message") or "as the file of answers says"))
    if kind:
        return Failure("bad_output", f"failure_kind: {allowed(kind, FAILURE_KINDS)}; got {kind!r}")
    return transcript_of({**row, "confidence": row.get("confidence") or None})
