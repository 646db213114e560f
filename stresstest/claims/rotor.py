# SPDX-License-Identifier: Apache-2.0
"""Measures a machine that runs up and down: its speed from one period to the next, its silence, its partials."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._lines import nearest_lines
from stresstest.claims._pulse_timing import LOWER, PART_OF_EDGE, UPPER
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.rotor import Rotor as Kind
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

RATE_HZ = 16000
SILENCE_S = 0.005
MARGIN = 0.1
"""The part of the speed, from both ends, that is left out where a straight line is fitted to it."""


class Rotor(Instrument):
    """A run lies between silences; its periods lie between the upward zero crossings."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """The claims of a rotor, from one whole run and the rest after it."""
        cycle_s = kind.run_up_s + kind.hold_s + kind.run_down_s + kind.rest_s
        frames = round(4 * cycle_s * RATE_HZ)
        samples = kind.generate(frames, RATE_HZ, rng_for(0, "claims", "rotor"), ()).samples
        runs = _runs(samples)
        yield Claim(("rest_s",), "whole runs between silences in four cycles", 2.5, len(runs), 0.5)
        if len(runs) < 2:
            return
        rest_s = (runs[1][0] - runs[0][1]) / RATE_HZ
        yield Claim(("rest_s",), "silence between runs", kind.rest_s, rest_s, 0.002, "s")
        yield from _speed(kind, samples[runs[0][0] : runs[0][1]])


def _runs(samples: Float64s) -> list[tuple[int, int]]:
    """Where it sounds, from silence to silence."""
    heard = np.flatnonzero(samples)
    breaks = np.flatnonzero(np.diff(heard) > SILENCE_S * RATE_HZ)
    starts, stops = heard[breaks[:-1] + 1], heard[breaks[1:]] + 1
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def _speed(kind: Kind, run: Float64s) -> Iterator[Claim]:
    length_s = run.size / RATE_HZ
    turns = _crossings(run) / RATE_HZ
    middles, speeds_hz = (turns[1:] + turns[:-1]) / 2, 1 / np.diff(turns)
    top_hz = float(np.median(speeds_hz[speeds_hz > (1 - MARGIN) * speeds_hz.max()]))
    yield Claim(("f0_hz",), "speed while it holds", kind.f0_hz, top_hz, max(0.1, 0.001 * kind.f0_hz), "Hz")
    fastest = int(np.flatnonzero(speeds_hz > 0.99 * top_hz).mean())
    up = _ramp(middles[:fastest], speeds_hz[:fastest], top_hz)
    down = _ramp(length_s - middles[:fastest:-1], speeds_hz[:fastest:-1], top_hz)
    for (seconds, start_hz), key, claimed_s in ((up, "run_up_s", kind.run_up_s), (down, "run_down_s", kind.run_down_s)):
        yield Claim((key,), "duration of the ramp", claimed_s, seconds, 0.02 * claimed_s, "s")
        yield Claim(("start_hz",), f"speed at the outer end, by {key}", kind.start_hz, start_hz, 0.5, "Hz")
    hold_s = length_s - up[0] - down[0]
    yield Claim(("hold_s",), "duration of the hold", kind.hold_s, hold_s, 0.02 * kind.hold_s, "s")
    yield from _partials(kind, run[round((up[0] + 0.1 * hold_s) * RATE_HZ) : round((up[0] + 0.9 * hold_s) * RATE_HZ)])
    yield from _edge(kind, run, turns)


def _crossings(samples: Float64s) -> Float64s:
    """The places of upward zero crossings, between samples by a straight line."""
    before = np.flatnonzero((samples[:-1] < 0) & (samples[1:] >= 0))
    return before + samples[before] / (samples[before] - samples[before + 1])


def _ramp(times_s: Float64s, speeds_hz: Float64s, top_hz: float) -> tuple[float, float]:
    """How long a ramp takes to the top, and the speed at its start, from a straight line through its middle."""
    lowest = float(speeds_hz.min())
    span = top_hz - lowest
    inside = (speeds_hz > lowest + MARGIN * span) & (speeds_hz < top_hz - MARGIN * span)
    slope, start_hz = np.polyfit(times_s[inside], speeds_hz[inside], 1)
    return float((top_hz - start_hz) / slope), float(start_hz)


def _partials(kind: Kind, hold: Float64s) -> Iterator[Claim]:
    _, levels = nearest_lines([hold], RATE_HZ, [k * kind.f0_hz for k, _ in kind.harmonics])
    strongest = max(db for _, db in kind.harmonics)
    for (k, db), measured in zip(kind.harmonics, levels[0] - levels[0].max(), strict=True):
        yield Claim(("harmonics",), f"level of partial {k:g}", db - strongest, float(measured), 0.5, "dB")


def _edge(kind: Kind, run: Float64s, turns: Float64s) -> Iterator[Claim]:
    """From the RMS of each period beside that of the fastest."""
    places = np.rint(turns * RATE_HZ).astype(int)
    rms = np.array([np.sqrt(np.square(run[a:b]).mean()) for a, b in pairwise(places)])
    rms /= np.median(rms)
    middles = (turns[1:] + turns[:-1]) / 2
    rising = middles < middles[int(np.argmax(rms > 0.99))] + 1e-9
    low, high = np.interp([LOWER, UPPER], rms[rising], middles[rising])
    edge = float(high - low) / PART_OF_EDGE
    yield Claim(("rise_s",), "length of an edge", kind.rise_s, edge, 0.2 * kind.rise_s + 0.5 / kind.start_hz, "s")
