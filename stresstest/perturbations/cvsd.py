# SPDX-License-Identifier: Apache-2.0
"""The narrowband codec of Bluetooth headsets: continuously variable slope delta modulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import resample
from stresstest.perturbations._telephone import RATE_HZ, Pcm, coded
from stresstest.perturbations.base import Effect

BIT_HZ = 64000
HIGHEST = 32767.0
STEP_LEAST, STEP_MOST = 10.0, 1280.0
STEP_DECAY, LEAK = 1 - 1 / 1024, 1 - 1 / 32
"""The constants of the Bluetooth Core specification (volume 2, part B, table 9.2), in 16-bit units: the step grows by
the least step after four equal bits and decays otherwise, and the accumulator leaks."""


@dataclass(frozen=True)
class Cvsd(Effect):
    """One bit a sample at 64 kHz; the band ends at 4 kHz; without delay.

    Each bit depends on the one before, so it costs some 40 ms of computing a second of audio.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The decoded signal at the rate of `wave`; chance plays no part."""
        return coded(wave, RATE_HZ, _passed)


def _passed(pcm: Pcm) -> NDArray[np.float32]:
    """16-bit samples at 8 kHz, brought to 64 kHz, coded, and brought back."""
    fine = resample(Waveform((pcm / 32768).astype(np.float32), RATE_HZ), BIT_HZ)
    _, followed = modulated(fine.samples.astype(np.float64) * 32768)
    narrow = resample(fine.with_samples(followed / 32768), RATE_HZ)
    return narrow.samples * np.float32(32768)


def modulated(samples: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """The bits of samples at 64 kHz in 16-bit units, shape (frames,), and what a decoder makes of them."""
    followed: list[float] = []
    estimate, step, recent = 0.0, STEP_LEAST, 0b0101
    for sample in samples.tolist():
        up = sample >= estimate
        recent = (recent << 1 | up) & 0b1111
        # comparisons, for min and max take three times as long
        if recent in (0b0000, 0b1111):
            step += STEP_LEAST
            if step > STEP_MOST:
                step = STEP_MOST
        else:
            step *= STEP_DECAY
            if step < STEP_LEAST:
                step = STEP_LEAST
        total = estimate + step if up else estimate - step
        if total > HIGHEST:
            total = HIGHEST
        elif total < -HIGHEST:
            total = -HIGHEST
        estimate = total * LEAK
        followed.append(total)
    decoded = np.array(followed)
    return samples >= np.concatenate(([0.0], decoded[:-1] * LEAK)), decoded
