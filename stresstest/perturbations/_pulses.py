# SPDX-License-Identifier: Apache-2.0
"""Pulses that repeat in a cycle: when they sound, and the gate that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.errors import AudioError, ParameterError
from stresstest.seeds import fork

ENOUGH_S = 0.05
HORIZON_S = 2.0
ATTEMPTS = 10_000


@dataclass(frozen=True, slots=True)
class Pulse:
    """One pulse of a cycle: seconds from the cycle's start, duration with its edges, level relative to the others."""

    onset_s: float
    duration_s: float
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """A pulse that sounds from sample `start` (negative: before the excerpt) to before `stop`; its place in a cycle."""

    start: int
    stop: int
    pulse: int


def check_pulses(key: str, pulses: Sequence[Pulse], period_s: float, rise_s: float) -> None:
    """Pulses one after the other inside the cycle, each long enough for its two edges; raises ParameterError."""
    ends = [pulse.onset_s + pulse.duration_s for pulse in pulses]
    following = [*(pulse.onset_s for pulse in pulses[1:]), period_s]
    for number, (end, after) in enumerate(zip(ends, following, strict=True), 1):
        if end > after + 1e-9:
            raise ParameterError(
                key,
                f"{key}: pulse {number} ends at {end:.3f} s, after {after:.3f} s where the next one or cycle begins",
            )
    shortest = min(pulse.duration_s for pulse in pulses)
    if 2 * rise_s > shortest + 1e-9:
        raise ParameterError(
            key, f"{key}: two edges of {rise_s:g} s do not fit into a pulse of {shortest:g} s; make the edges shorter"
        )


def draw_events(
    frames: int, rate_hz: int, pulses: Sequence[Pulse], period_s: float, rng: np.random.Generator, jitter: float = 0.0
) -> list[Event]:
    """The pulses that sound in `frames` samples when the cycle starts at a random phase.

    The phase is uniform among those for which at least 50 ms, or one pulse or half the frames where that is less,
    are heard in the first two seconds; two seconds and not all, so that speech of another length hears the same
    phase. A jittered cycle is stretched as a whole by up to `jitter` either way. Raises AudioError.
    """
    phases, stretches = fork(rng, 2)
    onsets = np.array([pulse.onset_s for pulse in pulses])
    durations = np.array([pulse.duration_s for pulse in pulses])
    cycles = int(np.ceil(frames / (rate_hz * period_s * (1 - jitter)))) + 2
    horizon = min(frames, round(HORIZON_S * rate_hz))
    enough = max(1, min(round(ENOUGH_S * rate_hz), round(durations.min() * rate_hz), horizon // 2))
    stretch = 1 + jitter * stretches.uniform(-1, 1, cycles)
    for _ in range(ATTEMPTS):
        begins = (np.cumsum(stretch) - stretch - phases.random() * stretch[0]) * period_s
        start = np.rint((begins[:, None] + stretch[:, None] * onsets) * rate_hz).astype(np.int64)
        stop = start + np.rint(stretch[:, None] * durations * rate_hz).astype(np.int64)
        heard = np.minimum(stop, horizon) - np.maximum(start, 0)
        if heard[heard > 0].sum() >= enough:
            places = np.argwhere((stop > 0) & (start < frames))
            return [Event(int(start[c, p]), int(stop[c, p]), int(p)) for c, p in places]
    raise AudioError(f"No phase of the cycle was found in which its pulses sound within {frames / rate_hz:.3f} s.")


def gate(
    frames: int, events: Sequence[Event], pulses: Sequence[Pulse], rise: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The envelope of the events over `frames` samples, with raised-cosine edges inside them, and where it is open."""
    margin = max(event.stop - event.start for event in events)  # room for what lies outside the excerpt
    envelope, active = np.zeros(frames + 2 * margin), np.zeros(frames + 2 * margin, bool)
    rise = min(rise, min(event.stop - event.start for event in events) // 2)
    edge = 0.5 - 0.5 * np.cos(np.pi * (np.arange(rise) + 0.5) / max(rise, 1))
    for event in events:
        first, last = event.start + margin, event.stop + margin
        envelope[first:last] = 10 ** (pulses[event.pulse].level_db / 20)
        envelope[first : first + rise] *= edge
        envelope[last - rise : last] *= edge[::-1]
        active[first:last] = True
    return envelope[margin : margin + frames], active[margin : margin + frames]
