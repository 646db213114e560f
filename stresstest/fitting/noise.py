# SPDX-License-Identifier: Apache-2.0
"""What is left without the lines: a steady spectrum, bursts in a cycle, a swinging level, and events at random."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import STEPS_HZ, Bands, Floats
from stresstest.fitting.gates import Gate, Pulse, gate_of
from stresstest.fitting.lines import Line
from stresstest.fitting.rhythm import Cycle, cycle_of
from stresstest.fitting.speech import stretches
from stresstest.fitting.together import (
    SLOW_STEPS,
    SMOOTHING,
    base_of,
    common_envelope,
    grown,
    smoothed,
    together,
    without_lines,
)

SHORTEST_S = 0.03
EVENT_DB = 7.0
"""Least rise of an event over the median of its bands."""
FEWEST_EVENTS = 4
SWING_SHARE = 0.15
"""Least part of the variance of the level that a swing explains."""


@dataclass(frozen=True, slots=True)
class Bursts:
    """Noise in a cycle: the mean power of each third octave that it adds over all of the time."""

    cycle: Cycle
    power: Floats


@dataclass(frozen=True, slots=True)
class Swing:
    """A level that rises and falls by `depth_db` like a sine, `rate_hz` times a second, in the bands first to last."""

    rate_hz: float
    depth_db: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events at random: how many a second, the time in which one falls by 60 dB, the mean power of each third octave
    that they add over all of the time, and the spread of their levels."""

    rate_hz: float
    decay_s: float
    power: Floats
    spread_db: float
    count: int


@dataclass(frozen=True, slots=True)
class Noise:
    """The sound without its lines.

    base: mean square of each third octave between bursts and events. quiet: the steps of that. happenings and bursts:
    one for each range of bands that sound together.
    """

    base: Floats
    quiet: NDArray[np.bool_]
    bursts: tuple[Bursts, ...]
    swings: tuple[Swing, ...]
    happenings: tuple[Happenings, ...]
    power: Floats


def find_noise(bands: Bands, clean: NDArray[np.bool_], lines: Sequence[Line]) -> Noise:
    """The noise of a recording around its lines; `clean` says which steps of HOP_S count."""
    power = without_lines(bands, lines)
    smooth = smoothed(power, SMOOTHING)
    quiet = clean.copy()
    found: list[tuple[tuple[int, int], Gate | None, Cycle | None, list[Pulse]]] = []
    for first, last in together(smooth, clean):
        envelope = common_envelope(smooth[first:last], clean)
        gate, cycle = _cyclic(envelope, clean)
        pulses = [] if cycle is not None else _events(envelope, clean)
        if cycle is None and (cycle := cycle_of(pulses, _joined(pulses, clean))) is not None:
            gate = None
        if cycle is not None or len(pulses) >= FEWEST_EVENTS:
            found.append(((first, last), gate, cycle, pulses))
            quiet &= ~grown(gate.open if gate is not None and cycle is not None else _open(pulses, clean.size), 2)
    if quiet.sum() < 0.05 * clean.sum():
        quiet, found = clean.copy(), []
    base = base_of(bands, power, quiet, lines)
    bursts = [_bursts(power, base, clean, *range_, cycle)
              for range_, _, cycle, _ in found if cycle is not None]  # fmt: skip
    happenings = [
        _happenings(power, base, clean, *range_, pulses) for range_, _, cycle, pulses in found if cycle is None
    ]
    periods = [b.cycle.period_s for b in bursts] + [line.cycle.period_s for line in lines if line.cycle is not None]
    swings = [s for s in _swings(smooth, quiet) if not any(_is_multiple(s.rate_hz * p) for p in periods)]
    return Noise(base, quiet, tuple(bursts), tuple(swings), tuple(happenings), power)


def _is_multiple(turns: float) -> bool:
    """Whether a swing is but a harmonic of a cycle that is known."""
    return round(turns) >= 1 and abs(turns - round(turns)) < 0.03 * turns


