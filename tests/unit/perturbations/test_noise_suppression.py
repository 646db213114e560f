# SPDX-License-Identifier: Apache-2.0
"""Noise suppression lowers steady noise and keeps what stands out of it, at any rate and length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.errors import ParameterError
from stresstest.perturbations.noise_suppression import NoiseSuppression
from stresstest.seeds import rng_for

RATE_HZ = 16000


def _applied(kind: NoiseSuppression, samples: np.ndarray, rate_hz: int = RATE_HZ) -> np.ndarray:  # type: ignore[type-arg]
    return kind.apply(Waveform(samples.astype(np.float32), rate_hz), rng_for(0)).samples


def _noise(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:  # type: ignore[type-arg]
    return 0.01 * rng_for(1).standard_normal(round(seconds * rate_hz))


@pytest.mark.parametrize("rate_hz", [8000, 16000, 48000])
@pytest.mark.parametrize("most", [12.0, 18.0])
def test_steady_noise_goes_down_but_never_by_more_than_was_asked(rate_hz: int, most: float) -> None:
    noise = _noise(4, rate_hz)
    changed = _applied(NoiseSuppression(most), noise, rate_hz)
    loss = rms_dbov(noise[2 * rate_hz :]) - rms_dbov(changed[2 * rate_hz :])
    assert 0.7 * most < loss <= most


@pytest.mark.parametrize("hz", [300, 1000, 5000])
def test_a_tone_that_begins_in_the_noise_is_kept(hz: float) -> None:
    noise = _noise(3)
    tone = 0.3 * np.sin(2 * np.pi * hz / RATE_HZ * np.arange(noise.size))
    tone[: 2 * RATE_HZ] = 0
    changed = _applied(NoiseSuppression(), noise + tone)
    part = slice(2 * RATE_HZ + 1600, 2 * RATE_HZ + 6400)
    assert rms_dbov(changed[part]) == pytest.approx(rms_dbov(tone[part]), abs=0.1)
    assert np.corrcoef(changed[part], tone[part])[0, 1] > 0.999


def test_without_smoothing_the_rest_of_the_noise_flickers_more() -> None:
    """Kurtosis of the levels of single frequencies over time: the measure of musical noise."""

    def kurtosis(samples: np.ndarray) -> float:  # type: ignore[type-arg]
        power = np.square(np.abs(np.fft.rfft(samples[RATE_HZ:].reshape(-1, 320), axis=1)))
        return float(np.mean(power**2) / np.mean(power) ** 2)

    noise = _noise(9)
    flicker = [kurtosis(_applied(NoiseSuppression(18, ms), noise)) for ms in (0.0, 20.0)]
    assert kurtosis(noise) < flicker[1] < 0.8 * flicker[0]


def test_no_attenuation_changes_nothing_and_silence_stays_silent() -> None:
    noise = _noise(1)
    np.testing.assert_allclose(_applied(NoiseSuppression(0, 20), noise), noise, atol=1e-7)
    assert not _applied(NoiseSuppression(), np.zeros(8000)).any()


def test_digital_silence_before_speech_costs_it_nothing() -> None:
    burst = np.append(np.zeros(RATE_HZ), 0.1 * rng_for(3).standard_normal(1600))
    changed = _applied(NoiseSuppression(18, 0), burst)
    assert rms_dbov(changed[RATE_HZ + 320 :]) == pytest.approx(rms_dbov(burst[RATE_HZ + 320 :]), abs=0.2)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 4000), st.sampled_from([8000, 11025, 44100]), st.floats(-120, 20), st.floats(0, 60))
def test_it_never_amplifies_and_keeps_the_length(frames: int, rate_hz: int, level: float, most: float) -> None:
    samples = (10 ** (level / 20) * rng_for(frames).standard_normal(frames)).astype(np.float32)
    changed = _applied(NoiseSuppression(most, 10), samples, rate_hz)
    assert changed.size == frames
    assert np.square(changed, dtype=np.float64).sum() <= np.square(samples, dtype=np.float64).sum() * 1.0001


@pytest.mark.parametrize("key", ["max_attenuation_db", "smoothing_ms"])
def test_a_negative_number_is_refused(key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        NoiseSuppression.from_parameters({key: -1})
    assert refusal.value.key == key
