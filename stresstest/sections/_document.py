# SPDX-License-Identifier: Apache-2.0
"""A whole document before it has a format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stresstest.sections.base import Content, Figure, Gallery


@dataclass(frozen=True, slots=True)
class Part:
    """One section, built: the name of its file, its title and its blocks."""

    name: str
    title: str
    blocks: Content


@dataclass(frozen=True, slots=True)
class Document:
    """Title, one line below it, what it was made with, and the parts in order."""

    title: str
    question: str
    made: str
    parts: tuple[Part, ...]

    def figures(self) -> Iterator[Figure]:
        """Every figure, in order."""
        for part in self.parts:
            for block in part.blocks:
                if isinstance(block, Figure):
                    yield block
                elif isinstance(block, Gallery):
                    yield from block.figures