def _cyclic(envelope: Floats, clean: NDArray[np.bool_]) -> tuple[Gate | None, Cycle | None]:
    gate = gate_of(envelope, STEPS_HZ, clean, SHORTEST_S)
    if gate is None or len(gate.pulses) < 4:
        return None, None
    return gate, cycle_of(gate.pulses, _joined(gate.pulses, clean))


def _joined(pulses: Sequence[Pulse], clean: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.array([clean[int(a.stop_s * STEPS_HZ) : int(b.start_s * STEPS_HZ) + 1].all()
                     for a, b in itertools.pairwise(pulses)])  # fmt: skip


def _events(envelope: Floats, clean: NDArray[np.bool_]) -> list[Pulse]:
    """The times at which the envelope rises by EVENT_DB over its slow course."""
    course = smoothed(np.minimum(envelope, 2 * np.median(envelope[clean]))[None], SLOW_STEPS | 1)[0]
    loud = (envelope > course * 10 ** (EVENT_DB / 20)) & clean
    return [
        Pulse(first / STEPS_HZ, last / STEPS_HZ, float(envelope[first:last].max()))
        for first, last in stretches(loud) if last - first >= 2
    ]  # fmt: skip


def _open(pulses: Sequence[Pulse], steps: int) -> NDArray[np.bool_]:
    state = np.zeros(steps, bool)
    for pulse in pulses:
        state[round(pulse.start_s * STEPS_HZ) : round(pulse.stop_s * STEPS_HZ)] = True
    return state


def _bursts(power: Floats, base: Floats, clean: NDArray[np.bool_], first: int, last: int, cycle: Cycle) -> Bursts:
    added = np.zeros_like(base)
    added[first:last] = np.maximum(power[first:last][:, clean].mean(axis=1) - base[first:last], 0)
    return Bursts(cycle, added)


def _happenings(
    power: Floats, base: Floats, clean: NDArray[np.bool_], first: int, last: int, pulses: Sequence[Pulse]
) -> Happenings:
    state = grown(_open(pulses, clean.size), 2) & clean
    added = np.zeros_like(base)
    added[first:last] = np.maximum((power[first:last] - base[first:last, None])[:, state].sum(axis=1), 0) / clean.sum()
    course = np.maximum((power[first:last] / base[first:last, None]).mean(axis=0) - 1, 0)
    lengths, peaks = [], []
    for pulse in pulses:
        part = course[max(0, round(pulse.start_s * STEPS_HZ) - 1) : round(pulse.stop_s * STEPS_HZ) + 2]
        lengths.append(part.sum() ** 2 / np.square(part).sum() / STEPS_HZ)  # twice the time constant of the power
        peaks.append(part.max())
    decay_s = 6 * np.log(10) / 2 * float(np.median(lengths))
    spread = float(np.std(10 * np.log10(peaks)))
    return Happenings(len(pulses) / (clean.sum() / STEPS_HZ), decay_s, added, min(spread, 15.0), len(pulses))


def _swings(power: Floats, quiet: NDArray[np.bool_]) -> list[Swing]:
    """Ranges of bands whose level follows a sine, found at the highest peak of its spectrum over time."""
    level = 10 * np.log10(np.maximum(power, 1e-30))
    found = []
    for first, last in together(power, quiet):
        course = np.where(quiet, level[first:last].mean(axis=0), np.nan)
        course = np.where(quiet, course - np.nanmean(course), 0.0)
        size = 1 << int(np.ceil(np.log2(4 * course.size)))
        spectrum = np.abs(np.fft.rfft(course * np.hanning(course.size), size))
        rates = np.fft.rfftfreq(size, 1 / STEPS_HZ)
        wanted = (rates >= max(0.2, 5 * STEPS_HZ / course.size)) & (rates <= 20)
        peak = int(np.flatnonzero(wanted)[np.argmax(spectrum[wanted])])
        weight = np.hanning(course.size)[quiet].sum() / 2
        amplitude = float(spectrum[peak] / weight)
        share = 0.5 * amplitude**2 / float(course[quiet].var())
        if share > SWING_SHARE and spectrum[peak] > 6 * np.median(spectrum[wanted]) and amplitude > 0.5:
            found.append(Swing(float(rates[peak]), 2 * amplitude, first, last))
    return found
