# SPDX-License-Identifier: Apache-2.0
"""Blocks as JSON: the same content, with the value behind each cell."""

from __future__ import annotations

import json
from typing import Any

from stresstest.sections._document import Document
from stresstest.sections.base import Block, Code, Figure, Gallery, Heading, Note, Paragraph, Table

SCHEMA = "stresstest/appendix/1"


def page(document: Document) -> str:
    """The whole document; a table has `rows` of values and `shown`, the same cells as a reader sees them."""
    mapping = {
        "schema": SCHEMA,
        "title": document.title,
        "question": document.question,
        "made": document.made,
        "sections": [
            {"name": part.name, "title": part.title, "blocks": [_block(b) for b in part.blocks]}
            for part in document.parts
        ],
    }
    return json.dumps(mapping, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text) | Code(text):
            return {"kind": type(block).__name__.lower(), "text": text}
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Note(title, items):
            return {"kind": "note", "title": title, "items": list(items)}
        case Table(caption, columns, rows):
            values = [[cell.value for cell in row] for row in rows]
            shown = [[cell.text for cell in row] for row in rows]
            return {"kind": "table", "caption": caption, "columns": list(columns), "rows": values, "shown": shown}
        case Figure(name, caption, alt):
            return {"kind": "figure", "file": f"figures/{name}.svg", "caption": caption, "alt": alt}
        case Gallery(caption, figures):
            return {"kind": "gallery", "caption": caption, "figures": [_block(figure) for figure in figures]}
