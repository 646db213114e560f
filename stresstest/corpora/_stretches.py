# SPDX-License-Identifier: Apache-2.0
"""Stretches of a conversation in which one speaker is heard alone and every word is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARKUP = re.compile(r"[\[\]<>()/]")
"""Overlap, sounds, comments, and what is redacted, unclear or cut off."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript, with its time in seconds."""

    speaker: str
    said: str
    start: float
    end: float


def stretches(lines: Sequence[Line], speaker: str, max_seconds: float) -> Iterator[list[Line]]:
    """Runs of the speaker's lines without markup, without another speaker during or between them.

    A run is at most `max_seconds` long, unless a single line is longer. Lines are in the order of time.
    """
    stretch: list[Line] = []
    for i, line in enumerate(lines):
        usable = _alone(lines, i) and line.speaker == speaker and bool(line.said) and not MARKUP.search(line.said)
        if stretch and (not usable or line.end - stretch[0].start > max_seconds):
            yield stretch
            stretch = []
        if usable:
            stretch.append(line)
    if stretch:
        yield stretch


def _alone(lines: Sequence[Line], i: int) -> bool:
    """Whether the line lasts and overlaps with neither neighbor."""
    begins = i == 0 or lines[i - 1].end <= lines[i].start
    ends = i + 1 == len(lines) or lines[i].end <= lines[i + 1].start
    return lines[i].start < lines[i].end and begins and ends
