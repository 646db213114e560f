# SPDX-License-Identifier: Apache-2.0
"""Stretches of a conversation in which one speaker is heard alone and every word is written down."""

from __future__ import annotations

import math
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
    for line, alone in zip(lines, _alone(lines), strict=True):
        usable = alone and line.speaker == speaker and bool(line.said) and not MARKUP.search(line.said)
        if stretch and (not usable or line.end - stretch[0].start > max_seconds):
            yield stretch
            stretch = []
        if usable:
            stretch.append(line)
    if stretch:
        yield stretch


def _alone(lines: Sequence[Line]) -> Iterator[bool]:
    """Of each line: whether it lasts, begins when all before it have ended and ends before the next begins."""
    ended = -math.inf
    for i, line in enumerate(lines):
        next_start = lines[i + 1].start if i + 1 < len(lines) else math.inf
        yield line.start < line.end <= next_start and ended <= line.start
        ended = max(ended, line.end)
