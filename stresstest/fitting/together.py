# SPDX-License-Identifier: Apache-2.0
"""The course of bands between lines, and which of them rise and fall together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import HALF, STEPS_HZ, Bands, Floats
from stresstest.fitting.lines import ENVELOPE_HZ, Line
from stresstest.fitting.speech import stretches

SMOOTHING = 3
"""Steps over which a band's power is averaged before it is looked at in time."""
SLOW_STEPS = 6 * STEPS_HZ
"""Longer than any cycle looked for in the noise; slower changes belong to the whole room."""
TOGETHER = 0.30
"""Least correlation of neighboring bands that rise and fall together."""
KEPT = 0.3
"""A band of which lines take more than the rest is judged by its neighbors."""


def without_lines(bands: Bands, lines: Sequence[Line]) -> Floats:
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


def smoothed(power: Floats, steps: int) -> Floats:
    """Running means over an odd number of steps, the same length."""
    padded = np.pad(power, ((0, 0), (steps // 2 + 1, steps // 2)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    return np.asarray((sums[:, steps:] - sums[:, :-steps]) / steps)


def together(power: Floats, clean: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last band of each range of at least two whose levels rise and fall together."""
    level = 10 * np.log10(np.maximum(power, 1e-30))
    steps = min(SLOW_STEPS, level.shape[1]) | 1
    fast = (level - smoothed(level, steps))[:, clean]
    fast -= fast.mean(axis=1, keepdims=True)
    size = np.maximum(np.sqrt(np.square(fast).sum(axis=1)), 1e-30)
    linked = (fast[1:] * fast[:-1]).sum(axis=1) / (size[1:] * size[:-1]) > TOGETHER
    return [(first, last + 1) for first, last in stretches(linked)]


def grown(state: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    grown = state.copy()
    for shift in range(1, steps + 1):
        grown[shift:] |= state[:-shift]
        grown[:-shift] |= state[shift:]
    return grown


def base_of(bands: Bands, power: Floats, quiet: NDArray[np.bool_], lines: Sequence[Line]) -> Floats:
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
    return grown(np.asarray(whole.reshape(steps, per_step).any(axis=1)), 1)


def common_envelope(power: Floats, clean: NDArray[np.bool_]) -> Floats:
    """The amplitude of a range of bands, each against its median, shape (steps,)."""
    return np.asarray(
        np.sqrt((power / np.maximum(np.median(power[:, clean], axis=1, keepdims=True), 1e-30)).mean(axis=0))
    )
