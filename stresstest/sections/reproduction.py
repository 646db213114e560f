# SPDX-License-Identifier: Apache-2.0
"""What makes this run again, and what it was made with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stresstest.sections._words import count_cell, text_cell
from stresstest.sections.base import Block, Cell, Code, Content, Evidence, Paragraph, Section, Table

IDENTITY = (
    ("stresstest", "stresstest"),
    ("Python", "python"),
    ("Platform", "platform"),
    ("Seed", "seed"),
    ("Study (SHA-256)", "study_digest"),
    ("Results (SHA-256)", "results_signature"),
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
        tables = [_recognizers(made), Table("Identity", ("What", "Value"), tuple(_identity(made))), _packages(made)]
        return [*blocks, *(t for t in tables if t.rows)]


def _identity(made: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    for label, key in IDENTITY:
        if made.get(key) is not None:
            yield text_cell(label), text_cell(made[key])
    cells, times = made.get("cells", {}), made.get("times", {})
    for key, label in (("total", "Decodes"), ("ok", "of these answered"), ("failed", "of these failed")):
        if key in cells:
            yield text_cell(label), count_cell(cells[key])
    for key, label in (("started", "Started"), ("finished", "Finished")):
        if times.get(key):
            yield text_cell(label), text_cell(times[key])
    for key, label in (("decode_seconds", "Decoding, summed over workers (s)"), ("wall_seconds", "Wall time (s)")):
        if times.get(key) is not None:
            yield text_cell(label), Cell(f"{times[key]:,.1f}", times[key])
    if times.get("workers") is not None:
        yield text_cell("Workers"), count_cell(times["workers"])


def _recognizers(made: Mapping[str, Any]) -> Table:
    found = made.get("recognizers") or {}
    rows = tuple((text_cell(n), text_cell(r.get("target")), text_cell(r.get("revision"))) for n, r in found.items())
    return Table("Recognizers", ("Name", "Class", "Revision"), rows)


def _packages(made: Mapping[str, Any]) -> Table:
    rows = tuple((text_cell(name), text_cell(version)) for name, version in (made.get("packages") or {}).items())
    return Table("Libraries", ("Library", "Version"), rows)
