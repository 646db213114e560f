# SPDX-License-Identifier: Apache-2.0
"""Lines that belong together: the harmonics of one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stresstest.fitting.lines import Line

TONE_HZ, ALARM_HZ = (40.0, 7500.0), (100.0, 4000.0)
"""The range of the key f0_hz of a tone, and of an alarm, which has several pulses a cycle."""
HIGHEST_K, MOST_PARTIALS = 40, 20
WITHIN_HZ = 0.35
"""Largest distance of a line from its place in the series, where it does not drift."""
LOUD_DB = 40.0
"""Lines so far under the loudest of their series are left out."""


@dataclass(frozen=True, slots=True)
class Series:
    """A fundamental and its lines, each with the number k of its harmonic."""

    f0_hz: float
    lines: tuple[tuple[int, Line], ...]

    @property
    def level_dbov(self) -> float:
        """The level of all of its partials while they sound."""
        return float(10 * np.log10(sum(10 ** (line.level_dbov / 10) for _, line in self.lines)))

    @property
    def drift(self) -> float:
        """The largest relative deviation, as a mean over the lines weighted by their power."""
        weights = [10 ** (line.level_dbov / 10) for _, line in self.lines]
        return float(np.average([line.drift for _, line in self.lines], weights=weights))

    @property
    def loudest(self) -> Line:
        """The line that shows the pulses best."""
        return max((line for _, line in self.lines), key=lambda line: line.level_dbov)

    def harmonics(self) -> list[list[float]]:
        """Pairs [k, dB], the loudest at 0 dB."""
        top = self.loudest.level_dbov
        return [[k, round(line.level_dbov - top, 1)] for k, line in self.lines]


def series_of(lines: Sequence[Line]) -> list[Series]:
    """The lines in as few series as explain them; a line on its own is a series of one."""
    left, found = [line for line in lines if line.hz >= _range(line)[0]], []
    while left:
        loudest = max(left, key=lambda line: line.level_dbov)
        alike = [line for line in left if _alike(line, loudest)]
        best = max(
            (_series(f0, alike, loudest) for f0 in _fundamentals(alike, *_range(loudest))),
            key=lambda s: (len(s.lines), s.f0_hz),
        )
        found.append(best)
        taken = {id(line) for _, line in best.lines}
        left = [line for line in left if id(line) not in taken]
    return sorted(found, key=lambda series: series.f0_hz)


def _range(line: Line) -> tuple[float, float]:
    return ALARM_HZ if line.cycle is not None and len(line.cycle.onsets_s) > 1 else TONE_HZ


def _fundamentals(lines: Sequence[Line], lowest_hz: float, highest_hz: float) -> list[float]:
    """Every fundamental in a range of which one of the lines may be a harmonic."""
    possible = [line.hz / k for line in lines for k in range(1, HIGHEST_K + 1)]
    return [hz for hz in possible if lowest_hz <= hz <= highest_hz]


def _series(f0_hz: float, lines: Sequence[Line], loudest: Line) -> Series:
    """The lines near multiples of a fundamental, which is then fitted to them; the loudest line belongs to it."""
    members: dict[int, Line] = {}
    for line in sorted(lines, key=lambda line: -line.level_dbov):
        k = round(line.hz / f0_hz)
        near = abs(line.hz - k * f0_hz) < WITHIN_HZ + 0.2 * line.drift * line.hz
        if near and 1 <= k <= HIGHEST_K and k not in members and len(members) < MOST_PARTIALS:
            members[k] = line
    if loudest not in members.values():
        k = max(1, int(np.ceil(loudest.hz / _range(loudest)[1])))
        return Series(loudest.hz / k, ((k, loudest),))
    numbers = np.array(sorted(members))
    hz = np.array([members[int(k)].hz for k in numbers])
    fitted = float((numbers * hz).sum() / np.square(numbers).sum())
    return Series(fitted, tuple((int(k), members[int(k)]) for k in numbers))


def _alike(a: Line, b: Line) -> bool:
    """Whether two lines sound at the same times: both steady, or in cycles of one period with as many pulses."""
    if a.cycle is None or b.cycle is None:
        return (a.gate is None) == (b.gate is None) and (a.cycle is None) == (b.cycle is None)
    near = abs(a.cycle.period_s - b.cycle.period_s) < 0.01 * b.cycle.period_s
    return near and len(a.cycle.onsets_s) == len(b.cycle.onsets_s) and a.level_dbov > b.level_dbov - LOUD_DB
