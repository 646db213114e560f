# SPDX-License-Identifier: Apache-2.0
"""What makes this run again, and what it was made with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stresstest.sections._words import count_cell, moment, number, text_cell
from stresstest.sections.base import Block, Cell, Code, Content, Evidence, Paragraph, Section, Table

IDENTITY = (
    ("stresstest", "stresstest"),
    ("Python", "python"),
    ("Platform", "platform"),
    ("Seed", "seed"),
    ("Study (SHA-256)", "study_digest"),
    ("Results (SHA-256)", "results_signature"),
)

TIMES = (
    ("decode_seconds", "Decoding, summed over workers (s)"),
    ("audio_seconds", "Audio decoded (s)"),
    ("peak_memory_mb", "Peak memory of the main process (MB)"),
)


class Reproduction(Section):
    """The command, the seed, hashes, versions and times, all from provenance.json."""

    title = "How to make it again"
    place = 140
    needs = ("provenance",)

    def build(self, evidence: Evidence) -> Content:
        made = evidence.provenance
        blocks: list[Block] = []
        if made.get("command"):
            blocks += [
                Paragraph(
                    "The same command with the same versions gives the same audio and the same results, byte for byte."
                ),
                Code(str(made["command"])),
            ]
        identity = Table("Identity", ("What", "Value"), tuple(_identity(made)))
        tables = [_recognizers(made), identity, _sessions(made), _packages(made)]
        return [*blocks, *(t for t in tables if t.rows)]


def _identity(made: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    for label, key in IDENTITY:
        if made.get(key) is not None:
            yield text_cell(label), text_cell(made[key])
    cells, times = made.get("cells", {}), made.get("times", {})
    for key, label in (("total", "Decodes"), ("ok", "of these answered"), ("failed", "of these failed")):
        if key in cells:
            yield text_cell(label), count_cell(cells[key])
    for key, label in TIMES:
        if times.get(key) is not None:
            yield text_cell(label), Cell(f"{times[key]:,.1f}", times[key])


def _sessions(made: Mapping[str, Any]) -> Table:
    """When it was computed; a resumed run has several rows."""
    found = made.get("times", {}).get("sessions") or []
    rows = tuple(
        (
            text_cell(moment(s.get("started"))),
            text_cell(moment(s.get("finished"))),
            count_cell(s.get("units")),
            count_cell(s.get("workers")),
            Cell(number(s.get("wall_seconds")), s.get("wall_seconds")),
        )
        for s in found
    )
    columns = ("Started", "Finished", "Work units", "Workers", "Wall time (s)")
    return Table("Sessions; a run that was resumed has several", columns, rows, (2, 3, 4))


def _recognizers(made: Mapping[str, Any]) -> Table:
    found = made.get("recognizers") or {}
    rows = tuple((text_cell(n), text_cell(r.get("target")), text_cell(r.get("revision"))) for n, r in found.items())
    return Table("Recognizers", ("Name", "Class", "Revision"), rows)


def _packages(made: Mapping[str, Any]) -> Table:
    rows = tuple((text_cell(name), text_cell(version)) for name, version in (made.get("packages") or {}).items())
    return Table("Libraries", ("Library", "Version"), rows)
