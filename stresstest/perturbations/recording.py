# SPDX-License-Identifier: Apache-2.0
"""A recorded noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import probe, read, resample
from stresstest.errors import AudioError
from stresstest.perturbations._checks import check_file
from stresstest.perturbations.base import Sound, Source

CROSS_FADE_S = 0.05
LONGEST_S = 3600
HORIZON_S = 2.0
QUIETEST_PART = 1e-3
"""Power of an excerpt's first two seconds relative to the whole recording, -30 dB, under which another place is drawn;
two seconds and not all, so that speech of another length hears the same noise."""


@dataclass(frozen=True)
class Recording(Source):
    """An excerpt of an audio file from a random place; the file is looped with a cross-fade of 50 ms.

    The whole excerpt counts as active. Files of any rate and channel count, mixed to mono, of at most an hour.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    file: Path

    def __post_init__(self) -> None:
        check_file("file", self.file)

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """An excerpt; raises AudioError for a file that is unreadable, silent or too long."""
        loop, power = _loaded(self.file, rate_hz)
        for _ in range(1000):
            start = int(rng.random() * loop.size)
            excerpt = np.take(loop, np.arange(start, start + frames), mode="wrap")
            if np.square(excerpt[: round(HORIZON_S * rate_hz)]).mean() >= QUIETEST_PART * power:
                return Sound(excerpt.astype(np.float64), np.ones(frames, bool))
        raise AudioError(
            f"{self.file}: sounds too seldom to cut {frames / rate_hz:.2f} s out of it. Cut the silence away."
        )


def _loop(samples: NDArray[np.float32], fade: int) -> NDArray[np.float32]:
    """The samples with their end cross-faded into their beginning at equal power, so that they can be repeated."""
    fade = min(fade, samples.size // 2)
    angle = np.pi / 2 * (np.arange(fade, dtype=np.float32) + 0.5) / max(fade, 1)
    loop = samples[: samples.size - fade].copy()
    loop[:fade] = samples[:fade] * np.sin(angle) + samples[samples.size - fade :] * np.cos(angle)
    return loop


def _loaded(file: Path, rate_hz: int) -> tuple[NDArray[np.float32], float]:
    """The file at the rate, ready to be repeated, and its mean square."""
    if not file.is_file():
        raise AudioError(f"{file}: there is no such file; the profile that names it needs it.")
    return _loaded_version(file, file.stat().st_mtime_ns, rate_hz)


@lru_cache(maxsize=8)
def _loaded_version(file: Path, modified_ns: int, rate_hz: int) -> tuple[NDArray[np.float32], float]:
    seconds = probe(file).seconds
    if seconds > LONGEST_S:
        raise AudioError(f"{file}: lasts {seconds:.0f} s; a recorded noise may last {LONGEST_S} s. Cut it.")
    samples = resample(read(file).centered(), rate_hz).samples
    power = float(np.square(samples, dtype=np.float64).mean())
    if not power > 0:
        raise AudioError(f"{file}: the recording is silent throughout, so no SNR can be set with it. Use another file.")
    return _loop(samples, round(CROSS_FADE_S * rate_hz)), power
