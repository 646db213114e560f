# SPDX-License-Identifier: Apache-2.0
"""Blocks as one self-contained HTML page: style and figures inside, no script, nothing fetched."""

from __future__ import annotations

import base64
from pathlib import Path

from stresstest.sections._bidi import set_apart
from stresstest.sections._document import Document
from stresstest.sections.base import Table

TALL = 24
"""Tables with more rows than this scroll inside a box on a screen; on paper they are whole."""

PROSE = 48
"""A cell with more characters than this is read, not compared."""


BDI = ("<bdi>", "</bdi>")


def page(document: Document) -> str:
    """The whole page. Everything that comes from the run is escaped."""
    import jinja2
    import markupsafe

    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["data_uri"] = data_uri
    environment.filters["prose"] = is_prose
    environment.filters["apart"] = lambda text: markupsafe.Markup(set_apart(str(markupsafe.escape(text)), *BDI))
    style = (folder / "appendix.css").read_text(encoding="utf-8")
    return environment.get_template("appendix.html.j2").render(document=document, style=style, tall=TALL).lstrip()


def is_prose(table: Table) -> bool:
    """Whether cells hold sentences: on a narrow screen each row then becomes a block, one line a column."""
    return len(table.columns) > 2 and any(len(cell.text) > PROSE for row in table.rows for cell in row)


def data_uri(svg: str) -> str:
    """An SVG as the address of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
