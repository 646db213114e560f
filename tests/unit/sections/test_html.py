# SPDX-License-Identifier: Apache-2.0
"""Tables whose cells hold sentences are read row by row on a narrow screen; tables of numbers stay tables."""

from __future__ import annotations

from stresstest.sections._document import Document, Part
from stresstest.sections._html import PROSE, is_prose, page
from stresstest.sections.base import Cell, Table

SENTENCE = "word " * PROSE


def _page(table: Table) -> str:
    return page(Document("study", "question?", "made", (Part("part", "Part", (table,)),)))


def test_every_cell_of_a_prose_table_says_its_column() -> None:
    table = Table("Profiles", ("Name", "Stage", "Source"), ((Cell("a"), Cell("noise"), Cell(SENTENCE)),))
    text = _page(table)
    assert is_prose(table)
    assert [f'data-label="{name}"' in text for name in table.columns] == [False, True, True]


def test_numbers_and_lists_of_two_columns_stay_tables() -> None:
    numbers = Table("Gaps", ("Condition", "Gap", "p"), ((Cell("clean"), Cell("9.9"), Cell("0.001")),), (1, 2))
    pairs = Table("How", ("What", "How"), ((Cell("unit"), Cell(SENTENCE)),))
    assert not is_prose(numbers)
    assert not is_prose(pairs)
    assert "data-label=" not in _page(numbers)
