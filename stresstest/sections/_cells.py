# SPDX-License-Identifier: Apache-2.0
"""disparity.json as the sections read it: one view a recognizer, its cells in the order of the study's grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stresstest.sections._words import group_noun
from stresstest.sections.base import Block, Content, Evidence, Heading

Cell = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """The cells of one recognizer. `groups`: every group that some cell has, in one order everywhere.

    noun: what a group is called, see `group_noun`.
    """

    recognizer: str
    cells: tuple[Cell, ...]
    groups: tuple[str, ...]
    noun: str = "accent"

    @property
    def clean(self) -> Cell | None:
        """The cell without any perturbation."""
        return self.cell("clean")

    def cell(self, condition: str) -> Cell | None:
        """The cell of a condition, by its label."""
        return next((c for c in self.cells if c["condition"] == condition), None)


def views(evidence: Evidence) -> list[View]:
    """One view a recognizer, in the order of the study."""
    order = {c.label: i for i, c in enumerate(evidence.study.grid)}
    cells = sorted(evidence.disparity["cells"], key=lambda c: order.get(c["condition"], len(order)))
    names = list(dict.fromkeys([*evidence.study.recognizers, *(c["recognizer"] for c in cells)]))
    groups = tuple(dict.fromkeys(group for cell in cells for group in cell["groups"]))
    noun = group_noun(evidence.study)
    found = [View(name, tuple(c for c in cells if c["recognizer"] == name), groups, noun) for name in names]
    return [view for view in found if view.cells]


def per_recognizer(blocks: Mapping[str, Content]) -> list[Block]:
    """The blocks of each recognizer, under its name where there are several."""
    several = len(blocks) > 1
    return [b for name, own in blocks.items() if own for b in ([Heading(name), *own] if several else own)]


def group_of(cell: Cell, group: str) -> Mapping[str, Any]:
    """What the cell says about a group; empty when it says nothing."""
    found: Mapping[str, Any] = cell["groups"].get(group) or {}
    return found


def wer_of(cell: Cell | None, group: str) -> float | None:
    """The WER of a group in a cell."""
    return group_of(cell, group).get("wer") if cell else None


def gap_of(cell: Cell | None) -> Mapping[str, Any]:
    """The gap of a cell; empty when there is none, as with a single group."""
    return (cell or {}).get("gap") or {}


def verdict_of(cell: Cell) -> str | None:
    """`within`, `exceeds` or `inconclusive`; None where the gap is described and not judged."""
    return (cell.get("verdict") or {}).get("outcome") if is_inferred(cell) else None


def is_inferred(cell: Cell | None) -> bool:
    """Whether the gap has an interval: enough groups have enough speakers."""
    return gap_of(cell).get("low") is not None


def reference_of(cell: Cell) -> tuple[str | None, Mapping[str, Any]]:
    """The condition that a cell is read against, and the changes: its control where it has one, else clean."""
    table = cell.get("control") or cell
    return table.get("against"), table.get("degradation") or {}
