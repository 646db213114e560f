# SPDX-License-Identifier: Apache-2.0
"""Measures pitch, rate, level and formants of a voice through the time stretch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.claims._pitch_and_time import pitch_and_time_claims
from stresstest.claims._speakers import reaction_along, spread_claims
from stresstest.claims._voice import CLOSE, formants_of, inside, through, vowel
from stresstest.claims.base import Claim, Instrument

FORMANT = 0.03
LEAST_COST_DB = -50.0
"""A round trip has to change at least this much against the signal, or it controls for nothing."""


class PitchTempo(Instrument):
    """A gliding vowel and its formants; for a round trip, all back where they were but not the samples."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        shift, rate = (0.0, 1.0) if kind.round_trip else (kind.f0_shift_st, kind.rate_factor)
        yield from pitch_and_time_claims(kind, shift, rate, kind.level_db, 1.0, ("f0_shift_st",))
        speech = vowel(CLOSE, noise_db=-20.0)
        second = formants_of(speech.samples.astype(np.float64))[1]
        moved = formants_of(through(kind, speech))[1]
        yield Claim(("f0_shift_st",), "second formant of a close vowel", second, moved, FORMANT * second, "Hz")
        if kind.round_trip:
            yield self._cost(kind)
        if reaction := reaction_along(kind, ("f0_shift_st", "level_db"), ("rate_factor",)):
            yield from spread_claims(kind, reaction)

    def _cost(self, kind: Any) -> Claim:
        before, after = vowel().samples.astype(np.float64), through(kind, vowel())
        cost_db = float(20 * np.log10(inside(after - before).std() / inside(before).std() + 1e-12))
        what = f"what is missing from a change of {LEAST_COST_DB:g} dB re the signal"
        return Claim(("round_trip",), what, 0.0, max(LEAST_COST_DB - cost_db, 0.0), 0.0, "dB")
