# SPDX-License-Identifier: Apache-2.0
"""Student's t where an estimate is skewed: limits that are moved outward, never inward.

The change of a few speakers is skewed: a sample that looks near and alike is then often just lucky. The second term
of the Cornish–Fisher expansion of t (Johnson 1978; Hall 1992) moves both limits d ± t s by κ (1 + 2 t²), with
κ = third central moment / (6 s²) of the estimate. Only the limit that this moves outward is moved.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

FloatArray = NDArray[np.float64]


def third_moment(residuals: FloatArray, speakers: int) -> float:
    """Of an estimate, from what each of n speakers adds to its chance: n² / ((n - 1) (n - 2)) Σ r³; 0 under three."""
    n = speakers
    return n**2 / ((n - 1) * (n - 2)) * float((residuals**3).sum()) if n > 2 else 0.0


def limits(value: float, error: float, df: float, third: float, level: float) -> tuple[float, float]:
    """The two limits of an estimate with this standard error, degrees of freedom and third central moment."""
    t = float(stdtrit(df, (1 + level) / 2))
    move = third / (6 * error**2) * (1 + 2 * t**2)
    return value - t * error + min(move, 0.0), value + t * error + max(move, 0.0)


def reached(room: float, error: float, third: float) -> float:
    """The t at which the upper limit has moved by `room`; give -third for the lower. Never more than room / error;
    below 0 where skewness alone moves it farther than that.

    The root of error · t + κ (1 + 2 t²) = room, in the form that stays exact where κ goes to 0.
    """
    lean = max(third, 0.0) / (6 * error**2)
    if lean == 0 or room <= 0:
        return room / error
    inside = error**2 + 8 * lean * (room - lean)
    return 2 * (room - lean) / (error + math.sqrt(max(inside, 0.0)))
