# SPDX-License-Identifier: Apache-2.0
"""Every shipped device on signals that no speaker makes, at the rates that recordings have."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.conditions import layers_of
from stresstest.perturbations import Effect
from stresstest.profiles.library import Library
from stresstest.seeds import rng_for

LIBRARY = Library.shipped()
DEVICES = [(name, s) for name in LIBRARY.names("device") for s in LIBRARY.get("device", name).severities]
every_device = pytest.mark.parametrize(("name", "severity"), DEVICES, ids=[f"{n}@{s}".rstrip("@") for n, s in DEVICES])


def _passed(name: str, severity: str, samples: np.ndarray, rate_hz: int, path: str) -> np.ndarray:  # type: ignore[type-arg]
    """What a device makes of speech (`path` speech) or of noise."""
    wave = Waveform(samples.astype(np.float32), rate_hz)
    for k, (layer, kind) in enumerate(layers_of(LIBRARY.get("device", name), severity)):
        if layer.path in (path, "mixture"):
            wave = cast(Effect, kind).apply(wave, rng_for(3, name, k))
    assert wave.rate_hz == rate_hz
    assert wave.samples.size == samples.size
    return wave.samples


@every_device
@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100])
@pytest.mark.parametrize("path", ["speech", "noise"])
def test_silence_gives_no_more_than_the_noise_of_the_device(name: str, severity: str, rate_hz: int, path: str) -> None:
    heard = _passed(name, severity, np.zeros(rate_hz), rate_hz, path)
    gained = 30 if name == "automatic_gain_control" else 0
    level_dbov = 20 * np.log10(np.sqrt(np.mean(np.square(heard, dtype=np.float64))) + 1e-12)
    assert level_dbov < -60 + gained


@every_device
@pytest.mark.parametrize("rate_hz", [8000, 48000])
def test_an_offset_stays_an_offset(name: str, severity: str, rate_hz: int) -> None:
    """0.1 of full scale, constant: nothing swings, nothing grows by more than a gain control may give."""
    heard = _passed(name, severity, np.full(rate_hz, 0.1), rate_hz, "speech")
    assert np.abs(heard).max() < 0.3
    settled = heard[rate_hz // 4 : -rate_hz // 4]
    assert settled.std() < 0.02


@every_device
def test_a_signal_beyond_full_scale_stays_finite(name: str, severity: str) -> None:
    loud = 30 * rng_for(5).standard_normal(8000)
    heard = _passed(name, severity, loud, 16000, "speech")
    assert np.abs(heard).max() < 1000


@pytest.mark.parametrize("name", LIBRARY.names("device"))
def test_a_device_says_what_its_full_scale_is(name: str) -> None:
    assert LIBRARY.get("device", name).full_scale_spl_db is not None
