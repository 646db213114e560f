# SPDX-License-Identifier: Apache-2.0
"""Absolute levels as the engine renders them at a device."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np

from stresstest.audio.levels import a_weighted, rms_dbov, speech_level_dbov
from stresstest.claims._path import FLAT, reference, signal_path, talkers
from stresstest.conditions import Condition
from stresstest.engine.render import UtterancePath
from stresstest.profiles import Profile

RATE_HZ = 16000


def noise_dba(profile: Profile, severity: str, level_dba: float) -> float:
    """A-weighted long-term level at a flat device of a noise that is asked for at `level_dba`."""
    one = _talking(replace(profile, snr_reference="long_term"))
    quiet = Condition(speech_dba=level_dba, device=FLAT.name)
    noisy = replace(quiet, noise=reference(profile, severity), snr_db=0)
    noise = one.captured(noisy).samples.astype(np.float64) - one.captured(quiet).samples
    return rms_dbov(a_weighted(noise, RATE_HZ)) + cast(float, FLAT.full_scale_spl_db)


def captured_dbov(profile: Profile, severity: str, speech_dba: float) -> float:
    """A-weighted level in dBov at which a device meets speech of `speech_dba`, before its own response."""
    one = _talking(profile)
    condition = Condition(speech_dba=speech_dba, device=reference(profile, severity))
    speech, captured = one.speech_at_device(condition).samples, one.captured(condition).samples
    return speech_level_dbov(one.speech(condition)[1], "A") + rms_dbov(captured) - rms_dbov(speech)


def _talking(profile: Profile) -> UtterancePath:
    return UtterancePath(signal_path(profile, RATE_HZ, "A"), talkers(RATE_HZ)[0], "claims", 0)
