# SPDX-License-Identifier: Apache-2.0
"""Whether pulses repeat in a cycle, and in which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import Floats
from stresstest.fitting.gates import Pulse

MOST_PULSES = 10
"""Of one cycle: the burst of a high-priority alarm."""
REGULAR = 0.12
"""Largest relative spread of the intervals of a regular source: a jitter of 0.2 either way."""
REPEATS = 0.025
"""The same of each interval of a cycle with several pulses, as a part of the cycle."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Pulses that repeat every `period_s`, in seconds from the first of the cycle, with their amplitudes.

    jitter: largest relative change of the period, taken as evenly distributed. cycles: how many were heard.
    """

    period_s: float
    onsets_s: tuple[float, ...]
    durations_s: tuple[float, ...]
    amplitudes: tuple[float, ...]
    jitter: float
    cycles: int


@dataclass(frozen=True, slots=True)
class _Track:
    """Each pulse's place in the cycle and the number of its cycle, and how far its interval is off, in seconds."""

    offsets: Floats
    place: NDArray[np.int64]
    turn: NDArray[np.int64]
    off: Floats
    period_s: float

    @property
    def spread(self) -> float:
        """The standard deviation of the misses, as a part of the period, read from their 5th and 95th percentile."""
        return float(np.diff(np.percentile(self.off, (5, 95)))[0] / (2 * 1.645) / self.period_s)


def cycle_of(pulses: Sequence[Pulse], joined: NDArray[np.bool_]) -> Cycle | None:
    """The cycle that pulses keep, or None where they come irregularly or fewer than three times.

    joined: for each two neighboring pulses, whether all of the time between them was heard.
    """
    onsets = np.array([pulse.start_s for pulse in pulses])
    if onsets.size < 4:
        return None
    single = _track(1, onsets, joined)
    for count in range(2, MOST_PULSES + 1):
        track = _track(count, onsets, joined)
        if track is not None and track.spread < REPEATS:
            if single is None or track.spread * track.period_s < 0.4 * single.spread * single.period_s:
                return _cycle(track, onsets, pulses)
            break
    if single is not None and single.spread < REGULAR:
        return _cycle(single, onsets, pulses)
    return None


def _track(count: int, onsets: Floats, joined: NDArray[np.bool_]) -> _Track | None:
    """The onsets followed as a cycle of `count` pulses."""
    first, last = _longest(joined)
    steps = np.diff(onsets)[first:last]
    if steps.size < 2 * count + 1 and not (count == 1 and steps.size >= 2):
        return None
    by_place = np.array([np.median(steps[p::count]) for p in range(count)])
    offsets, period = np.concatenate(([0.0], np.cumsum(by_place)[:-1])), float(by_place.sum())
    if by_place.min() <= 0:
        return None
    place, turn = _places(onsets, joined, first, offsets, period)
    off = np.diff(onsets) - np.diff(offsets[place]) - np.diff(turn) * period
    return _Track(offsets, place, turn, off, period)


def _places(
    onsets: Floats, joined: NDArray[np.bool_], first: int, offsets: Floats, period: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place and cycle of each onset: one after the other where all was heard, the nearest beyond a gap."""
    count = offsets.size
    number = np.arange(onsets.size) - first
    for gap in [g for g in np.flatnonzero(~joined) if g >= first]:
        step = float(onsets[gap + 1] - onsets[gap])
        place, turn = _nearest(step, int(number[gap] % count), int(number[gap] // count), offsets, period)
        number[gap + 1 :] += turn * count + place - number[gap + 1]
    for gap in [g for g in np.flatnonzero(~joined)[::-1] if g < first]:
        step = float(onsets[gap] - onsets[gap + 1])
        place, turn = _nearest(step, int(number[gap + 1] % count), int(number[gap + 1] // count), offsets, period)
        number[: gap + 1] += turn * count + place - number[gap]
    return number % count, number // count


def _nearest(step: float, place: int, turn: int, offsets: Floats, period: float) -> tuple[int, int]:
    """The place and cycle that a pulse `step` seconds away, beyond time that was not heard, is nearest to."""
    at = step + offsets[place] - offsets
    turns = np.rint(at / period)
    best = int(np.argmin(np.abs(at - turns * period)))
    return best, turn + int(turns[best])


def _longest(joined: NDArray[np.bool_]) -> tuple[int, int]:
    """First and last interval of the longest stretch without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], joined.astype(np.int8), [0]))))
    if not edges.size:
        return 0, 0
    longest = int(np.argmax(edges[1::2] - edges[::2]))
    return int(edges[2 * longest]), int(edges[2 * longest + 1])


def _cycle(track: _Track, onsets: Floats, pulses: Sequence[Pulse]) -> Cycle:
    starts = onsets - track.offsets[track.place]
    period = float(np.polyfit(track.turn, starts, 1)[0])
    count = track.offsets.size
    first = _after_longest_gap(track.offsets, track.period_s)
    order = [(first + k) % count for k in range(count)]
    turned = (track.offsets[order] - track.offsets[first]) % track.period_s * (period / track.period_s)
    durations = np.array([pulse.stop_s - pulse.start_s for pulse in pulses])
    amplitudes = np.array([pulse.amplitude for pulse in pulses])
    return Cycle(
        period,
        tuple(float(at) for at in turned),
        tuple(float(np.median(durations[track.place == p])) for p in order),
        tuple(float(np.median(amplitudes[track.place == p])) for p in order),
        min(0.2, track.spread / 0.547 * count**0.5),
        int(np.ptp(track.turn)) + 1,
    )


def _after_longest_gap(offsets: Floats, period: float) -> int:
    """The pulse that begins a cycle: the one after the longest gap."""
    gaps = np.diff(np.concatenate(([offsets[-1] - period], offsets)))
    return int(np.argmax(gaps))
