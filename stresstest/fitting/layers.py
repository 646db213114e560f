# SPDX-License-Identifier: Apache-2.0
"""What was found, as the layers of a profile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from stresstest.fitting.bands import HALF, Floats
from stresstest.fitting.noise import Bursts, Happenings, Noise, Swing
from stresstest.fitting.series import Series

OFF_DB = 40.0
"""How far a source in bursts of one kind falls between them."""
QUIET_DB = 45.0
"""Layers so far under the whole are left out."""

Layer = dict[str, Any]


def layers_of(centers_hz: Floats, noise: Noise, series: Sequence[Series], shift_db: float) -> list[Layer]:
    """The layers, the steady noise first, with all levels raised by `shift_db`."""
    total = float(noise.base.sum() + sum(b.power.sum() for b in noise.bursts))
    base, bursts = noise.base.copy(), []
    for burst in noise.bursts:
        layer, power = _bursts(centers_hz, burst, shift_db)
        base = np.maximum(base + burst.power - power, 0.25 * base)
        bursts.append(layer)
    steady = list(_steady(centers_hz, base, noise.swings, shift_db))
    events = [_events(centers_hz, happening, shift_db) for happening in noise.happenings]
    tones = [_tone(one, shift_db) for one in series]
    loudest = 10 * np.log10(total) + shift_db - QUIET_DB
    return [*steady, *(layer for layer in (*bursts, *events, *tones) if layer["level_db"] > loudest)]


def _steady(centers_hz: Floats, base: Floats, swings: Sequence[Swing], shift_db: float) -> Iterator[Layer]:
    """The steady spectrum, the ranges whose level swings as layers of their own; at least two bands each."""
    edges = [0, base.size]
    kinds: dict[int, Swing] = {}
    for swing in swings:
        first, last = (0 if swing.first < 2 else swing.first), (base.size if swing.last > base.size - 2 else swing.last)
        if all(
            last <= low or first >= high for low, high in zip(edges[::2], edges[1::2], strict=False) if low in kinds
        ):
            kinds[first] = swing
            edges += [first, last]
    bounds = sorted(set(edges))
    for first, last in itertools.pairwise(bounds):
        table = {"bands_hz": _hz(centers_hz[first:last]), "levels_db": _db(base[first:last], shift_db)}
        level = {"level_db": _level(base[first:last], shift_db)}
        if last - first < 2:
            continue
        if first in kinds:
            half = round(0.5 / kinds[first].rate_hz, 5)
            cycle = {"cycle_hz": _five(kinds[first].rate_hz), "depth_db": round(kinds[first].depth_db, 1)}
            yield {"kind": "modulated_noise", **level, **table, **cycle, "duty": 0.5, "rise_s": half, "fall_s": half}
        else:
            yield {"kind": "shaped", **level, **table}


def _bursts(centers_hz: Floats, burst: Bursts, shift_db: float) -> tuple[Layer, Floats]:
    """Bursts of one kind with their spectrum, or several a cycle with an even one; and what they add to each band."""
    bands = np.flatnonzero(burst.power > 0)
    first, last = int(bands[0]), int(bands[-1]) + 1
    last = max(last, min(first + 2, centers_hz.size))
    first = min(first, last - 2)
    cycle = burst.cycle
    common = {"level_db": _level(burst.power, shift_db)}
    if len(cycle.onsets_s) == 1:
        duty = float(np.clip(cycle.durations_s[0] / cycle.period_s, 0.03, 0.97))
        slope = round(min(0.01, 0.5 * min(duty, 1 - duty) * cycle.period_s), 5)
        floor = burst.power[first:last].max() * 1e-6
        return {
            "kind": "modulated_noise", **common, "bands_hz": _hz(centers_hz[first:last]),
            "levels_db": _db(np.maximum(burst.power[first:last], floor), shift_db),
            "cycle_hz": _five(1 / cycle.period_s), "depth_db": OFF_DB, "duty": round(duty, 4), "rise_s": slope,
            "fall_s": slope, **_jitter("cycle", cycle.jitter),
        }, burst.power  # fmt: skip
    low, high = _range(centers_hz, burst.power, first, last)
    share = sum(cycle.durations_s) / cycle.period_s
    loudest = max(cycle.amplitudes)
    layer = {
        "kind": "pulsed_noise", "level_db": round(common["level_db"] - 10 * np.log10(share), 1),
        "cycle_hz": _five(1 / cycle.period_s), "onsets": [round(o / cycle.period_s, 4) for o in cycle.onsets_s],
        "durations_ms": [round(d * 1000, 1) for d in cycle.durations_s],
        "levels_db": [round(float(10 * np.log10(max(a**2 - 1, 1e-2) / (loudest**2 - 1))), 1) for a in cycle.amplitudes],
        "low_hz": round(low), "high_hz": round(high), "rise_ms": 5, **_jitter("cycle", cycle.jitter),
    }  # fmt: skip
    widths = np.clip(np.minimum(high, centers_hz * HALF) - np.maximum(low, centers_hz / HALF), 0, None)
    return layer, burst.power.sum() * widths / (high - low)


def _range(centers_hz: Floats, power: Floats, first: int, last: int) -> tuple[float, float]:
    """The range of an even density with this power: the outer bands are filled as far as their power goes."""
    widths = centers_hz * (HALF - 1 / HALF)
    density = power[first:last] / widths[first:last]
    inner = density[1:-1] if density.size > 2 else density
    even = float(np.median(inner))
    while last - first > 2 and power[last - 1] < 0.1 * even * widths[last - 1]:
        last -= 1
    while last - first > 2 and power[first] < 0.1 * even * widths[first]:
        first += 1
    low = centers_hz[first] * HALF - min(power[first] / even, widths[first])
    high = centers_hz[last - 1] / HALF + min(power[last - 1] / even, widths[last - 1])
    return max(20.0, float(low)), min(20000.0, max(float(high), 1.1 * max(20.0, float(low))))


def _events(centers_hz: Floats, found: Happenings, shift_db: float) -> Layer:
    bands = np.flatnonzero(found.power > found.power.max() * 1e-5)
    first, last = int(bands[0]), int(bands[-1]) + 1
    last = max(last, min(first + 2, centers_hz.size))
    first = min(first, last - 2)
    rate = float(np.clip(found.rate_hz, 0.05, 500))
    active = 1 - np.exp(-rate * found.decay_s / 2)  # an event counts as active for the first half of its 60 dB
    floor = found.power.max() * 1e-5
    return {
        "kind": "events", "level_db": round(_level(found.power, shift_db) - float(10 * np.log10(active)), 1),
        "rate_hz": round(rate, 3), "duration_ms": round(float(np.clip(found.decay_s * 1000, 2, 5000))),
        "bands_hz": _hz(centers_hz[first:last]), "levels_db": _db(np.maximum(found.power[first:last], floor), shift_db),
        "spread_db": round(found.spread_db, 1),
    }  # fmt: skip


def _tone(series: Series, shift_db: float) -> Layer:
    """A steady tone, one that repeats, or a burst of several pulses as an alarm."""
    shown, level = series.loudest, series.level_dbov + shift_db
    own = {"f0_hz": round(series.f0_hz, 3), "harmonics": series.harmonics()}
    drift = {"drift": round(series.drift, 5)} if series.drift >= 0.0002 else {}
    if shown.gate is None:
        return {"kind": "tone", "level_db": round(level, 1), **own, **drift}
    cycle = shown.cycle
    durations = [d + shown.rise_s for d in cycle.durations_s] if cycle else [_median_pulse(series)]
    rise = min(shown.rise_s, 0.45 * min(durations))
    level += float(10 * np.log10(1 - 1.25 * rise / np.median(durations)))  # the mean square of an edge is 3/8
    if cycle is not None and len(cycle.onsets_s) > 1:
        return {"kind": "alarm", "level_db": round(level, 1), **own, **_alarm(cycle.onsets_s, durations, cycle, rise)}
    rate = 1 / cycle.period_s if cycle else len(shown.gate.pulses) / max(1e-9, shown.gate.open.size / 400)
    duty = float(np.clip(durations[0] * rate, 0.02, 1.0))
    jitter = min(cycle.jitter if cycle else 0.2, max(0.0, 1 - 2 * rise / durations[0]))
    gate = {"rep_hz": _five(rate), "duty": round(duty, 4), "rise_s": round(float(np.clip(rise, 0.001, 0.2)), 4)}
    return {"kind": "tone", "level_db": round(level, 1), **own, **drift, **gate, **_jitter("rep", jitter)}


def _alarm(onsets_s: Sequence[float], durations: Sequence[float], cycle: Any, rise_s: float) -> dict[str, Any]:
    pulse = float(np.median(durations))
    gaps = np.diff(onsets_s)
    pulse = min(pulse, float(gaps.min()) if gaps.size else pulse)
    loudest = max(cycle.amplitudes)
    gap = cycle.period_s - onsets_s[-1] - pulse
    return {
        "onsets_ms": [round(o * 1000, 1) for o in onsets_s], "pulse_ms": round(pulse * 1000 - 0.1, 1),
        "levels_db": [round(float(20 * np.log10(a / loudest)), 1) for a in cycle.amplitudes],
        "rise_ms": round(float(np.clip(rise_s * 1000, 1, 500)), 1), "burst_gap_s": round(max(gap, 0.0), 4),
    }  # fmt: skip


def _median_pulse(series: Series) -> float:
    gate = series.loudest.gate
    assert gate is not None
    return float(np.median([pulse.stop_s - pulse.start_s for pulse in gate.pulses])) + series.loudest.rise_s


def _jitter(word: str, jitter: float) -> dict[str, float]:
    return {f"{word}_jitter": round(min(jitter, 0.2), 4)} if jitter >= 0.002 else {}


def _hz(centers_hz: Floats) -> list[float]:
    return [float(f"{hz:.4g}") for hz in centers_hz]


def _db(power: Floats, shift_db: float) -> list[float]:
    return [round(float(db), 1) + 0.0 for db in 10 * np.log10(np.maximum(power, 1e-18)) + shift_db]


def _level(power: Floats, shift_db: float) -> float:
    return round(float(10 * np.log10(max(power.sum(), 1e-18)) + shift_db), 1) + 0.0


def _five(value: float) -> float:
    return float(f"{value:.5g}")
