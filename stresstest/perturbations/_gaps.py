# SPDX-License-Identifier: Apache-2.0
"""Pauses in speech: where they are, and how to make them longer or shorter with their own room tone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform

Float64s = NDArray[np.float64]

FRAME_S = 0.01
BELOW_DB = 30.0
"""A frame is quiet when its level is so far below the active speech level (ITU-T P.56)."""
EDGE_S = 0.02
FADE_S = 0.01
"""What stays of a pause at both its ends, with the decay of the word before it, and the length of a cross-fade."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A quiet stretch in samples, from `start` to before `stop`; `inner` when speech is on both sides."""

    start: int
    stop: int
    inner: bool = True

    @property
    def frames(self) -> int:
        """Its length in samples."""
        return self.stop - self.start


def gaps_of(wave: Waveform, level_dbov: float, least_s: float) -> list[Gap]:
    """The quiet stretches of at least `least_s`, in order, those before and after all speech included.

    Quiet is BELOW_DB under `level_dbov`, the active speech level, in frames of 10 ms.
    """
    step = round(FRAME_S * wave.rate_hz)
    whole = wave.samples[: wave.samples.size // step * step].astype(np.float64).reshape(-1, step)
    loud = np.flatnonzero(10 * np.log10(np.square(whole).mean(axis=1) + 1e-30) >= level_dbov - BELOW_DB)
    if not loud.size:
        return []
    inner = [Gap(int(a + 1) * step, int(b) * step) for a, b in pairwise(loud)]
    first, last = Gap(0, int(loud[0]) * step, False), Gap(int(loud[-1] + 1) * step, wave.samples.size, False)
    return [gap for gap in (first, *inner, last) if gap.frames >= max(least_s * wave.rate_hz, 16)]


def resized(tone: Float64s, frames: int, rate_hz: int, rng: np.random.Generator) -> Float64s:
    """A quiet stretch of another length, float64 (frames,): its middle cut out, or repeated from random places.

    Joints are cross-faded, and both ends stay as they are. `tone` has at least 16 samples.
    """
    if frames == tone.size:
        return tone
    fade = min(round(FADE_S * rate_hz), tone.size // 8, frames // 2)
    if frames < tone.size:
        return _joined(tone[: frames // 2 + fade], tone[tone.size - (frames - frames // 2) :], fade)
    edge = min(round(EDGE_S * rate_hz), tone.size // 4)
    core, parts, long = tone[edge : tone.size - edge], tone[: tone.size - edge], frames + fade - edge
    while parts.size < long:
        parts = _joined(parts, core[int(rng.integers(core.size // 2)) :], fade)
    return _joined(parts[:long], tone[tone.size - edge :], fade)


def _joined(before: Float64s, after: Float64s, fade: int) -> Float64s:
    """One after the other, overlapping by `fade` samples at constant power."""
    turn = (np.arange(fade) + 0.5) / max(fade, 1) * np.pi / 2
    overlap = before[before.size - fade :] * np.cos(turn) + after[:fade] * np.sin(turn)
    return np.concatenate((before[: before.size - fade], overlap, after[fade:]))
