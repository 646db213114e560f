# SPDX-License-Identifier: Apache-2.0
"""The slow modulation of a room's level: how far it wanders, and how long it stays where it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stresstest.fitting.bands import STEPS_HZ, Floats
from stresstest.fitting.noise import Noise

BLOCK_S = 0.5
LEAST_DB = 0.7
"""A smaller deviation is not told from the chance of the noise."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Standard deviation in dB and correlation time in seconds of the level; 0 dB where it is steady."""

    db: float
    seconds: float


def slow_modulation(noise: Noise) -> Slow:
    """The common level of the bands in blocks, events and bursts left out, as a process that forgets exponentially.

    The variance is read from the correlation of neighboring blocks, so that the chance within blocks does not count,
    and corrected for the mean being taken from the same short recording.
    """
    course = block_levels(noise)
    known = np.isfinite(course)
    if known.sum() < 20:
        return Slow(0.0, 10.0)
    centered = np.where(known, course - np.nanmean(course), 0.0)
    farthest = max(2, course.size // 3)
    pairs = np.array([(known[k:] & known[: known.size - k]).sum() for k in range(farthest)])
    products = np.array([(centered[k:] * centered[: centered.size - k]).sum() for k in range(farthest)])
    covariance = products / np.maximum(pairs, 1)
    variance = max(float(covariance[1]), 0.0)
    if variance < LEAST_DB**2:
        return Slow(0.0, 10.0)
    under = np.flatnonzero(covariance < variance / np.e)
    blocks = float(under[0]) if under.size else float(farthest)
    seconds = max(0.5, blocks * BLOCK_S - 0.5 * BLOCK_S)
    part = min(seconds / (course.size * BLOCK_S), 0.25)
    corrected = variance / (1 - 2 * part * (1 - part * (1 - np.exp(-1 / part))))
    return Slow(min(20.0, float(np.sqrt(corrected))), min(600.0, seconds / (1 - 2 * part)))


def block_levels(noise: Noise) -> Floats:
    """The median over the bands of each block's level against its band's mean, in dB; NaN where nothing was quiet."""
    size = round(BLOCK_S * STEPS_HZ)
    count = noise.quiet.size // size
    quiet = noise.quiet[: count * size].reshape(count, size)
    power = noise.power[:, : count * size].reshape(len(noise.power), count, size)
    sums = (power * quiet).sum(axis=2) / np.maximum(quiet.sum(axis=1), 1)
    level = 10 * np.log10(np.maximum(sums, 1e-30) / np.maximum(noise.base, 1e-30)[:, None])
    level = level[4:] if len(level) > 8 else level  # under 80 Hz half a second is too short for a level
    return np.where(quiet.sum(axis=1) >= 0.4 * size, np.median(level, axis=0), np.nan)
