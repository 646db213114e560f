# SPDX-License-Identifier: Apache-2.0
"""Measures noise whose level swings: its spectrum, and the average course of its level over a cycle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._folding import average_cycle, binned_power, period_of
from stresstest.claims._pulse_timing import LOWER, PART_OF_EDGE, UPPER, moving_mean
from stresstest.claims._spectrum import band_claims, rendering_of
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.modulated_noise import ModulatedNoise as Kind
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

RATE_HZ, FRAMES = 16000, 1_920_000
"""Two minutes: a breath of five seconds comes 24 times."""
BINS = 400
"""Places in a cycle."""
NOISE_DB = 0.05
"""What is left of the noise in the average course of the level."""


class ModulatedNoise(Instrument):
    """The level in dB averaged over two minutes of cycles, which must be of one length; jitter from single rises.

    The power is that of the differences between samples: evener over the spectrum, it is steadier.
    """

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """The claims of a swing; its course is measured without its jitter."""
        steady = _rendered(replace(kind, cycle_jitter=0.0), FRAMES, RATE_HZ)
        bins_hz = _bins_hz(kind, RATE_HZ)
        power = binned_power(np.diff(steady), RATE_HZ, bins_hz)
        period = period_of(power, bins_hz / kind.cycle_hz)
        cycle_hz = bins_hz / period
        yield Claim(("cycle_hz",), "cycles a second", kind.cycle_hz, cycle_hz, 0.01 * kind.cycle_hz, "Hz")
        width = max(min(kind.rise_s, kind.fall_s) / 4 * bins_hz, 1.0)
        yield from _course(kind, average_cycle(power, period), width)
        if kind.cycle_jitter:
            power = binned_power(np.diff(_rendered(kind, FRAMES, RATE_HZ)), RATE_HZ, bins_hz)
            yield from _jitter(kind, moving_mean(power, width))
        frames, rate_hz = rendering_of(kind.bands_hz)
        yield from band_claims(_rendered(kind, frames, rate_hz), rate_hz, kind.bands_hz, kind.levels_db)


def _rendered(kind: Kind, frames: int, rate_hz: int) -> Float64s:
    return kind.generate(frames, rate_hz, rng_for(0, "claims", "modulated_noise"), ()).samples


def _bins_hz(kind: Kind, rate_hz: int) -> int:
    """A divisor of the rate that gives a cycle about BINS places."""
    wanted = kind.cycle_hz * BINS
    return min((d for d in range(1, rate_hz + 1) if rate_hz % d == 0), key=lambda d: abs(np.log(d / wanted)))


def _course(kind: Kind, cycle: Float64s, width: float) -> Iterator[Claim]:
    level = 10 * np.log10(moving_mean(np.tile(cycle, 3), width)[cycle.size : 2 * cycle.size])
    depth = float(level.max() - level.min())
    yield Claim(("depth_db",), "from soft to loud", kind.depth_db, depth, 0.5, "dB")
    rise, fall = _halves((level - level.min()) / depth)
    duty = (_above(rise, 0.5) + _above(fall, 0.5)) / 2
    steepest = np.pi / 2 * kind.depth_db / ((kind.rise_s + kind.fall_s) * kind.cycle_hz)  # dB a cycle, of both borders
    tolerance = 0.01 * kind.duty + NOISE_DB / steepest
    yield Claim(("duty",), "loud part of the cycle", kind.duty, duty, tolerance)
    for key, claimed, half in (("rise_s", kind.rise_s, rise), ("fall_s", kind.fall_s, fall)):
        part = (_above(half, LOWER) - _above(half, UPPER)) / 2 / PART_OF_EDGE
        yield Claim((key,), "length of the slope", claimed, part / kind.cycle_hz, 0.1 * claimed, "s")


def _halves(course: Float64s) -> tuple[Float64s, Float64s]:
    """A course over a cycle, cut at the middles of its loud and its soft part: what rises and what falls."""
    turns = np.exp(2j * np.pi * np.arange(course.size) / course.size)
    middle = int(np.angle(turns[course > 0.5].sum()) / (2 * np.pi) * course.size)
    centered = np.roll(course, course.size // 2 - middle)
    return centered[: course.size // 2], centered[course.size // 2 :]


def _above(course: Float64s, part: float) -> float:
    """How much of a course lies above `part`, between places by a straight line."""
    low, high = np.minimum(course[1:], course[:-1]), np.maximum(course[1:], course[:-1])
    return float(np.clip((high - part) / np.maximum(high - low, 1e-12), 0, 1).mean())


def _jitter(kind: Kind, power: Float64s) -> Iterator[Claim]:
    """From the middles of the rises, between the last place that is soft and the first that is loud."""
    level = 10 * np.log10(power)
    soft, loud = np.percentile(level, (2, 98))
    state = np.where(level < 0.75 * soft + 0.25 * loud, -1, np.where(level > 0.25 * soft + 0.75 * loud, 1, 0))
    marks = np.flatnonzero(state)
    up = np.flatnonzero(np.diff(state[marks]) > 0)
    rises = (marks[up] + marks[up + 1]) / 2
    periods = np.diff(rises)
    measured = float(np.sqrt(3 * periods.var()) / periods.mean())  # of even deviations, from their standard deviation
    tolerance = 0.25 * kind.cycle_jitter
    yield Claim(("cycle_jitter",), "largest relative change of the cycle", kind.cycle_jitter, measured, tolerance)
