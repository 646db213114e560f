# SPDX-License-Identifier: Apache-2.0
"""Long audio in windows, for models that hear only so much at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.recognizers.base import Transcript

SHORTEST_S = 0.1
"""Shorter audio is filled up with silence: convolutions over time want some frames."""
FRAME_S = 0.1
"""A cut goes through the middle of the quietest stretch of this length …"""
SEARCHED = 0.25
"""… in this last part of a window."""


def windows(wave: Waveform, longest_s: float | None) -> list[tuple[float, NDArray[np.float32]]]:
    """Start, in seconds, and samples, shape (frames,), of each window; audio up to longest_s is one."""
    longest = wave.samples.size if longest_s is None else max(1, round(longest_s * wave.rate_hz))
    start, found = 0, []
    while wave.samples.size - start > longest:
        end = start + _quietest(wave.samples[start : start + longest], round(FRAME_S * wave.rate_hz))
        found.append((start / wave.rate_hz, wave.samples[start:end]))
        start = end
    found.append((start / wave.rate_hz, wave.samples[start:]))
    return [(at, _filled(samples, round(SHORTEST_S * wave.rate_hz))) for at, samples in found]


def _quietest(samples: NDArray[np.float32], frame: int) -> int:
    """Where to cut: the middle of the quietest stretch of `frame` samples, the last of equals."""
    first = int(samples.size * (1 - SEARCHED))
    power = np.concatenate([[0.0], np.cumsum(np.square(samples[first:], dtype=np.float64))])
    if power.size <= frame:
        return int(samples.size)
    sums = power[frame:] - power[:-frame]
    return int(first + sums.size - 1 - np.argmin(sums[::-1]) + frame // 2)


def _filled(samples: NDArray[np.float32], shortest: int) -> NDArray[np.float32]:
    missing = max(0, shortest - samples.size)
    return np.pad(samples, (0, missing)) if missing else samples


def joined(parts: Sequence[tuple[float, Transcript]], ends_s: float) -> Transcript:
    """One transcript from those of the windows, each with its start: texts one behind the other, times moved.

    The confidence is the mean over windows by length, None where one has none. No word ends behind ends_s.
    """
    starts = [at for at, _ in parts]
    lengths = np.diff([*starts, max(ends_s, starts[-1] + 1e-9)])
    sure = [part.confidence for _, part in parts if part.confidence is not None]
    mean = float(np.average(sure, weights=lengths)) if len(sure) == len(parts) else None
    return Transcript(
        " ".join(part.text for _, part in parts if part.text),
        None if mean is None else round(min(1.0, mean), 4),
        tuple(
            replace(word, start_s=_moved(word.start_s, at, ends_s), end_s=_moved(word.end_s, at, ends_s))
            for at, part in parts
            for word in part.words
        ),
        next((part.language for _, part in parts if part.language is not None), None),
    )


def _moved(time_s: float | None, by_s: float, ends_s: float) -> float | None:
    return None if time_s is None else round(min(time_s + by_s, ends_s), 3)
