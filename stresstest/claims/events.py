# SPDX-License-Identifier: Apache-2.0
"""Measures random impacts: their spectrum, how often they come, how fast they fall and how unlike their levels are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._spectrum import band_claims, rendering_of
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.events import Events as Kind
from stresstest.seeds import rng_for

RATE_HZ = 8000
MOST_FRAMES = 2_000_000
COUNT, ALONE = 4000, 300
SPARSE = 6
"""Where events are looked at one by one, they come this many durations apart in the mean."""
SHORT_MS, MIDDLE_MS = 2.0, 50.0
SILENT, LOUD = 1e-5, 1e-2


class Events(Instrument):
    """Each number is measured with the others set so that it shows: times on short events, decays on rare ones."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From up to five renderings."""
        dense = replace(kind, rate_hz=min(max(20 / (kind.duration_ms / 1000), 0.05), 400), spread_db=0)
        frames, rate_hz = rendering_of(kind.bands_hz)
        yield from band_claims(_rendered(dense, frames, rate_hz), rate_hz, kind.bands_hz, kind.levels_db)

        plain = replace(kind, bands_hz=(500, 1000, 2000), levels_db=(0, 3, 6), spread_db=0)
        rate, count = _rate_hz(plain)
        off = 3 * kind.rate_hz / np.sqrt(count)
        yield Claim(("rate_hz",), "events a second, to three deviations of a count", kind.rate_hz, rate, off, "1/s")

        found_ms = _fall_ms(_alone(plain))
        yield Claim(("duration_ms",), "fall by 60 dB", kind.duration_ms, found_ms, 0.05 * kind.duration_ms, "ms")

        even = replace(plain, duration_ms=MIDDLE_MS)
        variances = [_levels_db(e).var() for e in (replace(even, spread_db=kind.spread_db), even)]
        found_db = float(np.sqrt(max(variances[0] - variances[1], 0)))
        what = "standard deviation of the events' levels"
        yield Claim(("spread_db",), what, kind.spread_db, found_db, max(0.2 * kind.spread_db, 0.2), "dB")


def _rendered(kind: Kind, frames: int, rate_hz: int) -> NDArray[np.float64]:
    return kind.generate(frames, rate_hz, rng_for(0, "claims", "events"), ()).samples


def _rate_hz(kind: Kind) -> tuple[float, float]:
    """Events a second from how many windows of two lengths are silent, and how many events there were to count.

    No event falls into a window of w seconds with the probability exp(-rate · w), whatever each event's length.
    """
    frames = min(round(COUNT / kind.rate_hz * RATE_HZ), MOST_FRAMES)
    sounds = np.abs(_rendered(replace(kind, duration_ms=SHORT_MS), frames, RATE_HZ)) > SILENT
    widths = [round(part / kind.rate_hz * RATE_HZ) for part in (0.25, 1.0)]
    before = np.append(0, np.cumsum(sounds))
    short, long = (float(np.mean(before[width:] == before[:-width])) for width in widths)
    return float(np.log(short / long) / (widths[1] - widths[0]) * RATE_HZ), frames / RATE_HZ * kind.rate_hz


def _alone(kind: Kind) -> NDArray[np.float64]:
    """Powers of events that nothing else disturbs, shape (events, frames), when events are made rare."""
    length = round(kind.duration_ms / 1000 * RATE_HZ)
    frames = min(ALONE * SPARSE * length, MOST_FRAMES)
    power = np.square(_rendered(replace(kind, rate_hz=max(RATE_HZ / (SPARSE * length), 0.05)), frames, RATE_HZ))
    starts = _onsets(power)
    ends = np.append(starts[1:], frames)
    clear = (ends - starts > length) & (np.diff(starts, prepend=-length) > 2 * length)
    return np.stack([power[start : start + length] for start in starts[clear]])


def _onsets(power: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where events begin: the first loud sample of a millisecond with a hundred times the power of the one before."""
    width = RATE_HZ // 1000
    blocks = power[: power.size // width * width].reshape(-1, width).mean(axis=1)
    jumps = np.flatnonzero(blocks[1:] > 100 * blocks[:-1] + SILENT) + 1
    begins = jumps[np.diff(jumps, prepend=-2) > 1] * width
    return np.array([begin + np.argmax(power[begin : begin + width] > LOUD) for begin in begins])


def _fall_ms(powers: NDArray[np.float64]) -> float:
    """Time in which the median of the events falls by 60 dB: the line through its first 40 dB."""
    level_db = 10 * np.log10(np.median(powers, axis=0) + 1e-30)
    frames = np.arange(level_db.size * 2 // 3)
    return float(-60 / np.polyfit(frames, level_db[frames], 1)[0] * 1000 / RATE_HZ)


def _levels_db(kind: Kind) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(_alone(kind).sum(axis=1)))
