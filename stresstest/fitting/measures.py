# SPDX-License-Identifier: Apache-2.0
"""How near the re-synthesis comes to the recording: spectrum, modulation, and the course of the level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.audio.levels import a_weighting_db
from stresstest.fitting.bands import STEPS_HZ, Bands, Floats

RATES_HZ = 2.0 ** np.arange(-2, 6)
"""Octaves of modulation, 0.25 to 32 Hz."""
SPEECH_HZ = (100.0, 8000.0)
"""The range in which bands are judged: what a recognizer hears."""
CLOSE_DB, FAIR_DB = (1.5, 2.0, 2.0), (3.0, 4.0, 4.0)
"""Limits of a close and of a fair fit: of the worst third octave, the modulation and L10 - L90."""
FAINT_DB = 50.0
WINDOW_S = 8.0
FAST_STEPS = 12
"""The time weighting Fast of a sound level meter, as a mean over so many steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What is measured of a sound alike, whether recorded or made.

    centers_hz, levels_db: third octaves, in dBov. modulation_db: of each third octave in each octave of RATES_HZ, the
    modulation index in dB. percentiles_dba: L90, L50 and L10 of the A-weighted level, Fast, against its mean power.
    """

    centers_hz: Floats
    levels_db: Floats
    modulation_db: Floats
    percentiles_dba: tuple[float, float, float]

    @property
    def spread_db(self) -> float:
        """L10 - L90, how far the level moves."""
        return self.percentiles_dba[2] - self.percentiles_dba[0]


@dataclass(frozen=True, slots=True)
class Goodness:
    """The difference between two measures.

    worst_db, mean_db: over the third octaves in SPEECH_HZ, and worst_hz where. share: of the recording's A-weighted
    power that the re-synthesis holds in the same band. modulation: correlation over bands and rates, and
    modulation_db the mean difference. spread_db: of L10 - L90, re-synthesis less recording.
    """

    worst_db: float
    worst_hz: float
    mean_db: float
    share: float
    modulation: float
    modulation_db: float
    spread_db: float

    @property
    def verdict(self) -> str:
        """One word: close, fair or rough."""
        return "close" if not self.misses(CLOSE_DB) else "fair" if not self.misses(FAIR_DB) else "rough"

    def misses(self, limits_db: tuple[float, float, float] = CLOSE_DB) -> list[str]:
        """Which of spectrum, modulation and level exceed limits."""
        names = ("the spectrum", "the modulation", "the spread of the level")
        values = (self.worst_db, self.modulation_db, self.spread_db)
        return [name for name, db, limit in zip(names, values, limits_db, strict=True) if abs(db) > limit]


def measure(bands: Bands, clean: NDArray[np.bool_]) -> Measures:
    """The measures of a sound over its clean steps."""
    power = bands.third_octaves()
    mean = power[:, clean].mean(axis=1)
    weights = 10 ** (a_weighting_db(bands.centers_hz) / 10)
    loudness = (power * weights[:, None]).sum(axis=0)
    fast = np.convolve(loudness, np.ones(FAST_STEPS) / FAST_STEPS, "same")[clean]
    course = 10 * np.log10(np.maximum(fast, 1e-30) / max(float((mean * weights).sum()), 1e-30))
    low, middle, high = (float(p) for p in np.percentile(course, (10, 50, 90)))
    levels = 10 * np.log10(np.maximum(mean, 1e-30))
    return Measures(bands.centers_hz, levels, _modulation(power, mean, clean), (low, middle, high))


def _modulation(power: Floats, mean: Floats, clean: NDArray[np.bool_]) -> Floats:
    """Shape (bands, rates): the power of the relative envelope in each octave of modulation, in dB."""
    size = min(round(WINDOW_S * STEPS_HZ), clean.size)
    window = np.hanning(size)
    relative = np.where(clean, power / np.maximum(mean, 1e-30)[:, None] - 1, 0.0)
    rates = np.fft.rfftfreq(size, 1 / STEPS_HZ)
    total, heard = np.zeros((len(power), rates.size)), 0.0
    for start in range(0, clean.size - size + 1, size // 2):
        total += np.square(np.abs(np.fft.rfft(relative[:, start : start + size] * window, axis=1)))
        heard += float((np.square(window) * clean[start : start + size]).sum())
    octaves = [total[:, (rates >= r / 2**0.5) & (rates < r * 2**0.5)].sum(axis=1) for r in RATES_HZ]
    return np.asarray(10 * np.log10(np.maximum(2 * np.array(octaves).T / max(heard, 1e-30) / size, 1e-9)))


def mean_of(several: Sequence[Measures]) -> Measures:
    """The mean of measures of the same bands: of powers for levels and modulations, of dB for percentiles."""

    def mean_db(values: list[Floats]) -> Floats:
        return np.asarray(10 * np.log10(np.mean([10 ** (db / 10) for db in values], axis=0)))

    low, middle, high = (float(p) for p in np.mean([m.percentiles_dba for m in several], axis=0))
    levels, modulation = mean_db([m.levels_db for m in several]), mean_db([m.modulation_db for m in several])
    return Measures(several[0].centers_hz, levels, modulation, (low, middle, high))


def _judged(recorded: Measures) -> NDArray[np.bool_]:
    """The bands that count: within SPEECH_HZ and not so faint that nothing is heard of them."""
    inside = (recorded.centers_hz >= SPEECH_HZ[0]) & (recorded.centers_hz <= SPEECH_HZ[1])
    return np.asarray(inside & (recorded.levels_db > recorded.levels_db[inside].max() - FAINT_DB))


def goodness(recorded: Measures, made: Measures) -> Goodness:
    """How near the re-synthesis comes; the overall level is no part of it, for a condition sets its own."""
    judged = _judged(recorded)
    weights = 10 ** (a_weighting_db(recorded.centers_hz) / 10)
    shift = aligned_db(recorded, made)
    error = made.levels_db + shift - recorded.levels_db
    worst = int(np.argmax(np.where(judged, np.abs(error), -1)))
    one, two = (weights * 10 ** (levels / 10) for levels in (recorded.levels_db, made.levels_db + shift))
    here, there = recorded.modulation_db[judged].ravel(), made.modulation_db[judged].ravel()
    return Goodness(
        float(abs(error[worst])), float(recorded.centers_hz[worst]), float(np.abs(error[judged]).mean()),
        float(np.minimum(one, two).sum() / one.sum()), float(np.corrcoef(here, there)[0, 1]),
        float(np.abs(recorded.modulation_db[judged].mean(axis=0) - made.modulation_db[judged].mean(axis=0)).mean()),
        made.spread_db - recorded.spread_db,
    )  # fmt: skip


def aligned_db(recorded: Measures, made: Measures) -> float:
    """The gain that brings the re-synthesis to the recording: the median over the judged bands."""
    judged = _judged(recorded)
    return float(np.median(recorded.levels_db[judged] - made.levels_db[judged]))
