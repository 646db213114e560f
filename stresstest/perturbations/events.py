# SPDX-License-Identifier: Apache-2.0
"""Impacts at random times: dishes, tools, drops of rain, keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import shaped_noise
from stresstest.perturbations._checks import check_numbers, check_rising, check_same_length
from stresstest.perturbations.base import Sound, Source, check_number
from stresstest.seeds import fork

HORIZON_S = 1.0
"""An event begins within this time, or half of a shorter noise, so that none is silent throughout."""
BLOCK = 256
SOUNDING_DB = 30.0


@dataclass(frozen=True)
class Events(Source):
    """Bursts of noise that begin at once and decay exponentially, by a Poisson process.

    rate_hz: events a second, in the mean. duration_ms: time in which an event falls by 60 dB. bands_hz, levels_db:
    mid-band frequencies and levels of adjacent bands, the spectrum of the noise. spread_db: standard deviation of the
    events' levels. Active from an event's beginning until it is 30 dB below one of the mean level.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    rate_hz: float
    duration_ms: float
    bands_hz: tuple[float, ...]
    levels_db: tuple[float, ...]
    spread_db: float = 0.0

    def __post_init__(self) -> None:
        check_number("rate_hz", self.rate_hz, 0.05, 500, "events a second")
        check_number("duration_ms", self.duration_ms, 2, 5000, "ms")
        check_numbers("bands_hz", self.bands_hz, 10, 24000, "Hz", least=2)
        check_rising("bands_hz", self.bands_hz)
        check_numbers("levels_db", self.levels_db, -200, 200, "dB")
        check_same_length("levels_db", self.levels_db, "bands_hz", self.bands_hz)
        check_number("spread_db", self.spread_db, 0, 15, "dB")

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """Events from before the first sample on, at least one of which begins within the first second."""
        times_rng, levels_rng, noises = fork(rng, 3)
        starts = self._starts(frames, rate_hz, times_rng)
        powers = 10 ** (self.spread_db / 10 * levels_rng.standard_normal(starts.size))
        decay = 6 * np.log(10) / (self.duration_ms / 1000 * rate_hz)
        power = _decaying(starts, powers, decay, frames)
        active = power >= 10 ** (-SOUNDING_DB / 10)
        active[power.argmax()] = True
        samples = shaped_noise(frames, rate_hz, self.bands_hz, self.levels_db, noises)
        return Sound(samples * np.sqrt(power), active)

    def _starts(self, frames: int, rate_hz: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """The samples at which events begin, rising; from one decay before the first sample on."""
        begin_s, mean_s = -self.duration_ms / 1000, 1 / self.rate_hz
        horizon_s = min(frames / rate_hz / 2, HORIZON_S)
        first_s = begin_s + rng.exponential(mean_s)
        while first_s > horizon_s:
            first_s = begin_s + rng.exponential(mean_s)
        times = np.array([first_s])
        while times[-1] * rate_hz < frames:
            times = np.append(times, times[-1] + np.cumsum(rng.exponential(mean_s, BLOCK)))
        starts: NDArray[np.int64] = np.floor(times[times * rate_hz < frames] * rate_hz).astype(np.int64)
        return starts


def _decaying(starts: NDArray[np.int64], powers: NDArray[np.float64], decay: float, frames: int) -> NDArray[np.float64]:
    """The sum of powers that each begin at a start and fall by `decay` nepers of power a sample."""
    totals, last = np.empty(starts.size), 0.0
    fallen = np.exp(-decay * np.diff(starts, prepend=starts[0]))
    for k, (power, left) in enumerate(zip(powers.tolist(), fallen.tolist(), strict=True)):
        last = totals[k] = last * left + power
    place = np.searchsorted(starts, np.arange(frames), side="right") - 1
    since = np.arange(frames) - starts[place]
    heard: NDArray[np.float64] = np.where(place >= 0, totals[place] * np.exp(-decay * np.maximum(since, 0)), 0.0)
    return heard
