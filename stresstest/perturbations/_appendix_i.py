# SPDX-License-Identifier: Apache-2.0
"""Packet loss concealment by repetition of the pitch period, after ITU-T G.711 Appendix I (1999).

Written from the published constants, which are times here so that any rate will do. It differs in that the pitch is
searched at every lag and not first at every second one, and in that the 3.75 ms of delay that the receiver needs to
blend into the last good samples is compensated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_S = 0.010
SHORTEST_S, LONGEST_S = 0.005, 0.015
"""The pitch period lies between these: 200 to 66 Hz."""
CORRELATION_S = 0.020
"""How much of the newest signal the pitch search compares."""
MOST_PERIODS = 3
"""One pitch period is repeated in the first frame that is lost, one more in each frame after it, up to this many."""
FADE_PER_FRAME = 0.2
"""Attenuation after the first frame: silence after six."""
LONGER_END_S = 0.004
"""The blend at the end is longer by this for each lost frame after the first, and never longer than a frame."""

Signal = NDArray[np.float64]


def concealed(samples: NDArray[np.float32], lost: NDArray[np.bool_], rate_hz: int) -> Signal:
    """`samples`, shape (frames,), with those that `lost` marks replaced by what the concealment plays.

    Up to a quarter of a pitch period before a gap and up to a frame after it are blended with the replacement.
    """
    played = samples.astype(np.float64)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], lost, [False])).astype(np.int8)))
    limits = np.append(edges[2::2], samples.size)
    for start, stop, limit in zip(edges[::2].tolist(), edges[1::2].tolist(), limits.tolist(), strict=False):
        _fill(played, start, stop, limit, rate_hz)
    return played


def _fill(played: Signal, start: int, stop: int, limit: int, rate_hz: int) -> None:
    """Conceal `played[start:stop]` in place, blending into what follows as far as `limit`."""
    frame, longest = round(FRAME_S * rate_hz), round(LONGEST_S * rate_hz)
    memory = (MOST_PERIODS + 1) * longest + round(CORRELATION_S * rate_hz)
    history = np.pad(played[max(start - memory, 0) : start], (max(memory - start, 0), 0))
    period = pitch_period(history, rate_hz)
    quarter = max(period // 4, 1)
    frames_lost = -(-(stop - start) // frame)
    end = min(quarter + round(LONGER_END_S * rate_hz) * (frames_lost - 1), frame, limit - stop)
    made = _repeated(history, period, quarter, frame, min(stop - start + end, 6 * frame))
    time = np.minimum(np.arange(made.size), stop - start) / frame  # the gain holds while the end is blended
    made *= np.clip(1 - FADE_PER_FRAME * np.maximum(time - 1, 0), 0, 1)
    made = np.pad(made, (0, stop - start + end - made.size))
    tail = min(quarter, start)
    played[start - tail : start] = _cycle(history, period, 1, quarter)[-tail:] if tail else []
    played[start:stop] = made[: stop - start]
    rising = np.arange(1, end + 1) / (end + 1)
    played[stop : stop + end] = made[stop - start :] * (1 - rising) + played[stop : stop + end] * rising


def _repeated(history: Signal, period: int, quarter: int, frame: int, frames: int) -> Signal:
    """`frames` samples of pitch periods in a row: one period in the first frame, two in the second, then three."""
    parts: list[Signal] = []
    offset, before = 0, None
    for number, first in enumerate(range(0, frames, frame)):
        periods = min(number + 1, MOST_PERIODS)
        cycle = _cycle(history, period, periods, quarter)
        if number < MOST_PERIODS:
            offset %= period
        part = cycle[(offset + np.arange(min(frame, frames - first))) % cycle.size]
        if before is not None and number < MOST_PERIODS:
            blend = min(quarter, part.size)
            rising = np.arange(1, blend + 1) / (blend + 1)
            part[:blend] = part[:blend] * rising + before[:blend] * (1 - rising)
        parts.append(part)
        offset += part.size
        before = cycle[(offset + np.arange(quarter)) % cycle.size]
    return np.concatenate(parts)


def _cycle(history: Signal, period: int, periods: int, quarter: int) -> Signal:
    """The last pitch periods of `history`, their end blended so that it runs into their start."""
    size = period * periods
    cycle = history[-size:].copy()
    rising = np.arange(1, quarter + 1) / (quarter + 1)
    cycle[-quarter:] = cycle[-quarter:] * (1 - rising) + history[-size - quarter : -size] * rising
    return cycle


def pitch_period(history: Signal, rate_hz: int) -> int:
    """The lag, in samples, at which the newest 20 ms of `history` resemble most what was before them."""
    shortest, longest = round(SHORTEST_S * rate_hz), round(LONGEST_S * rate_hz)
    size = round(CORRELATION_S * rate_hz)
    newest, before = history[-size:], history[-size - longest :]
    windows = np.lib.stride_tricks.sliding_window_view(before, size)[: longest - shortest + 1]  # lags, longest first
    energy = np.einsum("ij,ij->i", windows, windows)
    likeness = windows @ newest / np.sqrt(np.maximum(energy, 1e-12))
    return longest - int(likeness.argmax())
