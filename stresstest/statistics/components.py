# SPDX-License-Identifier: Apache-2.0
"""How much of the chance in a rate comes from who speaks and how much from the draw of the noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DrawShares:
    """Standard errors of a pooled rate by their cause, and the draws' share of the variance.

    speaker_se: of the speakers. draw_se: of the draws of the noise, alone and in interplay with a speaker.
    draw_share: draw_se² over the sum of both squares, NaN where neither varies.
    """

    draws: int
    speaker_se: float
    draw_se: float
    draw_share: float


def draw_shares(errors: FloatArray, words: FloatArray) -> DrawShares | None:
    """The shares from counts of shape (speakers, draws), every cell with words; None for fewer than two of either.

    The rate Σe / Σw is linearized, y = S·D·(e - rate·w) / Σw, and y split by the two-way crossed random model without
    replication (Searle, Casella & McCulloch 1992, chapter 4): the mean squares of speakers, draws and the rest give
    the variance components by their expectations, and the variance of the mean of y is σ²_s/S + σ²_d/D + σ²_r/(S·D).
    A component below zero counts as zero.
    """
    speakers, draws = errors.shape
    if speakers < 2 or draws < 2:
        return None
    rate = errors.sum() / words.sum()
    y = errors.size * (errors - rate * words) / words.sum()
    by_speaker, by_draw = y.mean(axis=1), y.mean(axis=0)
    rest = np.round(y - by_speaker[:, np.newaxis] - by_draw + y.mean(), 12)
    of_speakers = draws * by_speaker.var(ddof=1)
    of_draws = speakers * by_draw.var(ddof=1)
    of_rest = float(np.square(rest).sum()) / ((speakers - 1) * (draws - 1))
    speaker = max(of_speakers - of_rest, 0.0) / errors.size
    draw = max(of_draws - of_rest, 0.0) / errors.size + of_rest / errors.size
    share = draw / (speaker + draw) if speaker + draw > 0 else math.nan
    return DrawShares(draws, math.sqrt(speaker), math.sqrt(draw), share)
