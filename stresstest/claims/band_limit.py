# SPDX-License-Identifier: Apache-2.0
"""Measures a band limit: where steady sines lose 6 dB, that they lose none inside, and the delay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.claims._transfer import gains_db, lag_samples
from stresstest.claims.base import Claim, Instrument

RATE_HZ = 16000
REACH_HZ, STEP_HZ = 80, 4


class BandLimit(Instrument):
    """Sines every 4 Hz about each edge; an edge beyond the reach of the rate is held to be open."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        low, high = kind.low_hz, min(kind.high_hz, RATE_HZ / 2)
        for key, edge in (("low_hz", low), ("high_hz", high)):
            if edge <= STEP_HZ or edge >= RATE_HZ / 2 - STEP_HZ:
                open_hz = 20.0 if key == "low_hz" else RATE_HZ / 2 - 20
                gain = float(gains_db(kind, RATE_HZ, [open_hz])[0])
                yield Claim((key,), f"gain at {open_hz:g} Hz, where the band is open", 0.0, gain, 0.5, "dB")
            else:
                found = _half_amplitude_hz(kind, edge, rising=key == "low_hz")
                yield Claim((key,), f"frequency of -6 dB about {edge:g} Hz", edge, found, max(2.0, 0.01 * edge), "Hz")
        inside = float(gains_db(kind, RATE_HZ, [(low + high) / 2])[0])
        yield Claim(("low_hz", "high_hz"), f"gain at {(low + high) / 2:g} Hz", 0.0, inside, 0.1, "dB")
        lag = lag_samples(kind, RATE_HZ)
        yield Claim(("low_hz", "high_hz"), "delay by cross-correlation", 0.0, lag, 0.5, "samples")


def _half_amplitude_hz(kind: Any, edge_hz: float, rising: bool) -> float:
    """Where the gain crosses -6.02 dB, straight between sines; NaN where it does not."""
    first, last = max(edge_hz - REACH_HZ, STEP_HZ), min(edge_hz + REACH_HZ, RATE_HZ / 2 - STEP_HZ)
    hz = np.arange(round(first), last, STEP_HZ)
    gains = gains_db(kind, RATE_HZ, hz.tolist())
    if not rising:
        hz, gains = hz[::-1], gains[::-1]
    above = np.flatnonzero(gains >= 20 * np.log10(0.5))
    if not above.size or above[0] == 0:
        return float("nan")
    k = int(above[0])
    part = (20 * np.log10(0.5) - gains[k - 1]) / (gains[k] - gains[k - 1])
    return float(hz[k - 1] + part * (hz[k] - hz[k - 1]))
