# SPDX-License-Identifier: Apache-2.0
"""The images of a source in a box and the sound pressure that they add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.errors import AudioError

SOUND_M_S = 343.0
"""Speed of sound in air of 20 °C."""

OVERSAMPLING = 16
"""Images arrive between the samples of a grid this much finer than the sample rate, in two parts."""

LOWEST_HZ = 20.0
"""Corner of the high-pass that takes away the standing pressure which images of one sign add up to."""

BATCH = 1_000_000

CALIBRATION_HZ = 4000
MIDDLE_HZ = (500.0, 1000.0)
CLOSE = 0.005
ATTEMPTS = 20
MOST_DECAY = -20.0
"""The least ln of a reflection factor: 174 dB at a wall, where nothing is reflected any more."""

Float64s = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Box:
    """Size of a room, places of source and microphone in it, each (3,) in meters."""

    size_m: tuple[float, ...]
    source_m: tuple[float, ...]
    microphone_m: tuple[float, ...]

    @property
    def distance_m(self) -> float:
        """From source to microphone."""
        return float(np.linalg.norm(np.subtract(self.source_m, self.microphone_m)))

    @property
    def volume_m3(self) -> float:
        """Length × width × height."""
        return float(np.prod(self.size_m))

    @property
    def surface_m2(self) -> float:
        """All six walls."""
        x, y, z = self.size_m
        return 2 * (x * y + x * z + y * z)

    def count_images(self, seconds: float) -> float:
        """About how many images are heard within a time: a sphere over the volume of the room."""
        return float(4 / 3 * np.pi * (seconds * SOUND_M_S + self.distance_m) ** 3 / self.volume_m3)

    def images(self, reach_m: float) -> Iterator[tuple[Float64s, NDArray[np.int64]]]:
        """Distances and numbers of reflections of the images within a reach but not the source itself, in batches.

        Along an axis of length L the image of order k is at kL + s for even k and at (k + 1)L - s for odd k.
        """
        (xs, x_orders), (ys, y_orders), (zs, z_orders) = (self._axis(axis, reach_m) for axis in range(3))
        across, across_orders = ys[:, None] + zs, y_orders[:, None] + z_orders
        squares, orders, waiting = [], [], 0
        for x, order in zip(xs, x_orders, strict=True):
            near = (across <= reach_m**2 - x) & (across_orders + order > 0)
            squares.append(across[near] + x)
            orders.append(across_orders[near] + order)
            waiting += squares[-1].size
            if waiting > BATCH:
                yield np.sqrt(np.concatenate(squares)), np.concatenate(orders)
                squares, orders, waiting = [], [], 0
        yield np.sqrt(np.concatenate(squares or [xs[:0]])), np.concatenate(orders or [x_orders[:0]])

    def _axis(self, axis: int, reach_m: float) -> tuple[Float64s, NDArray[np.int64]]:
        """Squared offsets of the images along one axis from the microphone, and their orders."""
        side, source, microphone = self.size_m[axis], self.source_m[axis], self.microphone_m[axis]
        most = int(np.ceil(reach_m / side)) + 1
        k = np.arange(-most, most + 1)
        return np.square(np.where(k % 2, (k + 1) * side - source, k * side + source) - microphone), np.abs(k)


def reflections(box: Box, seconds: float, factor: float, rate_hz: int, direct: int) -> Float64s:
    """The sound pressure of all images but the source, re the direct sound, which would arrive at sample `direct`.

    Walls reflect pressure by `factor`. Each image arrives at its own time, between samples too; band-limited to half
    the rate, without what lies below 20 Hz. Shape (direct + seconds,).
    """
    frames = fft.next_fast_len(direct + round(seconds * rate_hz) + rate_hz // 10, real=True)
    fine = np.zeros(frames * OVERSAMPLING)
    per_m = OVERSAMPLING * rate_hz / SOUND_M_S
    start = direct * OVERSAMPLING - box.distance_m * per_m
    gains = factor ** np.arange(10_000)
    for distances, orders in box.images(seconds * SOUND_M_S + box.distance_m):
        amplitudes, places = gains[orders] * (box.distance_m / distances), start + distances * per_m
        whole = places.astype(np.int64)
        late = amplitudes * (places - whole)
        fine += np.bincount(whole, amplitudes - late, fine.size) + np.bincount(whole + 1, late, fine.size)
    spectrum = fft.rfft(fine)[: frames // 2 + 1]
    ratio = 1j * np.arange(spectrum.size) * (rate_hz / frames / LOWEST_HZ)
    spectrum *= ratio**2 / (1 + np.sqrt(2) * ratio + ratio**2)
    samples: Float64s = fft.irfft(spectrum, frames)[: direct + round(seconds * rate_hz)]
    return samples


@lru_cache(maxsize=64)
def reflection_factor(box: Box, rt60_s: float) -> float:
    """The factor by which walls reflect sound pressure in a room of this reverberation time.

    Eyring's formula, corrected until the reflections themselves decay as asked, because the images of a box decay
    differently along its axes. Raises AudioError where no factor is found.
    """
    decay = -0.161 * box.volume_m3 / (box.surface_m2 * rt60_s) / 2  # ln of the factor
    for _ in range(ATTEMPTS):
        samples = reflections(box, rt60_s, float(np.exp(decay)), CALIBRATION_HZ, 0)
        found = float(np.mean([_t30_s(samples, band_hz) for band_hz in MIDDLE_HZ]))
        if abs(found / rt60_s - 1) < CLOSE:
            return float(np.exp(decay))
        if not 0 < found < np.inf or decay < MOST_DECAY:
            break
        decay *= found / rt60_s
    heard = f"it comes to {found:.2f} s" if found > 0 else "its echoes are over too soon to have one"
    raise AudioError(
        f"No reflection of the walls gives a room of {box.size_m} m a reverberation time of {rt60_s:g} s; {heard}. "
        f"Use another size or time, or the kind exponential_room."
    )


def _t30_s(samples: Float64s, band_hz: float) -> float:
    """Decay time in an octave band: the line through the backward integral from -5 to -35 dB (ISO 3382-1).

    NaN where the sound is over too soon, or falls too little, for such a line.
    """
    spectrum = fft.rfft(samples, 2 * samples.size)
    octaves = np.log2(np.maximum(np.arange(spectrum.size) * (CALIBRATION_HZ / 2 / samples.size), 1) / band_hz)
    spectrum *= np.where(np.abs(octaves) < 1, np.cos(np.pi / 2 * octaves), 0)
    energies = np.square(fft.irfft(spectrum, 2 * samples.size)[: samples.size])
    if not energies.sum() > 0:
        return float("nan")
    decay_db = 10 * np.log10(np.maximum(np.cumsum(energies[::-1])[::-1] / energies.sum(), 1e-20))
    first, last = (int(np.argmax(decay_db < level)) for level in (-5, -35))
    if last - first < 2:
        return float("nan")
    return float(-60 / np.polyfit(np.arange(first, last), decay_db[first:last], 1)[0] / CALIBRATION_HZ)
