# SPDX-License-Identifier: Apache-2.0
"""What a section is: evidence in, blocks out. Blocks are plain values; no section knows a document format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from stresstest.results import Results
from stresstest.study import Study

INPUTS: Mapping[str, str] = {
    "study": "study.yaml",
    "results": "results.parquet",
    "disparity": "disparity.json",
    "provenance": "provenance.json",
}
"""What a section may need, and the file of a run folder that holds it."""

TONES = ("", "good", "bad", "unsure", "muted")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a run leaves behind, as its four files say it."""

    study: Study
    results: Results
    disparity: Mapping[str, Any]
    provenance: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences. `lead`: set larger, read first."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A box with a title and a few sentences, one an item."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to type or to compare, shown letter for letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: the text a reader sees, the value it stands for, and its tone (one of TONES)."""

    text: str
    value: Any = None
    tone: str = ""

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"The tone of a cell is one of {', '.join(map(repr, TONES))}; got {self.tone!r}.")


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column names the row. `numeric`: the indices of the columns that are set flush right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"The table {self.caption!r} has {len(self.columns)} columns; a row has {len(row)} cells."
                )


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as SVG text. `name`: its file's stem, unique in a document. `alt`: what it shows, in words."""

    name: str
    caption: str
    alt: str
    svg: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Small figures side by side where there is room, one below the other where there is not."""

    caption: str
    figures: tuple[Figure, ...]


Block = Heading | Paragraph | Note | Code | Table | Figure | Gallery
Content = Sequence[Block]


class Section(ABC):
    """One part of the appendix. The file that defines it is its name."""

    title: ClassVar[str]
    place: ClassVar[int]
    """Sections appear in ascending order of `place`."""
    needs: ClassVar[tuple[str, ...]]
    """The fields of Evidence that `build` reads, of those in INPUTS."""

    @abstractmethod
    def build(self, evidence: Evidence) -> Content:
        """The blocks; none when the section has nothing to say about this run. Every number comes from the evidence."""
