# SPDX-License-Identifier: Apache-2.0
"""The level of a changed voice, set against the voice before the change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.levels import active_speech_level, rms_dbov
from stresstest.errors import AudioError

ROUNDS = 4
NEAR_DB = 0.01
"""ITU-T P.56 does not move exactly with a gain, so the gain is found in a few steps, until it is this near."""


def leveled(changed: Waveform, before: Waveform, level_db: float) -> Waveform:
    """`changed` at an active speech level (ITU-T P.56) `level_db` above that of `before`; the mean counts in neither.

    Where P.56 finds no speech, as in a click or a few milliseconds, the RMS counts. Silence, and any
    constant, gives silence.
    """
    for measure in (_active_dbov, _rms_dbov):
        try:
            return _at(changed, measure(before) + level_db, measure)
        except AudioError:
            continue
    return changed.with_samples(np.zeros(changed.samples.size))


def _at(wave: Waveform, dbov: float, measure: Callable[[Waveform], float]) -> Waveform:
    for _ in range(ROUNDS):
        missing_db = dbov - measure(wave)
        wave = wave.scaled_db(missing_db)
        if abs(missing_db) < NEAR_DB:
            break
    return wave


def _active_dbov(wave: Waveform) -> float:
    return active_speech_level(wave.centered()).dbov


def _rms_dbov(wave: Waveform) -> float:
    return rms_dbov(wave.centered().samples)
