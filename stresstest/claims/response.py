# SPDX-License-Identifier: Apache-2.0
"""Measures a response: the gain of steady sines at the points of its curve, and its delay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stresstest.claims._transfer import gains_db, lag_samples
from stresstest.claims.base import Claim, Instrument

RATES_HZ = (16000, 48000)
TOLERANCE_DB = 0.5
LOWEST_HZ, LOWEST_DB, HIGHEST_OF_RATE = 100.0, -40.0, 0.45
"""The band where a response is held to its curve; below that level it has to reject, not to follow."""


class Response(Instrument):
    """Sines through the filter at two rates, and the cross-correlation of noise."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        for rate_hz in RATES_HZ:
            yield from curve_claims(kind, kind.curve, rate_hz, ("curve",))
        lag = lag_samples(kind, RATES_HZ[0])
        yield Claim(("curve",), "delay by cross-correlation", 0.0, lag, 0.5, "samples")


def curve_claims(
    effect: Any, curve: tuple[tuple[float, float], ...], rate_hz: int, keys: tuple[str, ...]
) -> Iterator[Claim]:
    """One claim for each point of `curve` that lies in the band at `rate_hz`, or has to be rejected there."""
    points = [(hz, db) for hz, db in curve if LOWEST_HZ <= hz <= HIGHEST_OF_RATE * rate_hz]
    if not points:
        return
    for (hz, db), found in zip(points, gains_db(effect, rate_hz, [hz for hz, _ in points]), strict=True):
        if db >= LOWEST_DB:
            yield Claim(keys, f"gain at {hz:g} Hz, at a rate of {rate_hz} Hz", db, float(found), TOLERANCE_DB, "dB")
        else:
            excess = max(float(found) - LOWEST_DB, 0.0)
            what = f"gain above {LOWEST_DB:g} dB at {hz:g} Hz, at a rate of {rate_hz} Hz"
            yield Claim(keys, what, 0.0, excess, TOLERANCE_DB, "dB")
