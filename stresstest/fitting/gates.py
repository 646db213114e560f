# SPDX-License-Identifier: Apache-2.0
"""On and off: when an envelope sounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import Floats
from stresstest.fitting.speech import HOP_S, stretches

CONTRAST_DB = 8.0
"""Least difference between on and off."""
FASTEST_HZ = 25.0
"""More pulses a second are the fluctuation of noise."""
LONGEST_EDGE_S = 0.25
ENOUGH_EDGES = 60
FARTHEST = 400
"""Samples of an envelope within which an edge ends."""
EDGE_10_90 = 0.59
"""The part of a raised-cosine edge that lies between 10 and 90 % of the amplitude."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One time of sounding: start and stop in seconds at half of its amplitude, and that amplitude."""

    start_s: float
    stop_s: float
    amplitude: float


@dataclass(frozen=True, slots=True)
class Gate:
    """An envelope of two levels.

    on, off: its amplitude while it sounds and between. pulses: the whole ones, in clean time. rise_s: median length of
    an edge, as a raised cosine. open: at each sample of the envelope. spread: of the amplitude within pulses, relative.
    """

    on: float
    off: float
    pulses: tuple[Pulse, ...]
    rise_s: float
    open: NDArray[np.bool_]
    spread: float


def gate_of(amplitude: Floats, rate_hz: float, clean: NDArray[np.bool_], shortest_s: float) -> Gate | None:
    """The gate that an envelope makes, or None where it has no two levels; `clean` says which samples count."""
    top = np.percentile(amplitude[clean], 99.8)
    loud = clean & (amplitude > top / 2)
    on = float(np.median(amplitude[loud]))
    quiet = amplitude[clean & (amplitude < on / 2)]
    if quiet.size < 0.02 * clean.sum() or loud.sum() < shortest_s * rate_hz:
        return None
    off = float(np.sqrt(np.square(quiet[quiet <= np.median(quiet)]).mean()))
    if off > on * 10 ** (-CONTRAST_DB / 20):
        return None
    threshold = float(max(on / 2, np.sqrt(on * off)))
    state = amplitude > threshold
    if np.count_nonzero(np.diff(state)) > 2 * FASTEST_HZ * amplitude.size / rate_hz:
        return None
    state = _without_short(state, round(shortest_s * rate_hz))
    pulses = tuple(_pulses(amplitude, state, clean, rate_hz))
    return Gate(on, off, pulses, _rise_s(amplitude, pulses, rate_hz), state, _spread(amplitude, pulses, rate_hz))


def _without_short(state: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Gaps and pulses shorter than `least` samples removed, gaps first."""
    kept = state.copy()
    for value in (False, True):
        for first, last in stretches(kept == value):
            if last - first < least and first > 0 and last < kept.size:
                kept[first:last] = not value
    return kept


def _spread(amplitude: Floats, pulses: tuple[Pulse, ...], rate_hz: float) -> float:
    """The relative spread of the amplitude in the middle of the pulses, each against its own level."""
    middles = []
    for pulse in pulses:
        margin = 0.2 * (pulse.stop_s - pulse.start_s)
        first, last = round((pulse.start_s + margin) * rate_hz), round((pulse.stop_s - margin) * rate_hz)
        middles.append(amplitude[first : last + 1] / pulse.amplitude)
    return float(np.concatenate(middles).std()) if middles else 1.0


def _pulses(amplitude: Floats, state: NDArray[np.bool_], clean: NDArray[np.bool_], rate_hz: float) -> list[Pulse]:
    guard = max(1, round(2 * HOP_S * rate_hz))
    found = []
    for first, last in stretches(state):
        if first == 0 or last == state.size or not clean[max(0, first - guard) : last + guard].all():
            continue
        level = float(np.median(amplitude[first:last]))
        start, stop = _reach(amplitude, first, -1, level / 2), _reach(amplitude, last - 1, 1, level / 2)
        found.append(Pulse(start / rate_hz, stop / rate_hz, level))
    return found


def _reach(amplitude: Floats, at: int, step: int, level: float) -> float:
    """The place, between samples, where the amplitude falls under `level`, from `at` in the direction of `step`."""
    if amplitude[at] < level:  # the threshold of the gate lies under this pulse's half: the crossing is further inside
        at -= step * int(np.argmax(amplitude[at::-step][:FARTHEST] >= level))
    run = amplitude[at::step][:FARTHEST]
    end = int(np.argmax(run < level))
    if end == 0:
        return float(at)
    before, after = float(run[end - 1]), float(run[end])
    return at + step * (end - 1 + (before - level) / (before - after))


def _rise_s(amplitude: Floats, pulses: tuple[Pulse, ...], rate_hz: float) -> float:
    times = []
    for pulse in pulses[:ENOUGH_EDGES]:
        middle = round((pulse.start_s + pulse.stop_s) / 2 * rate_hz)
        first = max(0, round((pulse.start_s - LONGEST_EDGE_S) * rate_hz))
        low = first + _reach(amplitude[first : middle + 2], middle - first, -1, 0.1 * pulse.amplitude)
        times.append((_up(amplitude, low, 0.9 * pulse.amplitude) - low) / rate_hz)
    return max(float(np.median(times)), 0.0) / EDGE_10_90 if times else 0.0


def _up(amplitude: Floats, start: float, level: float) -> float:
    """The place after `start` where the amplitude first exceeds `level`."""
    at = int(np.ceil(start))
    while at < amplitude.size - 1 and amplitude[at] < level:
        at += 1
    before, after = amplitude[at - 1], amplitude[at]
    return at - 1 + (float(np.clip((level - before) / (after - before), 0, 1)) if after > before else 0.5)
