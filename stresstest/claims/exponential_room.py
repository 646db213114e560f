# SPDX-License-Identifier: Apache-2.0
"""Measures a room of direct sound and exponential tail."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stresstest.claims._decay import decay_time_s, direct_to_reverberant_db
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.exponential_room import ExponentialRoom as Kind
from stresstest.seeds import rng_for

RATE_HZ = 48000


class ExponentialRoom(Instrument):
    """Reverberation time, direct-to-reverberant ratio and the gap between the two parts."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From one response."""
        room = kind.response(RATE_HZ, rng_for(0, "claims", "exponential_room"))
        gap = int(np.argmax(np.abs(room.samples[room.direct + 1 :]) > 0)) + 1
        found_s = decay_time_s(room.samples[room.direct + gap :], RATE_HZ)
        ratio_db = direct_to_reverberant_db(room.samples, RATE_HZ, room.direct, gap / RATE_HZ)
        yield Claim(("rt60_s",), "reverberation time (T30)", kind.rt60_s, found_s, 0.05 * kind.rt60_s, "s")
        yield Claim(("drr_db",), "direct-to-reverberant ratio", kind.drr_db, ratio_db, 1.0, "dB")
        yield Claim(("gap_ms",), "from the direct sound to the tail", kind.gap_ms, gap / RATE_HZ * 1000, 0.05, "ms")
