# SPDX-License-Identifier: Apache-2.0
"""Measures whether recorded noise is a stretch of its file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soundfile
from numpy.typing import NDArray

from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.recording import Recording as Kind
from stresstest.seeds import rng_for

LONGEST_S = 4.0
DRAWS = 4


class Recording(Instrument):
    """The likeness of an excerpt and its place in the file; the best of a few, because one may lie over the joint."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From excerpts at the file's own rate, a quarter of it long."""
        recorded, rate_hz = soundfile.read(kind.file, dtype="float64", always_2d=True)
        whole = recorded.mean(axis=1)
        frames = max(min(whole.size // 4, round(LONGEST_S * rate_hz)), 1)
        rngs = [rng_for(0, "claims", "recording", k) for k in range(DRAWS)]
        likeness = max(_likeness(kind.generate(frames, rate_hz, rng, ()).samples, whole) for rng in rngs)
        yield Claim(("file",), "likeness of an excerpt and its place in the file", 1.0, likeness, 0.001)


def _likeness(part: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    """The largest correlation coefficient of a part and a stretch of the whole of the same length."""
    size = part.size + whole.size
    products = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    running = np.append(0.0, np.cumsum(np.square(whole)))
    powers = running[part.size :] - running[: -part.size]
    stretches = products[: powers.size] / np.sqrt(np.maximum(powers, 1e-12) * np.square(part).sum())
    return float(stretches.max())
