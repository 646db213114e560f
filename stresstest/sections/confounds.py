# SPDX-License-Identifier: Apache-2.0
"""What else differs between the groups: recordings, texts, and who counts as a speaker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.sections._cells import per_recognizer
from stresstest.sections._words import (
    count_cell,
    group_cell,
    group_noun,
    isolated,
    listed,
    number,
    of_groups,
    p_cell,
    rate_cell,
    span_cell,
    text_cell,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Note, Paragraph, Section, Table

MEASURES = (
    ("snr_db", "SNR (dB)", 1.0, 1),
    ("level_dbov", "Level (dBov)", 1.0, 1),
    ("bandwidth_hz", "Upper edge (Hz)", 1.0, 0),
    ("cut", "Band cut (%)", 100.0, 0),
    ("clipped", "Clipped (%)", 100.0, 2),
)
QUALITY = (
    "The recordings before any perturbation, the median over speakers of a sample: noise that is in a recording adds "
    "to the noise of a condition. SNR: speech over the noise in its pauses. Level: how loud, in dB below the loudest "
    "that a file holds (dBov). Upper edge: the highest frequency in them. Band cut: the share whose band ends "
    "abruptly, as a codec leaves it. Clipped: samples flattened at the top. Reverberation is not estimated."
)
OPENING = (
    "A gap may come from something else in which the groups differ: their microphones, how loud they were recorded, "
    "what they read. What of it can be measured is compared here; the rest stays in the gap."
)
MATCHED = (
    "Clean speech, the same prompts on both sides: an accent less the others together. The first interval is for other "
    "speakers and other prompts, the second for other speakers of these prompts."
)
STANDARDIZED = (
    "Clean speech, as if every accent had read the same mix of short and long texts, of common and rare words; the "
    "difference is to the others together on that mix."
)


class Confounds(Section):
    """Recordings group beside group, differences on matched prompts, rates on a standard mix of texts."""

    title = "What else may make a gap"
    place = 108
    needs = ("study", "disparity", "provenance")

    def build(self, evidence: Evidence) -> Content:
        pseudo = evidence.disparity.get("pseudo_speakers")
        clean = {c["recognizer"]: c for c in evidence.disparity["cells"] if c["condition"] == "clean"}
        found: list[Block] = [
            *([Note("No speaker ids", (str(pseudo),))] if pseudo else []),
            *_recordings(evidence),
            *per_recognizer({name: _texts(cell, group_noun(evidence.study)) for name, cell in clean.items()}),
        ]
        return [Paragraph(OPENING), *found] if found else []


def _recordings(evidence: Evidence) -> list[Block]:
    noun = group_noun(evidence.study)
    measured: Mapping[str, Any] = evidence.disparity.get("recorded", evidence.provenance.get("quality")) or {}
    rows = tuple(_quality_row(name, entry) for name, entry in measured.items())
    if not rows:
        return []
    columns = (
        noun.capitalize(),
        "Speakers",
        "Recordings",
        *(title for _, title, _, _ in MEASURES),
        "What may have cut the band",
    )
    found = evidence.disparity.get("recordings") or {}
    apart = [title.partition(" (")[0] for name, title, _, _ in MEASURES if found.get(name, {}).get("matters")]
    verdict = (
        f"Beyond chance, and by enough to matter, the {noun}s differ in {listed(apart)}."
        if apart
        else f"No difference between the {noun}s is both beyond chance and large enough to matter."
        if found
        else f"Too few speakers were measured to compare the {noun}s."
    )
    return [Table(QUALITY, columns, rows, tuple(range(1, 8))), Paragraph(verdict)]


def _quality_row(name: str, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    medians = (entry.get(key, {}).get("median") for key, _, _, _ in MEASURES)
    return (
        group_cell(name),
        count_cell(entry["speakers"]),
        count_cell(entry["utterances"]),
        *(Cell(number(m, digits, scale), m) for m, (_, _, scale, digits) in zip(medians, MEASURES, strict=True)),
        text_cell(", ".join(entry["traces"])),
    )


def _texts(cell: Mapping[str, Any], noun: str) -> list[Block]:
    matched = {g: m for g, m in (cell.get("matched") or {}).items() if m and m["low"] is not None}
    standard = {g: s for g, s in (cell.get("standardized") or {}).items() if s}
    tables: list[Block] = []
    if matched:
        columns = (
            noun.capitalize(), "Prompts", "Share of its words (%)", "Difference (points)", "Interval, prompts too",
            "Interval, speakers only", "p",
        )  # fmt: skip
        rows = tuple(_matched_row(name, entry) for name, entry in matched.items())
        tables.append(Table(of_groups(MATCHED, noun), columns, rows, tuple(range(1, len(columns)))))
    if standard:
        columns = (
            noun.capitalize(),
            "WER (%)",
            "Standardized (%)",
            "95 % interval",
            "Difference (points)",
            "95 % interval ",
            "p",
        )
        rows = tuple(_standard_row(name, entry, cell["groups"][name]) for name, entry in standard.items())
        tables.append(Table(of_groups(STANDARDIZED, noun), columns, rows, tuple(range(1, len(columns)))))
    turned = [isolated(n) for n, s in standard.items() if _turns(s, cell, n)]
    if turned:
        tables.append(Paragraph(f"With the texts held equal, the difference changes its sign for {listed(turned)}."))
    return tables


def _matched_row(name: str, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    only = entry["speakers_only"]
    return (
        group_cell(name),
        count_cell(entry["prompts"]),
        rate_cell(entry["share"], 0),
        rate_cell(entry["difference"], signed=True),
        span_cell(entry["low"], entry["high"]),
        span_cell(only["low"], only["high"]),
        p_cell(entry["p_value"]),
    )


def _standard_row(name: str, entry: Mapping[str, Any], group: Mapping[str, Any]) -> tuple[Cell, ...]:
    apart = entry["difference"]
    return (
        group_cell(name),
        rate_cell(group["wer"]),
        rate_cell(entry["wer"]),
        span_cell(entry["low"], entry["high"]),
        rate_cell(apart["value"], signed=True),
        span_cell(apart["low"], apart["high"]),
        p_cell(apart["p_value"]),
    )


def _turns(entry: Mapping[str, Any], cell: Mapping[str, Any], name: str) -> bool:
    """Whether the difference to the others changes its sign."""
    others = [g for n, g in cell["groups"].items() if n != name and n in (cell.get("standardized") or {})]
    words = sum(g["words"] for g in others)
    if not words:
        return False
    raw = cell["groups"][name]["wer"] - sum(g["errors"] for g in others) / words
    return bool(raw * entry["difference"]["value"] < 0)
