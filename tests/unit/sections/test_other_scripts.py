# SPDX-License-Identifier: Apache-2.0
"""Documents of characters, and names written from right to left."""

from __future__ import annotations

import pytest

from stresstest.sections._bidi import set_apart
from stresstest.sections._document import Document, Part
from stresstest.sections._html import page as html
from stresstest.sections._markdown import page as markdown
from stresstest.sections._units import in_characters
from stresstest.sections.base import Cell, Code, Figure, Note, Paragraph, Table


def test_terms_of_words_become_those_of_characters_and_commands_stay() -> None:
    table = Table("Words and WER", ("Word", "WER (%)"), ((Cell("WER", "WER"), Cell("the words", 3)),))
    figure = Figure("wer", "WER by SNR", "a chart of words", '<svg class="WER"><text>WER (%)</text></svg>')
    blocks = [Code("stresstest check --max-wer WER"), Note("WERs", ("The words used here.",)), table, figure]
    said = in_characters(Document("words", "Which WER?", "", (Part("wer", "Word error rate", blocks),)))
    code, note, made, drawn = said.parts[0].blocks
    assert (said.question, said.parts[0].title, said.parts[0].name) == ("Which CER?", "Character error rate", "wer")
    assert (code, note) == (blocks[0], Note("CERs", ("The words used here.",)))
    assert made == Table("Characters and CER", ("Word", "CER (%)"), ((Cell("CER", "CER"), Cell("the characters", 3)),))
    assert drawn.svg == '<svg class="WER"><text>CER (%)</text></svg>'


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("worst: المغرب العربي, then القاهرة.", "worst: <المغرب العربي>, then <القاهرة>."),
        ("עברית", "<עברית>"),
        ("no such script, 3 %", "no such script, 3 %"),
    ],
)
def test_runs_from_right_to_left_are_set_apart_one_by_one(text: str, apart: str) -> None:
    assert set_apart(text, "<", ">") == apart


def test_nothing_that_is_set_apart_escapes_escaping() -> None:
    document = Document("x", "", "", (Part("p", "P", [Paragraph("<b>عربي & שלום</b>")]),))
    assert "<p>&lt;b&gt;<bdi>عربي</bdi> &amp; <bdi>שלום</bdi>&lt;/b&gt;</p>" in html(document)
    assert "\\<b\\>\u2068عربي\u2069 \\& \u2068שלום\u2069\\</b\\>" in markdown(document)
