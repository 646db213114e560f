# SPDX-License-Identifier: Apache-2.0
"""What every section owes: found by itself, reads what it declares, prints numbers that the files hold."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stresstest import appendix
from stresstest.errors import InputError
from stresstest.plugins import catalogue, load
from stresstest.sections._words import group_title
from stresstest.sections.base import INPUTS, Cell, Code, Evidence, Heading, Note, Paragraph, Section, Table
from stresstest.sections.glossary import TERMS

NAMES = catalogue("sections")
NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?")
UNIT = re.compile(r" \([^)]*\)$|, [\d,]+ words$")
EXPLAINED_BY = {
    "Clean WER": "WER", "Widest gap": "Gap", "Within": "Verdict", "Exceeds": "Verdict", "Undecided": "Verdict",
    "Against the tolerance": "Verdict", "Interval": "95 % interval", "Most invented": "Invented",
    "Most empty": "Empty", "Ways": "Way", "Gap, clean": "Gap", "Gap, hardest": "Hardest", "Loss, hardest": "Loss",
    "Every accent at least": "F1 at least", "Every group at least": "F1 at least", "Difference": "Points",
    "Hesitations": "Way", "Compounds": "Way", "Weighs alike": "Way", "Speech at the device": "dB, decibel",
}  # fmt: skip
"""Heads of columns and the word of the glossary that explains them."""
PLAIN = (
    "Accent|Group|Speakers|Utterances|Words|Condition|Made of|Scene|Talker at 1 m|Raised "
    "by|Distance|Noise|Profile|Stage|What it is|Source|of|Accents bounded|Groups "
    "bounded|Substituted|Deleted|Inserted|Most inserted|Most deleted|Best|Worst|Against|They differ in|What would "
    "change it|Step|What turns|As declared|Elsewhere|Minutes|What|How|Value|Turned by one choice alone|Words a "
    "speaker|Speakers a group|Recordings|What may have cut the band|Prompts|Kinds|Claim|Recognizer|Outcome|Why|Of the "
    "corpus|Name|Class|Revision|Started|Finished|Work units|Workers|Wall time|Library|Version|Word|What it means"
)
"""Heads that say what they hold, by themselves or with their caption."""
WORDS_OF = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]+(?![\w-])")
KNOWN_TO_ALL = {"MB", "WAV", "YAML", "SHA", "JSON", "HTML", "CI", "UTC", "ITU", "P"}


@pytest.fixture(scope="module")
def evidence(ward_run: Path) -> Evidence:
    return appendix.read(ward_run, {})


class Undeclared:
    """Stands for an input that a section does not declare."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"read an input that it does not declare (.{name})")

    __getitem__ = __iter__ = __contains__ = __len__ = __getattr__


def test_places_and_titles_are_unique() -> None:
    sections = [load("sections", name) for name in NAMES]
    assert len({s.place for s in sections}) == len({s.title for s in sections}) == len(NAMES) >= 14


@pytest.mark.parametrize("name", NAMES)
def test_a_section_reads_what_it_declares_and_nothing_else(name: str, evidence: Evidence) -> None:
    section: Section = load("sections", name)()
    assert set(section.needs) <= set(INPUTS)
    held: dict[str, Any] = {n: getattr(evidence, n) if n in section.needs else Undeclared() for n in INPUTS}
    assert section.build(Evidence(**held)) == section.build(evidence)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_a_table_is_in_disparity_or_provenance(name: str, evidence: Evidence) -> None:
    known = set(_numbers([evidence.disparity, evidence.provenance]))
    for table in _tables(name, evidence):
        for cell in (cell for row in table.rows for cell in row):
            assert set(_numbers(cell.value)) <= known, f"{table.caption}: {cell}"


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_is_shown_is_the_number_behind_it_rounded(name: str, evidence: Evidence) -> None:
    for table in _tables(name, evidence):
        for cell in (cell for row in table.rows for cell in row):
            assert _is_rounding(cell), f"{table.caption}: {cell}"


@pytest.mark.parametrize("name", NAMES)
def test_every_head_of_a_column_is_plain_or_in_the_glossary(name: str, evidence: Evidence) -> None:
    """So is every constant of a section that names columns: this run does not fill all tables."""
    groups = {group_title(group) for cell in evidence.disparity["cells"] for group in cell["groups"]}
    module = vars(importlib.import_module(f"stresstest.sections.{name}"))
    constants = [
        value for key, value in module.items() if key in ("COLUMNS", "POINTS", "LOGS", "KINDS", "WAYS", "SPREAD")
    ]
    heads = [head for table in _tables(name, evidence) for head in table.columns if head not in groups]
    heads += [head for value in constants if isinstance(value, tuple) for head in value]
    assert [head for head in heads if not _is_explained(head)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_abbreviation_in_a_sentence_is_in_the_glossary(name: str, evidence: Evidence) -> None:
    explained = " ".join((*TERMS, *TERMS.values()))
    for text in _sentences(name, evidence):
        unknown = {word for word in WORDS_OF.findall(text) if word not in KNOWN_TO_ALL and word not in explained}
        assert not unknown, text


def test_a_column_that_nobody_explains_is_found() -> None:
    assert not _is_explained("log_did")
    assert not _is_explained("Crossfit (points)")
    assert _is_explained("Gap, 26 words")


def test_a_section_that_needs_what_no_run_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load("sections", "reading"), "needs", ("studdy",))
    with pytest.raises(
        InputError, match=r"'reading' needs 'studdy', which no run has; allowed: .*did you mean 'study'"
    ):
        appendix.chosen_sections(["reading"])


def _tables(name: str, evidence: Evidence) -> list[Table]:
    return [block for block in load("sections", name)().build(evidence) if isinstance(block, Table)]


def _is_explained(head: str) -> bool:
    bare = UNIT.sub("", head.replace("\u00a0", " ").strip())
    word = EXPLAINED_BY.get(bare, bare)
    return not bare or bare in PLAIN.split("|") or word.casefold() in {term.casefold() for term in TERMS}


def _sentences(name: str, evidence: Evidence) -> Iterator[str]:
    """What a section says in words of its own: no code, and no cell, which may quote the run."""
    for block in load("sections", name)().build(evidence):
        if isinstance(block, Paragraph | Heading):
            yield block.text
        elif isinstance(block, Note):
            yield from block.items
        elif not isinstance(block, Code):
            yield block.caption


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _is_rounding(cell: Cell) -> bool:
    """Each number behind the cell is shown, as itself or times 100, to the decimals that are shown."""
    values = list(_numbers(cell.value))
    shown = NUMBER.findall(cell.text.replace("\u00a0", " "))
    if not values or cell.text.startswith("<"):
        return True
    return len(shown) == len(values) and all(_fits(text, value) for text, value in zip(shown, values, strict=True))


def _fits(text: str, value: float) -> bool:
    number = float(text.replace(",", "").replace("−", "-"))
    half = 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-9
    return any(abs(number - value * scale) <= half for scale in (1, 100))
