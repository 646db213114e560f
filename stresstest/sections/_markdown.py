# SPDX-License-Identifier: Apache-2.0
"""Blocks as Markdown (the GitHub dialect), figures as files beside it."""

from __future__ import annotations

import re
from urllib.parse import quote

from stresstest.sections._bidi import set_apart
from stresstest.sections._document import Document
from stresstest.sections.base import Block, Code, Figure, Gallery, Heading, Note, Paragraph, Table

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def page(document: Document) -> str:
    """The whole page, ending in one newline."""
    parts = [f"# {escaped(document.title)}", escaped(document.question), escaped(document.made)]
    for part in document.parts:
        parts += [f"## {escaped(part.title)}", *(_block(block) for block in part.blocks)]
    return "\n\n".join(p for p in parts if p) + "\n"


def escaped(text: str) -> str:
    """The text with every character that Markdown or HTML would read as markup made plain, on one line; what is
    written from right to left stands in isolates."""
    line = " ".join(text.split(None) if "\n" in text else [text])
    return set_apart(SPECIAL.sub(r"\\\1", line), "\u2068", "\u2069")


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"### {escaped(text)}"
        case Paragraph(text, lead):
            return f"**{escaped(text)}**" if lead else escaped(text)
        case Note(title, items):
            return "\n".join([f"> **{escaped(title)}**", ">", *(f"> - {escaped(item)}" for item in items)])
        case Code(text):
            return "\n".join(f"    {line}" for line in text.splitlines())
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)
        case Gallery(caption, figures):
            return "\n\n".join([f"*{escaped(caption)}*", *(_figure(figure) for figure in figures)])


def _figure(figure: Figure) -> str:
    caption = f"\n\n*{escaped(figure.caption)}*" if figure.caption else ""
    return f"![{escaped(figure.alt)}](figures/{quote(figure.name)}.svg){caption}"


def _table(table: Table) -> str:
    rule = ["---:" if i in table.numeric else "---" for i in range(len(table.columns))]
    rows = [[escaped(c) for c in table.columns], rule, *([escaped(c.text) for c in row] for row in table.rows)]
    return "\n".join([f"*{escaped(table.caption)}*", "", *(f"| {' | '.join(row)} |" for row in rows)])
