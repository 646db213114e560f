# SPDX-License-Identifier: Apache-2.0
"""Measures a random handset: that it lies inside its mask, and that its id is one telephone and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from stresstest.claims._transfer import gains_db
from stresstest.claims.base import Claim, Instrument
from stresstest.claims.response import curve_claims

RATES_HZ = (16000, 48000)
PRINTED = {
    "wb_handsfree_send": "100 0 - 200 5 -5 5000 5 -5 6300 5 -10 8000 5 -",
    "nb_handset_send": "100 -12 - 200 0 - 300 0 -12 1000 0 -6 2000 4 -6 3000 4 -6 3400 4 -9 4000 0 -",
}
"""The masks once more as their tables print them: Hz, upper and lower limit in dB, on an arbitrary scale."""

PER_OCTAVE = 8
OTHERS = 20


class RandomHandset(Instrument):
    """Sines eight to an octave against the mask; those of the drawn curve; and the curves of other ids."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        for rate_hz in RATES_HZ:
            excess = _excess_db(kind, rate_hz)
            yield Claim(("mask",), f"dB outside the mask at the best gain, at {rate_hz} Hz", 0.0, excess, 0.1, "dB")
            yield from curve_claims(kind, kind.curve, rate_hz, ("device_id",))
        one = gains_db(kind, RATES_HZ[0], [1000])[0]
        yield Claim(("device_id",), "gain at 1000 Hz", 0.0, float(one), 0.1, "dB")
        others = [replace(kind, device_id=kind.device_id + k).curve for k in range(1, OTHERS + 1)]
        alike = sum(np.abs(np.subtract(kind.curve, other)).max() < 1 for other in others)
        yield Claim(("device_id",), f"of the next {OTHERS} ids, those within 1 dB of it", 0.0, float(alike), 0.0)


def _excess_db(kind: Any, rate_hz: int) -> float:
    """How much wider the measured response is than the mask, 0 where some gain brings it inside."""
    words = PRINTED[kind.mask].split()
    hz, upper, lower = (words[k::3] for k in range(3))
    limits_hz = np.array(hz, float)
    top = min(limits_hz[-1], 0.49 * rate_hz)
    places = np.rint(np.geomspace(limits_hz[0], top, round(PER_OCTAVE * np.log2(top / limits_hz[0])) + 1))
    found = gains_db(kind, rate_hz, places.tolist())
    below = np.interp(np.log(places), np.log(limits_hz), np.array(upper, float)) - found
    bounded = [k for k, limit in enumerate(lower) if limit != "-"]
    at = (places >= limits_hz[bounded[0]]) & (places <= limits_hz[bounded[-1]])
    floor = np.interp(np.log(places), np.log(limits_hz[bounded]), np.array([lower[k] for k in bounded], float))
    return float(max((floor - found)[at].max() - below.min(), 0.0))
