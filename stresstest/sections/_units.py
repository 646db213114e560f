# SPDX-License-Identifier: Apache-2.0
"""A document that speaks of characters where characters were counted: CER, not WER."""

from __future__ import annotations

import re
from dataclasses import replace

from stresstest.sections._document import Document
from stresstest.sections.base import Block, Cell, Code, Figure, Gallery, Heading, Note, Paragraph, Table

TERMS = {"WER": "CER", "WERs": "CERs", "word": "character", "Word": "Character", "words": "characters",
         "Words": "Characters"}  # fmt: skip
WORD = re.compile(r"(?<!Other )(?<!plain )\b(WERs?|words?|Words|Word(?= ))\b(?! used here)")
"""Terms of what is counted; the words of the document itself stay words."""

DRAWN = re.compile(r"(>[^<>]*<)")
"""The texts of an SVG, between its tags."""


def in_characters(document: Document) -> Document:
    """The document with the terms for words replaced by those for characters; commands stay as they are typed."""
    parts = tuple(replace(p, title=_said(p.title), blocks=[_block(b) for b in p.blocks]) for p in document.parts)
    return replace(document, question=_said(document.question), parts=parts)


def _said(text: str) -> str:
    return WORD.sub(lambda match: TERMS[match[0]], text)


def _block(block: Block) -> Block:
    match block:
        case Heading(text):
            return Heading(_said(text))
        case Paragraph(text, lead):
            return Paragraph(_said(text), lead)
        case Note(title, items):
            return Note(_said(title), tuple(map(_said, items)))
        case Table():
            columns = tuple(map(_said, block.columns))
            rows = tuple(tuple(map(_cell, row)) for row in block.rows)
            return replace(block, caption=_said(block.caption), columns=columns, rows=rows)
        case Figure():
            return _figure(block)
        case Gallery(caption, figures):
            return Gallery(_said(caption), tuple(map(_figure, figures)))
        case Code():
            return block


def _cell(cell: Cell) -> Cell:
    value = _said(cell.value) if cell.value == cell.text else cell.value
    return replace(cell, text=_said(cell.text), value=value)


def _figure(figure: Figure) -> Figure:
    svg = DRAWN.sub(lambda match: _said(match[0]), figure.svg)
    return replace(figure, caption=_said(figure.caption), alt=_said(figure.alt), svg=svg)
