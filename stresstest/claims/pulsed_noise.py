# SPDX-License-Identifier: Apache-2.0
"""Measures bursts of noise: their places in the average cycle, their band, how much the cycle varies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._folding import average_cycle, binned_power, period_of
from stresstest.claims._pulse_timing import PulseTiming, moving_mean, pulse_timings, whole_runs
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.pulsed_noise import PulsedNoise as Kind
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

BINS_HZ = 2000
CYCLES = 120
SHORTEST_S, MOST_FRAMES = 60.0, 2_400_000
TOLERANCE_MS = 2.0


class PulsedNoise(Instrument):
    """Timing from the power averaged over a hundred cycles, which must be of one length; jitter from single bursts."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """The claims of bursts; places in the cycle and durations are measured without its jitter."""
        steady, rate_hz = _rendered(replace(kind, cycle_jitter=0.0))
        power = binned_power(steady, rate_hz, BINS_HZ)
        period = period_of(power, BINS_HZ / kind.cycle_hz)
        cycle_hz = BINS_HZ / period
        yield Claim(("cycle_hz",), "cycles a second", kind.cycle_hz, cycle_hz, 0.01 * kind.cycle_hz, "Hz")
        yield from _timing(kind, pulse_timings(_envelope(kind, power, period), BINS_HZ))
        yield from _band(kind, steady, rate_hz)
        if kind.cycle_jitter:
            yield from _jitter(kind, steady, _rendered(kind)[0], rate_hz)


def _rendered(kind: Kind) -> tuple[Float64s, int]:
    rate_hz = next(rate for rate in (8000, 16000, 48000) if kind.high_hz < 0.45 * rate or rate == 48000)
    slow = kind.high_hz - kind.low_hz < 1000  # narrow noise takes longer to average
    seconds = MOST_FRAMES / rate_hz if slow else max(CYCLES / kind.cycle_hz, SHORTEST_S)
    frames = min(round(seconds * rate_hz), MOST_FRAMES)
    made = kind.generate(frames, rate_hz, rng_for(0, "claims", "pulsed_noise"), ())
    return made.samples, rate_hz


def _envelope(kind: Kind, power: Float64s, period: float) -> Float64s:
    """The amplitude over the average cycle, from its quietest place, smoothed over a tenth of an edge."""
    return np.sqrt(moving_mean(average_cycle(power, period), max(kind.rise_ms / 10_000 * BINS_HZ, 1.0)))


def _timing(kind: Kind, found: list[PulseTiming]) -> Iterator[Claim]:
    """The bursts beside those claimed, in the order that fits best: which one comes first in a cycle is not heard."""
    size = len(kind.onsets)
    yield Claim(("onsets",), "bursts in a cycle", size, len(found), 0.5)
    if len(found) != size:
        return
    claimed_ms = 1000 / kind.cycle_hz * np.array(kind.onsets)
    orders = [found[n:] + found[:n] for n in range(size)]
    onsets, order = min(
        ((_onsets_ms(order, 1000 / kind.cycle_hz), order) for order in orders),
        key=lambda pair: float(np.abs(pair[0] - claimed_ms).max()),
    )
    for n in range(size):
        yield Claim(("onsets",), f"onset of burst {n + 1}", claimed_ms[n], float(onsets[n]), TOLERANCE_MS, "ms")
        duration, what = 1000 * order[n].duration_s, f"duration of burst {n + 1}"
        yield Claim(("durations_ms",), what, kind.durations_ms[n], duration, TOLERANCE_MS, "ms")
    edge = 1000 * float(np.mean([pulse.edge_s for pulse in order]))
    yield Claim(("rise_ms",), "length of an edge", kind.rise_ms, edge, min(TOLERANCE_MS, 0.3 * kind.rise_ms), "ms")
    levels = kind.levels_db or (0.0,) * size
    for n in range(size):
        relative, measured = levels[n] - levels[0], order[n].level_db - order[0].level_db
        yield Claim(("levels_db",), f"level of burst {n + 1} re the first", relative, measured, 0.5, "dB")


def _onsets_ms(order: list[PulseTiming], cycle_ms: float) -> Float64s:
    onsets: Float64s = 1000 * np.array([pulse.onset_s - order[0].onset_s for pulse in order]) % cycle_ms
    return onsets


def _band(kind: Kind, samples: Float64s, rate_hz: int) -> Iterator[Claim]:
    """The outermost half-power points of the density, and how even it is between them."""
    from scipy import signal

    hz, density = signal.welch(samples[: 60 * rate_hz], rate_hz, nperseg=rate_hz // 5)
    inside = (hz > 1.1 * kind.low_hz) & (hz < 0.9 * kind.high_hz)
    half = np.flatnonzero(density > np.median(density[inside]) / 2)
    step = float(hz[1])
    for key, claimed, measured in (
        ("low_hz", kind.low_hz, hz[half[0]] - step / 2),
        ("high_hz", kind.high_hz, hz[half[-1]] + step / 2),
    ):
        yield Claim((key,), "half-power frequency", claimed, float(measured), max(2 * step, 0.03 * claimed), "Hz")
    thirds = [density[part].mean() for part in np.array_split(np.flatnonzero(inside), 3)]
    spread = float(10 * np.log10(max(thirds) / min(thirds)))
    yield Claim(("low_hz", "high_hz"), "spread of the density over thirds of the band", 0.0, spread, 1.0, "dB")


def _jitter(kind: Kind, steady: Float64s, samples: Float64s, rate_hz: int) -> Iterator[Claim]:
    """What the middles of single bursts vary by, less what they seem to when the cycle does not vary at all."""
    variance = _variance(kind, samples, rate_hz) - _variance(kind, steady, rate_hz)
    measured = float(np.sqrt(3 * max(variance, 0.0)))  # of even deviations, from their standard deviation
    tolerance = 0.25 * kind.cycle_jitter
    yield Claim(("cycle_jitter",), "largest relative change of the cycle", kind.cycle_jitter, measured, tolerance)


def _variance(kind: Kind, samples: Float64s, rate_hz: int) -> float:
    """The relative variance of the period from a burst to that of the next cycle: of the burst that shows the most,
    since those later in a cycle share in the next one's length."""
    power = moving_mean(np.square(samples), min(kind.durations_ms) / 4000 * rate_hz)
    middles = [np.average(np.arange(a, b), weights=power[a:b]) for a, b in whole_runs(np.sqrt(power), floor=0.25)]
    size = len(kind.onsets)
    periods = [np.diff(np.array(middles)[first::size]) for first in range(size)]
    return max(float(period.var() / period.mean() ** 2) for period in periods)
