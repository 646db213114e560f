# SPDX-License-Identifier: Apache-2.0
"""The parts of the appendix, one file each: evidence in, blocks out."""

from stresstest.sections.base import (
    Cell,
    Code,
    Content,
    Evidence,
    Figure,
    Gallery,
    Heading,
    Note,
    Paragraph,
    Section,
    Table,
)

__all__ = [
    "Cell",
    "Code",
    "Content",
    "Evidence",
    "Figure",
    "Gallery",
    "Heading",
    "Note",
    "Paragraph",
    "Section",
    "Table",
]
