# SPDX-License-Identifier: Apache-2.0
"""Response, band limit, biquad, self-noise and clipping, measured against what was asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.audio.levels import a_weighted, rms_dbov
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations import Effect
from stresstest.perturbations.band_limit import BandLimit
from stresstest.perturbations.biquad import Biquad
from stresstest.perturbations.clipping import Clipping
from stresstest.perturbations.response import Response
from stresstest.perturbations.self_noise import SelfNoise
from stresstest.profiles.library import Library
from stresstest.seeds import rng_for

RATE_HZ = 16000


def _gain_db(kind: Effect, hz: float, amplitude: float = 0.1) -> float:
    """Change of level of a steady sine, away from the ends."""
    sine = amplitude * np.sin(2 * np.pi * hz * np.arange(32000) / RATE_HZ)
    changed = kind.apply(Waveform(sine.astype(np.float32), RATE_HZ), rng_for(0)).samples
    return rms_dbov(changed[8000:-8000]) - rms_dbov(sine[8000:-8000])


def _irs(path: str) -> Response:
    layers = Library.shipped().get("device", "irs_handset").severities[""]
    (layer,) = (layer for layer in layers if layer.path == path and layer.kind == "response")
    return Response.from_parameters(layer.parameters)


@pytest.mark.parametrize(("hz", "db"), [(200, -15.5), (300, -7.2), (1000, 0.0), (2000, 4.4), (3000, 5.8), (3400, 1.7)])
def test_the_handset_sends_speech_as_p48_says(hz: float, db: float) -> None:
    assert _gain_db(_irs("speech"), hz) == pytest.approx(db, abs=0.5)


@pytest.mark.parametrize(("hz", "db"), [(100, -13.1), (200, -2.7), (400, 0.0), (3000, 0.0)])
def test_the_handset_hears_noise_as_msin_says(hz: float, db: float) -> None:
    assert _gain_db(_irs("noise"), hz) == pytest.approx(db, abs=0.5)


def test_a_response_has_no_delay() -> None:
    click = np.zeros(4001, np.float32)
    click[2000] = 0.5
    changed = _irs("speech").apply(Waveform(click, RATE_HZ), rng_for(0)).samples
    assert np.abs(changed).argmax() == 2000
    np.testing.assert_allclose(changed, changed[::-1], atol=1e-7)


@pytest.mark.parametrize(
    "curve",
    [None, [[100, 0]], [[100, 0], [100, 1]], [[200, 0], [100, 0]], [[0, 0], [9, 0]], [[1, 0, 0], [2, 0, 0]], [1, 2]],
)
def test_what_is_no_curve_is_refused(curve: object) -> None:
    with pytest.raises(ParameterError) as refusal:
        Response.from_parameters({"curve": curve})
    assert refusal.value.key == "curve"


@pytest.mark.parametrize(
    ("hz", "low", "high"), [(200, -200, -50), (400, -0.1, 0.1), (3300, -0.1, 0.1), (3500, -200, -50)]
)
def test_a_band_limit_keeps_its_band_and_nothing_else(hz: float, low: float, high: float) -> None:
    assert low <= _gain_db(BandLimit(300, 3400), hz) <= high


def test_a_band_limit_has_its_edges_at_6_db() -> None:
    assert [_gain_db(BandLimit(300, 3400), hz) for hz in (300, 3400)] == pytest.approx([-6, -6], abs=0.2)


def test_an_open_band_changes_nothing_and_one_out_of_reach_is_refused() -> None:
    wave = Waveform(rng_for(0).standard_normal(500).astype(np.float32), RATE_HZ)
    assert BandLimit(0, 8000).apply(wave, rng_for(0)) is wave
    with pytest.raises(AudioError, match="holds nothing"):
        BandLimit(8000, 9000).apply(wave, rng_for(0))


@pytest.mark.parametrize(
    ("kind", "hz", "db"),
    [
        (Biquad("equalizer", 1000, 2, 9.0), 1000, 9.0),
        (Biquad("equalizer", 1000, 8, 9.0), 7900, 0.0),
        (Biquad("treble", 2800, 0.5, -10.0), 2800, -5.0),
        (Biquad("treble", 2800, 0.5, -10.0), 7950, -10.0),
        (Biquad("treble", 2800, 0.707, -10.0), 20, 0.0),
        (Biquad("bass", 300, 0.707, 12.0), 20, 12.0),
        (Biquad("bass", 300, 0.707, 12.0), 300, 6.0),
        (Biquad("lowpass", 1000, 2**-0.5), 1000, -3.01),
        (Biquad("highpass", 1000, 2**-0.5), 1000, -3.01),
        (Biquad("bandpass", 1000, 3), 1000, 0.0),
    ],
)
def test_a_biquad_has_the_gain_of_the_audio_eq_cookbook(kind: Biquad, hz: float, db: float) -> None:
    assert _gain_db(kind, hz) == pytest.approx(db, abs=0.1)


def test_a_biquad_does_not_clamp_what_exceeds_full_scale() -> None:
    assert _gain_db(Biquad("equalizer", 1000, 2, 20.0), 1000, amplitude=3.0) == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ({"filter": "lowpas", "frequency_hz": 100}, "filter"),
        ({"filter": "lowpass", "frequency_hz": 100, "gain_db": 3}, "gain_db"),
        ({"filter": "treble", "frequency_hz": 100}, "gain_db"),
        ({"filter": "treble", "frequency_hz": 5, "gain_db": 3}, "frequency_hz"),
        ({"filter": "treble", "gain_db": 3}, "frequency_hz"),
    ],
)
def test_a_wrong_biquad_is_refused(parameters: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        Biquad.from_parameters(parameters)
    assert refusal.value.key == key


@pytest.mark.parametrize("rate_hz", [8000, 16000, 48000])
def test_self_noise_has_its_level(rate_hz: int) -> None:
    still = Waveform(np.zeros(10 * rate_hz, np.float32), rate_hz)
    weighted = SelfNoise(-60).apply(still, rng_for(3)).samples
    plain = SelfNoise(-60, "none").apply(still, rng_for(3)).samples
    assert rms_dbov(a_weighted(weighted, rate_hz)) == pytest.approx(-60, abs=0.1)
    assert rms_dbov(plain) == pytest.approx(-60, abs=0.1)


@pytest.mark.parametrize("percent", [0.1, 1, 5, 10])
def test_the_share_of_clipped_samples_is_what_was_asked(percent: float) -> None:
    wave = Waveform(rng_for(1).standard_normal(100000).astype(np.float32), RATE_HZ)
    clipped = Clipping(clipped_percent=percent).apply(wave, rng_for(0)).samples
    changed = clipped != wave.samples
    assert changed.mean() * 100 == pytest.approx(percent, abs=0.002)
    assert np.abs(clipped[changed]).min() == np.abs(clipped).max() <= np.abs(wave.samples[changed]).min()


def test_a_fixed_threshold_clips_there_and_one_key_is_needed() -> None:
    wave = Waveform(np.linspace(-1, 1, 101).astype(np.float32), RATE_HZ)
    clipped = Clipping(threshold_dbov=-6.0).apply(wave, rng_for(0)).samples
    np.testing.assert_allclose(clipped, np.clip(wave.samples, -(10**-0.3), 10**-0.3), rtol=1e-6)
    for parameters in ({}, {"clipped_percent": 1, "threshold_dbov": -6}):
        with pytest.raises(ParameterError, match="either clipped_percent or threshold_dbov"):
            Clipping.from_parameters(parameters)
