# SPDX-License-Identifier: Apache-2.0
"""Rows of the table that need a ladder of SNRs: what an accent costs in decibels. A quarter of the worlds is tried."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from calibration.methods import array, holds, method
from calibration.worlds import Batch
from stresstest.statistics import SpeakerCounts
from stresstest.statistics.psychometric import QUIET_DB
from stresstest.statistics.thresholds import Shift, Threshold, fit_group, shift, threshold
from stresstest.statistics.worlds import GroupLaw

FloatArray = NDArray[np.float64]

SNRS = (-10.0, -5.0, 0.0, 5.0, 10.0, 15.0)
TARGET = 0.5
EVERY = 4


@method("shift of the last accent beside the first, dB", "interval")
def shift_interval(batch: Batch) -> FloatArray:
    return array(None if s is None else holds(s.interval, true_shift_db(batch)) for s in shifts(batch))


@method("accent costs decibels: p", "test")
def shift_p(batch: Batch) -> FloatArray:
    return array(None if s is None else s.p_value <= 0.05 for s in shifts(batch))


@method("shift of the last accent beside the first, in dB", "estimate")
def shift_bias(batch: Batch) -> FloatArray:
    return array(None if s is None else s.value_db - true_shift_db(batch) for s in shifts(batch))


def true_shift_db(batch: Batch) -> float:
    """Between the SNRs at which the true rates of the two groups are TARGET."""
    return true_threshold_db(batch.laws[-1]) - true_threshold_db(batch.laws[0])


def true_threshold_db(law: GroupLaw) -> float:
    """The SNR at which a group's expected rate is TARGET."""
    return float(brentq(lambda snr_db: law.expected(law.nominal(snr_db)) - TARGET, -40, 40))


def shifts(batch: Batch) -> list[Shift | None]:
    """Of every fourth world; None where the tool refuses a curve or a threshold."""
    if "shifts" not in batch.kept:
        batch.kept["shifts"] = [_shift(batch, world) for world in range(0, batch.worlds, EVERY)]
    found: list[Shift | None] = batch.kept["shifts"]
    return found


def _shift(batch: Batch, world: int) -> Shift | None:
    ends = [_threshold(batch, g, world) for g in (0, batch.setting.groups - 1)]
    return shift(ends[1], [ends[0]]) if all(isinstance(e, Threshold) for e in ends) else None  # type: ignore[arg-type]


def _threshold(batch: Batch, g: int, world: int) -> Threshold | str:
    tables = [batch.table(snr_db) for snr_db in (*SNRS, None)]
    errors, words = (np.stack([getattr(t, n)[:, world] for t in tables], axis=1) for n in ("errors", "words"))
    here = np.flatnonzero(batch.codes == g)
    names = tuple(map(str, here))
    fit = fit_group(SpeakerCounts(names, ("g",) * here.size, errors[here], words[here]), [*SNRS, QUIET_DB])
    return fit if isinstance(fit, str) else threshold(fit, TARGET, [*SNRS, QUIET_DB])
