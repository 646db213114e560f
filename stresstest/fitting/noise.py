# SPDX-License-Identifier: Apache-2.0
"""What is left without the lines: a steady spectrum, bursts in a cycle, a swinging level, and events at random."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import HALF, STEPS_HZ, Bands, Floats
from stresstest.fitting.gates import Gate, Pulse, gate_of
from stresstest.fitting.lines import ENVELOPE_HZ, Line
from stresstest.fitting.rhythm import Cycle, cycle_of
from stresstest.fitting.speech import stretches

SMOOTHING = 3
"""Steps over which a band's power is averaged before it is looked at in time."""
SLOW_STEPS = 6 * STEPS_HZ
"""Longer than any cycle looked for in the noise; slower changes belong to the whole room."""
TOGETHER = 0.30
"""Least correlation of neighboring bands that rise and fall together."""
SHORTEST_S = 0.03
EVENT_DB = 7.0
"""Least rise of an event over the median of its bands."""
FEWEST_EVENTS = 4
SWING_SHARE = 0.15
"""Least part of the variance of the level that a swing explains."""
KEPT = 0.3
"""A band of which lines take more than the rest is judged by its neighbors."""


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
    power = _without_lines(bands, lines)
    smooth = _smoothed(power, SMOOTHING)
    quiet = clean.copy()
    found: list[tuple[tuple[int, int], Gate | None, Cycle | None, list[Pulse]]] = []
    for first, last in _together(smooth, clean):
        envelope = _envelope(smooth[first:last], clean)
        gate, cycle = _cyclic(envelope, clean)
        pulses = [] if cycle is not None else _events(envelope, clean)
        if cycle is None and (cycle := cycle_of(pulses, _joined(pulses, clean))) is not None:
            gate = None
        if cycle is not None or len(pulses) >= FEWEST_EVENTS:
            found.append(((first, last), gate, cycle, pulses))
            quiet &= ~_grown(gate.open if gate is not None and cycle is not None else _open(pulses, clean.size), 2)
    if quiet.sum() < 0.05 * clean.sum():
        quiet, found = clean.copy(), []
    base = _base(bands, power, quiet, lines)
    bursts = [_bursts(power, base, clean, *range_, cycle)
              for range_, _, cycle, _ in found if cycle is not None]  # fmt: skip
    happenings = [
        _happenings(power, base, clean, *range_, pulses) for range_, _, cycle, pulses in found if cycle is None
    ]
    periods = [b.cycle.period_s for b in bursts] + [line.cycle.period_s for line in lines if line.cycle is not None]
    swings = [s for s in _swings(smooth, quiet) if not any(_is_multiple(s.rate_hz * p) for p in periods)]
    return Noise(base, quiet, tuple(bursts), tuple(swings), tuple(happenings), power)


def _base(bands: Bands, power: Floats, quiet: NDArray[np.bool_], lines: Sequence[Line]) -> Floats:
    """The mean of each band while it is quiet and no line nearby is on: the side bands of pulses reach far."""
    base = power[:, quiet].mean(axis=1)
    for band, center in enumerate(bands.centers_hz):
        closed = quiet.copy()
        for line in lines:
            if line.gate is not None and center / HALF - line.splatter_hz < line.hz < center * HALF + line.splatter_hz:
                closed &= ~_in_steps(line.gate.open, quiet.size)
        if closed.sum() > 0.1 * quiet.sum():
            base[band] = power[band, closed].mean()
    return np.asarray(base)


def _in_steps(state: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """The gate of a line, with a step around it, in steps of HOP_S."""
    per_step = ENVELOPE_HZ // STEPS_HZ
    whole = np.pad(state, (0, max(0, steps * per_step - state.size)))[: steps * per_step]
    return _grown(np.asarray(whole.reshape(steps, per_step).any(axis=1)), 1)


def _is_multiple(turns: float) -> bool:
    """Whether a swing is but a harmonic of a cycle that is known."""
    return round(turns) >= 1 and abs(turns - round(turns)) < 0.03 * turns


def _without_lines(bands: Bands, lines: Sequence[Line]) -> Floats:
    """The third octaves at every step, without the lines; a band that is mostly lines is as dense as its neighbors."""
    ranges = [line.taken_hz for line in lines]
    power = bands.third_octaves(ranges)
    widths = bands.centers_hz * (10**0.05 - 10**-0.05)
    lost = np.array([_overlap(f * 10**-0.05, f * 10**0.05, ranges) for f in bands.centers_hz]) / widths
    good = lost < 1 - KEPT
    if good.sum() >= 2 and not good.all():
        density = np.log(np.maximum(power[good].mean(axis=1) / widths[good], 1e-30))
        wanted = np.exp(np.interp(np.log(bands.centers_hz), np.log(bands.centers_hz[good]), density)) * widths
        for band in np.flatnonzero(~good):
            nearest = int(np.argmin(np.where(good, np.abs(np.arange(good.size) - band), 10**6)))
            power[band] = power[nearest] * (wanted[band] / max(power[nearest].mean(), 1e-30))
    return power


def _overlap(low: float, high: float, ranges: Sequence[tuple[float, float]]) -> float:
    """How many Hz between low and high some of the ranges cover."""
    grid = np.linspace(low, high, 400)
    covered = np.zeros(grid.size, bool)
    for first, last in ranges:
        covered |= (grid >= first) & (grid <= last)
    return float(covered.mean() * (high - low))


def _smoothed(power: Floats, steps: int) -> Floats:
    """Running means over an odd number of steps, the same length."""
    padded = np.pad(power, ((0, 0), (steps // 2 + 1, steps // 2)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    return np.asarray((sums[:, steps:] - sums[:, :-steps]) / steps)


def _together(power: Floats, clean: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last band of each range of at least two whose levels rise and fall together."""
    level = 10 * np.log10(np.maximum(power, 1e-30))
    steps = min(SLOW_STEPS, level.shape[1]) | 1
    fast = (level - _smoothed(level, steps))[:, clean]
    fast -= fast.mean(axis=1, keepdims=True)
    size = np.maximum(np.sqrt(np.square(fast).sum(axis=1)), 1e-30)
    linked = (fast[1:] * fast[:-1]).sum(axis=1) / (size[1:] * size[:-1]) > TOGETHER
    return [(first, last + 1) for first, last in stretches(linked)]


def _envelope(power: Floats, clean: NDArray[np.bool_]) -> Floats:
    """The amplitude of a range of bands, each against its median, shape (steps,)."""
    return np.asarray(
        np.sqrt((power / np.maximum(np.median(power[:, clean], axis=1, keepdims=True), 1e-30)).mean(axis=0))
    )


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
    course = _smoothed(np.minimum(envelope, 2 * np.median(envelope[clean]))[None], SLOW_STEPS | 1)[0]
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


def _grown(state: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    grown = state.copy()
    for shift in range(1, steps + 1):
        grown[shift:] |= state[:-shift]
        grown[:-shift] |= state[shift:]
    return grown


def _bursts(power: Floats, base: Floats, clean: NDArray[np.bool_], first: int, last: int, cycle: Cycle) -> Bursts:
    added = np.zeros_like(base)
    added[first:last] = np.maximum(power[first:last][:, clean].mean(axis=1) - base[first:last], 0)
    return Bursts(cycle, added)


def _happenings(
    power: Floats, base: Floats, clean: NDArray[np.bool_], first: int, last: int, pulses: Sequence[Pulse]
) -> Happenings:
    state = _grown(_open(pulses, clean.size), 2) & clean
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
    for first, last in _together(power, quiet):
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
