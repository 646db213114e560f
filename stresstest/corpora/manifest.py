# SPDX-License-Identifier: Apache-2.0
"""A manifest: a CSV, TSV or JSONL file that lists one's own recordings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stresstest.corpora._manifest_rules import CHECKSUM, Examined, examine
from stresstest.corpora._table import DELIMITERS, EXTENSIONS, Finding
from stresstest.corpora.base import Corpus, Utterance
from stresstest.errors import CorpusError, allowed

PSEUDO_PREFIX = "cell:"
"""A speaker whose id begins so is a cell of accent, gender and age, because the data set has no speaker ids."""


def check(path: Path | str) -> list[Finding]:
    """Everything that is wrong with a manifest, by line; empty where it can be used.

    Required columns: `id`, `audio` (a path beneath the manifest's folder, relative to it), `text`, `speaker`, `accent`;
    `start` and `end` (seconds) and `sha256` (of the file) are optional; every other column is a stratum. Headers of
    audio files are read, their samples are not. Raises CorpusError where there is no such file or it is no CSV, TSV or
    JSONL.
    """
    return contents(path).findings


def contents(path: Path | str) -> Examined:
    """What a manifest holds beside what is wrong with it; raises what `check` raises."""
    return examine(Path(path).expanduser())


@dataclass(frozen=True)
class Manifest(Corpus):
    """The recordings that a manifest lists; `license`, `citation` and `accent_labels` go to the reader as given.

    Construction reads the manifest and the audio headers; raises CorpusError with the first thing wrong.
    """

    path: str
    license: str = "not stated"
    citation: str = "not stated"
    accent_labels: str = "as the manifest gives them"
    _utterances: tuple[Utterance, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        path = Path(self.path).expanduser()
        result = examine(path)
        if result.findings:
            first, others = result.findings[0].sentence(path), len(result.findings) - 1
            more = f" ({others} more; `stresstest corpus check {path}` lists them.)" if others else ""
            raise CorpusError(first + more)
        object.__setattr__(self, "_utterances", tuple(result.utterances))

    def utterances(self) -> Sequence[Utterance]:
        """Every row, in the order of the file."""
        return self._utterances

    def card(self) -> Mapping[str, str]:
        """What the options say, and what was found on reading."""
        card = {
            "name": Path(self.path).expanduser().resolve().parent.name,
            "license": self.license,
            "citation": self.citation,
            "accent_labels": self.accent_labels,
        }
        if any(u.speaker.startswith(PSEUDO_PREFIX) for u in self._utterances):
            card["pseudo_speakers"] = (
                "The data set has no speaker ids: a speaker here is a cell of accent, gender and age. The number of "
                "cells is a lower bound on the number of people, and intervals over cells are only indicative."
            )
        return card


def write_manifest(
    utterances: Sequence[Utterance], path: Path | str, checksums: Mapping[Path, str] | None = None
) -> None:
    """Write a manifest (.csv, .tsv or .jsonl) of utterances whose audio lies beneath its folder; copies no speech.

    checksums: file → SHA-256, which becomes the column `sha256`.
    Raises CorpusError where audio lies elsewhere, or where a text cannot stand in a TSV (a tab or a line break).
    """
    path = Path(path)
    if path.suffix.lower() not in EXTENSIONS:
        raise CorpusError(f"{path}: a manifest ends in {path.suffix!r}; {allowed(path.suffix, EXTENSIONS)}.")
    rows = [_row(u, path) | _checksum(u, checksums) for u in utterances]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if path.suffix.lower() == ".jsonl":
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        content = _delimited(rows, columns, path)
    path.write_text(content, encoding="utf-8", newline="")


def _checksum(utterance: Utterance, checksums: Mapping[Path, str] | None) -> dict[str, str]:
    return {} if checksums is None else {CHECKSUM: checksums[utterance.audio]}


def _row(utterance: Utterance, path: Path) -> dict[str, str]:
    folder = path.parent.resolve()
    audio = utterance.audio.resolve()
    if not audio.is_relative_to(folder):
        raise CorpusError(
            f"{path}: the audio of {utterance.id!r} lies outside the manifest's folder, in {audio.parent}. "
            "A manifest names files beneath its own folder; write it to a folder that holds the speech."
        )
    row = {"id": utterance.id, "audio": audio.relative_to(folder).as_posix(), "text": utterance.text}
    row |= {"speaker": utterance.speaker, "accent": utterance.accent}
    row |= {k: repr(v) for k, v in (("start", utterance.start), ("end", utterance.end)) if v is not None}
    return row | dict(utterance.strata)


def _delimited(rows: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> str:
    buffer = io.StringIO(newline="")
    if DELIMITERS[path.suffix.lower()] == ",":
        writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue()
    lines = [list(columns), *([row.get(name, "") for name in columns] for row in rows)]
    for cells in lines:
        if any(c in cell for cell in cells for c in "\t\r\n"):
            raise CorpusError(
                f"{path}: a cell of {cells[0]!r} has a tab or a line break. Write .csv or .jsonl instead."
            )
    return "".join("\t".join(cells) + "\n" for cells in lines)
