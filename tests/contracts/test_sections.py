# SPDX-License-Identifier: Apache-2.0
"""What every section owes: found by itself, reads what it declares, prints numbers that the files hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stresstest import appendix
from stresstest.errors import InputError
from stresstest.plugins import catalogue, load
from stresstest.sections.base import INPUTS, Cell, Evidence, Section, Table

NAMES = catalogue("sections")
NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?")


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


def test_a_section_that_needs_what_no_run_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load("sections", "reading"), "needs", ("studdy",))
    with pytest.raises(
        InputError, match=r"'reading' needs 'studdy', which no run has; allowed: .*did you mean 'study'"
    ):
        appendix.chosen_sections(["reading"])


def _tables(name: str, evidence: Evidence) -> list[Table]:
    return [block for block in load("sections", name)().build(evidence) if isinstance(block, Table)]


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
