# SPDX-License-Identifier: Apache-2.0
"""The mean of speakers' rates as a pooled rate: every speaker counts alike, however much each has spoken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.statistics.linearized import rates

FloatArray = NDArray[np.float64]


def equal_words(errors: FloatArray, words: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Errors and words, both (speakers, conditions), in which each speaker keeps the rate and has the mean word count.

    Their pooled rate in any set of speakers is the mean of the rates, and the linearized variance that of a mean of n
    numbers, s² / n. The total of words in a condition stays, so that a floor under a variance does too. Speakers
    without words stay without.
    """
    heard = words > 0
    mean = rates(words.sum(axis=0), heard.sum(axis=0).astype(np.float64))
    equal = np.where(heard, np.broadcast_to(mean, words.shape), 0.0)
    return np.where(heard, rates(errors, words), 0.0) * equal, equal
