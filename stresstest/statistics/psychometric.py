# SPDX-License-Identifier: Apache-2.0
"""Psychometric curves: error rate against SNR, R(s) = lo + (hi - lo) / (1 + exp(k (s - m))), fitted many at once.

The speech recognition threshold of audiometry is the SNR at which half of the words are understood; here it is the
SNR at which the curve passes a chosen error rate. Logistic curves with floor and lapse: Wichmann & Hill 2001, "The
psychometric function I: fitting, sampling, and goodness of fit".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

FloatArray = NDArray[np.float64]

QUIET_DB = 1000.0
"""Stands for no noise at all: there every curve is at its floor."""

PRIOR = np.array([[0.0, math.log(0.3), -3.0, 1.0], [100.0, 0.7, 1.5, 0.1]])
"""Mean and spread of (m, log k, logit lo, hi), one added observation each, so that a range of SNRs that shows neither
floor nor ceiling still has a curve. A threshold between measured rates hardly feels it."""

_STEPS = 100
_PRECISION = 1e-5  # dB, and the other parameters in their units


@dataclass(frozen=True, slots=True)
class Curve:
    """midpoint_db: SNR halfway between floor and ceiling. slope_per_db: k, above 0. floor, ceiling: error rates."""

    midpoint_db: float
    slope_per_db: float
    floor: float
    ceiling: float

    def rate(self, snr_db: float) -> float:
        """The error rate at an SNR."""
        drop = float(expit(-self.slope_per_db * (snr_db - self.midpoint_db)))
        return self.floor + (self.ceiling - self.floor) * drop


def curve_of(parameters: FloatArray) -> Curve:
    """The curve that one row of parameters stands for."""
    m, log_k, logit_lo, hi = parameters.tolist()
    return Curve(m, math.exp(log_k), float(expit(logit_lo)), hi)


def fit_curves(snrs: FloatArray, rates: FloatArray, weights: FloatArray, start: FloatArray | None = None) -> FloatArray:
    """Parameters (m, log k, logit lo, hi), (fits, 4), of penalized weighted least squares (Levenberg–Marquardt).

    snrs: dB (points,), QUIET_DB for no noise. rates, weights: (fits, points), a weight being the inverse of a variance.
    start: parameters to begin from.
    """
    theta = _start(snrs, rates) if start is None else np.broadcast_to(start, (len(rates), 4)).copy()
    damping = np.full(len(rates), 1e-3)
    cost = _cost(theta, snrs, rates, weights)
    for _ in range(_STEPS):
        step = _step(theta, snrs, rates, weights, damping)
        if np.abs(step).max(initial=0.0) < _PRECISION:
            break
        tried_cost = _cost(theta + step, snrs, rates, weights)
        better = tried_cost < cost
        theta[better], cost[better] = (theta + step)[better], tried_cost[better]
        damping = np.clip(np.where(better, damping / 10, damping * 10), 1e-9, 1e9)
    return theta


def thresholds(parameters: FloatArray, target: float) -> FloatArray:
    """The SNR in dB at which each curve is at the error rate `target`, (fits,); NaN where it never is."""
    m, k = parameters[:, 0], np.exp(parameters[:, 1])
    low, high = expit(parameters[:, 2]), parameters[:, 3]
    inside = (low < target) & (target < high)
    odds = np.where(inside, high - target, 1.0) / np.where(inside, target - low, 1.0)
    found: FloatArray = np.where(inside, m + np.log(odds) / k, np.nan)
    return found


def predicted(parameters: FloatArray, snrs: FloatArray) -> FloatArray:
    """Error rates of the curves, (fits, points)."""
    low, high = expit(parameters[:, 2:3]), parameters[:, 3:4]
    rates: FloatArray = low + (high - low) * _drop(parameters, snrs)
    return rates


def falling(rates: FloatArray, weights: FloatArray) -> FloatArray:
    """The non-increasing sequence nearest to `rates` (points,) in weighted squares: pool adjacent violators."""
    blocks: list[tuple[float, float, int]] = []
    for rate, weight in zip(rates.tolist(), weights.tolist(), strict=True):
        blocks.append((rate, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (a, v, n), (b, w, m) = blocks[-2:]
            blocks[-2:] = [((a * v + b * w) / (v + w), v + w, n + m)]
    return np.array([rate for rate, _, count in blocks for _ in range(count)])


def _drop(theta: FloatArray, snrs: FloatArray) -> FloatArray:
    share: FloatArray = expit(-np.exp(theta[:, 1:2]) * (snrs - theta[:, 0:1]))
    return share


def _start(snrs: FloatArray, rates: FloatArray) -> FloatArray:
    theta = np.tile(PRIOR[0], (len(rates), 1))
    heard = snrs < QUIET_DB
    halfway = np.abs(rates[:, heard] - (rates.min(axis=1, keepdims=True) + 1) / 2).argmin(axis=1)
    theta[:, 0] = snrs[heard][halfway]
    return theta


def _cost(theta: FloatArray, snrs: FloatArray, rates: FloatArray, weights: FloatArray) -> FloatArray:
    misfit = (weights * (rates - predicted(theta, snrs)) ** 2).sum(axis=1)
    cost: FloatArray = misfit + (((theta - PRIOR[0]) / PRIOR[1]) ** 2).sum(axis=1)
    return cost


def _step(
    theta: FloatArray, snrs: FloatArray, rates: FloatArray, weights: FloatArray, damping: FloatArray
) -> FloatArray:
    slopes = _jacobian(theta, snrs)
    weighted = slopes * weights[:, :, None]
    precision = 1 / PRIOR[1] ** 2
    bend = np.einsum("fpi,fpj->fij", weighted, slopes) + np.diag(precision)
    pull = np.einsum("fpi,fp->fi", weighted, rates - predicted(theta, snrs)) - precision * (theta - PRIOR[0])
    diagonal = np.einsum("fii->fi", bend)
    bend = bend + np.eye(4) * (damping[:, None] * diagonal)[:, None, :]
    step = np.linalg.solve(bend, pull[:, :, None])[:, :, 0]
    return np.clip(step, -10.0, 10.0)


def _jacobian(theta: FloatArray, snrs: FloatArray) -> FloatArray:
    """Derivatives of the predicted rates by (m, log k, logit lo, hi), (fits, points, 4)."""
    share, k, low = _drop(theta, snrs), np.exp(theta[:, 1:2]), expit(theta[:, 2:3])
    steep = (theta[:, 3:4] - low) * share * (1 - share)
    return np.stack([steep * k, -steep * k * (snrs - theta[:, 0:1]), low * (1 - low) * (1 - share), share], axis=2)
