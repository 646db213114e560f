# SPDX-License-Identifier: Apache-2.0
"""Measures a second-order filter against its analog prototype, by steady sines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._transfer import gains_db
from stresstest.claims.base import Claim, Instrument

RATE_HZ = 16000
TOLERANCE_DB = 0.1
RATIOS = (0.125, 0.25, 0.5, 0.71, 1.0, 1.41, 2.0, 4.0, 8.0)
"""Where it is measured, in units of its frequency."""


class Biquad(Instrument):
    """Sines about the frequency of the filter, as far as the rate reaches.

    The gain claimed is that of the analog filter of the Audio EQ Cookbook (R. Bristow-Johnson) at the frequency that
    the bilinear transform puts there.
    """

    def claims(self, kind: Any) -> Iterator[Claim]:
        hz = np.array([h for r in RATIOS if 10 <= (h := round(r * kind.frequency_hz)) < 0.49 * RATE_HZ], float)
        s = 1j * np.tan(np.pi * hz / RATE_HZ) / math.tan(math.pi * kind.frequency_hz / RATE_HZ)
        claimed = 20 * np.log10(np.maximum(np.abs(_prototype(kind, s)), 1e-6))
        keys = tuple(
            k for k in ("filter", "frequency_hz", "q", "gain_db") if k != "gain_db" or kind.gain_db is not None
        )
        for frequency, right, found in zip(hz, claimed, gains_db(kind, RATE_HZ, hz.tolist()), strict=True):
            yield Claim(keys, f"gain at {frequency:g} Hz", float(right), float(found), TOLERANCE_DB, "dB")


def _prototype(kind: Any, s: NDArray[np.complexfloating]) -> NDArray[np.complexfloating]:
    """The analog filter at the normalized complex frequency s, 1j at its own frequency."""
    a, q = 10 ** ((kind.gain_db or 0.0) / 40), kind.q
    low, high = s**2 + math.sqrt(a) / q * s + a, a * s**2 + math.sqrt(a) / q * s + 1
    plain = s**2 + s / q + 1
    forms = {
        "lowpass": 1 / plain,
        "highpass": s**2 / plain,
        "bandpass": s / q / plain,
        "equalizer": (s**2 + s * a / q + 1) / (s**2 + s / (a * q) + 1),
        "bass": a * low / high,
        "treble": a * high / low,
    }
    return np.asarray(forms[kind.filter])
