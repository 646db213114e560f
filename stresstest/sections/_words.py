# SPDX-License-Identifier: Apache-2.0
"""Numbers and names as a reader sees them. A missing number is an en dash, never a zero."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from stresstest.conditions import Condition
from stresstest.sections.base import Cell
from stresstest.study import Study

MISSING = "–"
MINUS = "−"
SPACE = "\u00a0"
"""No line break between a number and its unit."""


def number(value: float | None, digits: int = 1, scale: float = 1.0, signed: bool = False) -> str:
    """`scale` × `value` with `digits` decimals and a true minus sign; an en dash for None.

    >>> number(-0.0312, scale=100), number(0.5, 2, signed=True)
    ('−3.1', '+0.50')
    """
    if value is None:
        return MISSING
    text = f"{abs(value) * scale:.{digits}f}"
    if not float(text):
        return text
    return MINUS + text if value < 0 else "+" + text if signed else text


def percent(value: float | None) -> str:
    """A fraction as `12.3 %`."""
    return number(value, scale=100) + (SPACE + "%" if value is not None else "")


def points(value: float | None) -> str:
    """A difference of WER fractions as `12.3 points`."""
    text = number(value, scale=100)
    return text if value is None else f"{text}{SPACE}point{'' if text == '1.0' else 's'}"


def span(low: float | None, high: float | None, digits: int = 1, scale: float = 100.0) -> str:
    """An interval as `1.2 to 3.4`."""
    return MISSING if low is None or high is None else f"{number(low, digits, scale)} to {number(high, digits, scale)}"


def p_text(p: float | None) -> str:
    """A p value with three decimals; `< 0.001` below that."""
    return MISSING if p is None else "<" + SPACE + "0.001" if p < 0.001 else f"{p:.3f}"


def count(value: int, noun: str, plural: str = "") -> str:
    """`1 speaker`, `12 speakers`."""
    return f"{value:,}{SPACE}{noun if value == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"


def group_title(name: str) -> str:
    """The name of a group as a reader sees it.

    >>> group_title("received_pronunciation")
    'received pronunciation'
    """
    return name.replace("_", " ").strip() or name


def group_noun(study: Study) -> str:
    """What a group is called: accents, or groups where other columns make them."""
    return "accent" if study.group_by == "accent" else "group"


def of_groups(text: str, noun: str) -> str:
    """A text that is written of accents as it reads of such groups.

    >>> of_groups("Each accent beside an accent.", "group")
    'Each group beside a group.'
    """
    if noun == "accent":
        return text
    return text.replace("an accent", f"a {noun}").replace("Accent", noun.capitalize()).replace("accent", noun)


def isolated(name: str) -> str:
    """The name of a group inside a sentence: one that is written from right to left does not turn its neighbors."""
    name = group_title(name)
    right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL", "AN", "RLE", "RLO", "RLI") for c in name)
    return f"\u2068{name}\u2069" if right_to_left else name


def moment(iso: str | None) -> str | None:
    """A time in ISO 8601 for a reader.

    >>> moment("2026-01-02T03:04:05+00:00")
    '2026-01-02 03:04:05 UTC'
    """
    return iso.replace("T", " ").replace("+00:00", " UTC") if iso else None


def title_of(label: str) -> str:
    """The condition with this label in a few words."""
    return Condition.parse(label).title.replace(" dB", SPACE + "dB")


def text_cell(text: object, tone: str = "") -> Cell:
    """A cell of words; an en dash where there are none."""
    shown = MISSING if text is None or text == "" else str(text)
    return Cell(shown, text, tone)


def group_cell(name: str | None) -> Cell:
    """A cell that names a group; its value is the name as the results have it."""
    return Cell(MISSING if name is None else group_title(name), name)


def count_cell(value: int | None) -> Cell:
    """A whole number, thousands apart."""
    return Cell(MISSING if value is None else f"{value:,}", value)


def rate_cell(value: float | None, digits: int = 1, scale: float = 100.0, signed: bool = False, tone: str = "") -> Cell:
    """A fraction in percent or points; the unit is in the column's name."""
    return Cell(number(value, digits, scale, signed), value, tone)


def span_cell(low: float | None, high: float | None, digits: int = 1, scale: float = 100.0) -> Cell:
    """An interval; its value is the pair of ends."""
    return Cell(span(low, high, digits, scale), None if low is None or high is None else [low, high])


def p_cell(p: float | None) -> Cell:
    """A p value."""
    return Cell(p_text(p), p)
