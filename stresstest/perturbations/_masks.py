# SPDX-License-Identifier: Apache-2.0
"""Masks for the sending response of telephones, and the typical telephone inside each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float64s = NDArray[np.float64]


@dataclass(frozen=True)
class Mask:
    """`limits`: (Hz, upper dB, lower dB), straight in dB over log f between points; a lower limit may be -inf.

    The limits are on an arbitrary scale: a response complies where some gain brings it inside. `typical`: (Hz, dB),
    a response in the middle of the mask, chosen here; it goes on beyond the mask, where the mask says nothing.
    """

    limits: tuple[tuple[float, float, float], ...]
    typical: tuple[tuple[float, float], ...]

    def between(self, hz: Float64s) -> tuple[Float64s, Float64s]:
        """The upper and the lower limit in dB at frequencies in Hz; infinite outside the mask."""
        points = np.array(self.limits)
        log_f, at = np.log(points[:, 0]), np.log(hz)
        upper = np.interp(at, log_f, points[:, 1], left=math.inf, right=math.inf)
        bounded = np.isfinite(points[:, 2])
        lower = np.interp(at, log_f[bounded], points[bounded, 2], left=-math.inf, right=-math.inf)
        return upper, lower

    def gains_db(self, hz: Float64s, response_db: Float64s) -> tuple[float, float]:
        """The least and the greatest gain that brings a response inside; the least above the greatest if none does."""
        upper, lower = self.between(hz)
        return float((lower - response_db).max()), float((upper - response_db).min())


NONE = -math.inf

MASKS: Mapping[str, Mask] = {
    "wb_handsfree_send": Mask(
        limits=((100, 0, NONE), (200, 5, -5), (5000, 5, -5), (6300, 5, -10), (8000, 5, NONE)),
        typical=((50, -20), (100, -8), (200, 0), (5000, 0), (6300, -2.5), (8000, -8), (16000, -40)),
    ),
    "nb_handset_send": Mask(
        limits=(
            (100, -12, NONE), (200, 0, NONE), (300, 0, -12), (1000, 0, -6), (2000, 4, -6), (3000, 4, -6),
            (3400, 4, -9), (4000, 0, NONE),
        ),
        typical=((50, -40), (100, -24), (200, -10), (300, -6), (1000, -3), (2000, -1), (3000, -1), (3400, -2.5),
                 (4000, -12), (4600, -60)),
    ),
}  # fmt: skip
"""3GPP TS 26.131: `wb_handsfree_send` is table 13 of Release 18, wideband hand-held hands-free sending, as read on
tech-invite.com. `nb_handset_send` is the narrowband handset mask as remembered, not compared with the standard."""
