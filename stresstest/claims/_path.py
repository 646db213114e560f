# SPDX-License-Identifier: Apache-2.0
"""The engine's own signal path over one profile, for claims of whole profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.spectra import shaped_noise
from stresstest.conditions import CLEAN, ConditionGrid
from stresstest.engine.render import SignalPath
from stresstest.profiles import Layer, Profile
from stresstest.seeds import rng_for
from stresstest.study import Component, RenderOptions, Study

SPEECH_HZ = (125, 250, 500, 1000, 2000, 4000)
SPEECH_DB = (60, 63, 64, 57, 52, 48)
"""Octave levels like those of speech, rounded; the talkers stand in for people where a claim does not depend on who."""


STAND_IN = Profile(
    name="claims_noise",
    stage="noise",
    summary="Noise of even octaves.",
    provenance="archetype",
    source="Chosen here.",
    license="Apache-2.0",
    severities={"": (Layer("shaped", {"bands_hz": (125, 250, 500, 1000, 2000, 4000), "levels_db": (0,) * 6}),)},
    digest="",
)
"""The noise with which claims about devices are measured."""

FLAT = replace(
    STAND_IN,
    name="claims_device",
    stage="device",
    summary="A flat microphone.",
    severities={"": (Layer("response", {"curve": ((100, 0.0), (1000, 0.0))}),)},
    full_scale_spl_db=120.0,
)
"""The device with which claims about noise are measured."""


def reference(profile: Profile, severity: str) -> str:
    """How a condition names one severity of a profile."""
    return f"{profile.name}@{severity}" if severity else profile.name


def signal_path(profile: Profile, rate_hz: int, weighting: str | None = None) -> SignalPath:
    """A path whose study knows this profile and the stand-ins, with `talkers` for babble."""
    study = Study(
        name="claims",
        question="Does the profile do what it says?",
        seed=0,
        corpus=Component("none"),
        recognizers={"none": Component("none")},
        grid=ConditionGrid((CLEAN,)),
        profiles={f"{p.stage}/{p.name}": p for p in (STAND_IN, FLAT, profile)},
        render=RenderOptions(rate_hz=rate_hz, snr_weighting=weighting),
    )
    return SignalPath(study, lambda: talkers(rate_hz))


@cache
def talkers(rate_hz: int, number: int = 16, seconds: float = 12.0) -> Sequence[Waveform]:
    """Stand-ins for speakers: noise with the spectrum and the syllables of speech, each with pauses of its own."""
    made = []
    for k in range(number):
        rng = rng_for(0, "talker", k)
        t = np.arange(round(seconds * rate_hz)) / rate_hz
        syllables = np.clip(np.sin(2 * np.pi * rng.uniform(3, 5) * t + rng.uniform(0, 6)), 0, None)
        phrases = np.sin(2 * np.pi * rng.uniform(0.2, 0.4) * t + rng.uniform(0, 6)) > -0.6
        noise = shaped_noise(t.size, rate_hz, SPEECH_HZ, SPEECH_DB, rng)
        made.append(Waveform((0.05 * noise * syllables * phrases).astype(np.float32), rate_hz))
    return tuple(made)
