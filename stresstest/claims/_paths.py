# SPDX-License-Identifier: Apache-2.0
"""What the engine's two paths of a device do to speech and to noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.claims._path import STAND_IN, reference, signal_path
from stresstest.claims._transfer import gains_db
from stresstest.conditions import Condition
from stresstest.engine.render import UtterancePath
from stresstest.perturbations import Effect, Perturbation
from stresstest.profiles import Layer, Profile
from stresstest.seeds import rng_for

RATE_HZ = 16000
SECONDS = 8
FREQUENCIES_HZ = (125, 250, 500, 1000, 2000, 4000)
FAINTEST_DB = -40
"""Gains below this are stop band, which nothing states."""


def path_gains(
    profile: Profile, severity: str, layers: Sequence[tuple[Layer, Perturbation]], signal: str
) -> list[tuple[float, float, float]]:
    """Frequency in Hz, the gain of `layers` one after the other and that of the engine's path of `signal`, in dB."""
    wanted = np.zeros(len(FREQUENCIES_HZ))
    for _, effect in layers:
        assert isinstance(effect, Effect)
        wanted += gains_db(effect, RATE_HZ, FREQUENCIES_HZ)
    before, after = _before_and_after(profile, severity, signal)
    found = _transfer_db(before, after)
    rows = zip(FREQUENCIES_HZ, wanted, found, strict=True)
    return [(float(hz), float(w), float(f)) for hz, w, f in rows if w > FAINTEST_DB]


def _before_and_after(profile: Profile, severity: str, signal: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    path = signal_path(profile, RATE_HZ)
    voice = 0.05 * rng_for(0, "claims", "voice").standard_normal(SECONDS * RATE_HZ)
    one = UtterancePath(path, Waveform(voice.astype(np.float32), RATE_HZ), "claims", 0)
    condition = Condition(noise=STAND_IN.name, snr_db=0, device=reference(profile, severity))
    speech = one.speech(condition)[0].samples
    if signal == "speech":
        return speech.astype(np.float64), one.speech_at_device(condition).samples.astype(np.float64)
    noise, _ = path.noise(STAND_IN.name, speech.size, "claims", 0)
    return noise.astype(np.float64), one.noise_at_device(condition).astype(np.float64)


def _transfer_db(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain at FREQUENCIES_HZ by cross-spectra of one second."""
    from scipy import signal

    hz, cross = signal.csd(before, after, RATE_HZ, nperseg=RATE_HZ)
    _, own = signal.welch(before, RATE_HZ, nperseg=RATE_HZ)
    gain = np.abs(cross / own)[np.searchsorted(hz, FREQUENCIES_HZ)]
    return np.asarray(20 * np.log10(np.maximum(gain, 1e-12)))
