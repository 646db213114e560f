# SPDX-License-Identifier: Apache-2.0
"""Pitch, its range, rate and level of a voice against those that went in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.claims._voice import GLIDE_HZ, RATE_HZ, glide_of, inside, pitch_track, semitones, through, vowel
from stresstest.claims.base import Claim

SHIFT_ST, RANGE, RATE, LEVEL_DB = 0.1, 0.02, 0.02, 0.1
"""Tolerances."""
STEP_S = 0.01


def pitch_and_time_claims(
    kind: Any, shift_st: float, rate: float, level_db: float, pitch_range: float = 1.0, range_keys: tuple[str, ...] = ()
) -> Iterator[Claim]:
    """A vowel whose pitch glides up and down once a second: how high, how wide, how fast and how loud it comes out."""
    before = vowel().samples.astype(np.float64)
    after = through(kind, vowel())
    (low, wide, _), (high, wider, faster) = (_glide(before, GLIDE_HZ), _glide(after, GLIDE_HZ * rate))
    yield Claim(("f0_shift_st",), "shift of the mean F0", shift_st, semitones(high / low), SHIFT_ST, "st")
    yield Claim(("rate_factor",), "frequency of a pitch glide of 1 Hz", rate, faster / GLIDE_HZ, RATE * rate)
    yield Claim(("rate_factor",), "duration, inverse and relative", rate, before.size / after.size, RATE * rate)
    gain_db = float(20 * np.log10(inside(after).std() / inside(before).std()))
    yield Claim(("level_db",), "change of the RMS level while speech is active", level_db, gain_db, LEVEL_DB, "dB")
    what = "swing of F0 in semitones, relative"
    yield Claim(range_keys, what, pitch_range, wider / wide, RANGE * pitch_range)


def _glide(samples: Any, near_hz: float) -> tuple[float, float, float]:
    track = pitch_track(samples, STEP_S)
    time = np.arange(track.size) * round(STEP_S * RATE_HZ) / RATE_HZ
    return glide_of(track, time, near_hz)
