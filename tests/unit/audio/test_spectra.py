# SPDX-License-Identifier: Apache-2.0
"""Spectra: noise has the bands it was asked for, filters have the response they were given, without delay."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import signal

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.audio.spectra import band_edges, filtered, fir_from_curve, shaped_noise, third_octave_levels
from stresstest.errors import AudioError

OCTAVES = np.array([63.0, 125, 250, 500, 1000, 2000, 4000, 8000])
IRS_SEND = (
    (50, -59.5), (100, -41.7), (125, -32.1), (160, -21.9), (200, -15.5), (250, -10.5), (300, -7.2), (400, -4.1),
    (500, -2.8), (800, -1.1), (1000, 0), (1250, 1.8), (1600, 3.6), (2000, 4.4), (2500, 5.5), (3000, 5.8), (3150, 5.5),
    (3400, 1.7), (3700, -15.2), (4000, -32.9),
)  # fmt: skip


def octave_levels(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Octave levels by summing a periodogram, apart from what the module does."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    freqs = np.fft.rfftfreq(samples.size, 1 / rate_hz)
    edges = band_edges(OCTAVES)
    pairs = pairwise(edges)
    return np.array([10 * np.log10(power[(freqs >= a) & (freqs < b)].sum()) for a, b in pairs])


@pytest.mark.parametrize("rate_hz", [16000, 44100])
def test_noise_has_the_octave_levels_of_its_table(rate_hz: int) -> None:
    levels = np.array([60, 52, 45, 40, 36, 34, 33, 32.0])
    noise = shaped_noise(60 * rate_hz, rate_hz, OCTAVES, levels, np.random.default_rng(0))
    whole = slice(None) if rate_hz > 22000 else slice(0, 7)  # at 16 kHz the last octave is cut
    error = (octave_levels(noise, rate_hz) - levels)[whole]
    assert np.ptp(error) < 0.5


@pytest.mark.parametrize("frames", [1, 7, 400, 40000, 300_000])
def test_longer_noise_begins_like_shorter_noise(frames: int) -> None:
    long = shaped_noise(320_000, 16000, OCTAVES, np.zeros(8), np.random.default_rng(0))
    noise = shaped_noise(frames, 16000, OCTAVES, np.zeros(8), np.random.default_rng(0))
    assert noise.shape == (frames,)
    np.testing.assert_allclose(noise, long[:frames], atol=1e-9)


def test_noise_has_unit_power_in_the_long_run() -> None:
    noise = shaped_noise(60 * 16000, 16000, (1000, 2000, 4000), np.zeros(3), np.random.default_rng(0))
    assert rms_dbov(noise) == pytest.approx(0, abs=0.03)


def test_even_density_means_third_octaves_that_rise_by_one_db() -> None:
    noise = shaped_noise(60 * 16000, 16000, (500, 2000), (0, 0), np.random.default_rng(0), per_hz=True)
    centers, levels = third_octave_levels(noise, 16000)
    inside = (centers > 300) & (centers < 3400)
    slope_db = np.polyfit(np.log10(centers[inside]), levels[inside], 1)[0] / 10
    assert slope_db == pytest.approx(1, abs=0.05)
    assert levels[centers < 200].max() < levels[inside].min() - 30
    assert levels[centers > 5000].max() < levels[inside].min() - 30


def test_a_tone_is_in_its_third_octave_at_its_level() -> None:
    tone = 0.1 * np.sqrt(2) * np.sin(2 * np.pi * 1000 * np.arange(48000) / 16000)
    centers, levels = third_octave_levels(tone, 16000)
    assert centers[levels.argmax()] == pytest.approx(1000)
    assert levels.max() == pytest.approx(-20, abs=0.05)
    assert np.sort(levels)[-2] < -60


def test_a_table_that_does_not_rise_or_lies_above_the_signal_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(AudioError, match="rising"):
        shaped_noise(100, 16000, (500, 250), (0, 0), rng)
    with pytest.raises(AudioError, match="nothing below half of 8000 Hz"):
        shaped_noise(100, 8000, (8000, 16000), (0, 0), rng)


@pytest.mark.parametrize("rate_hz", [8000, 16000, 48000])
def test_a_filter_meets_its_points(rate_hz: int) -> None:
    taps = fir_from_curve(IRS_SEND, rate_hz)
    points = [(f, db) for f, db in IRS_SEND if 160 <= f < rate_hz / 2]
    _, response = signal.freqz(taps, worN=[f for f, _ in points], fs=rate_hz)
    assert 20 * np.log10(np.abs(response)) == pytest.approx([db for _, db in points], abs=0.5)
    assert taps == pytest.approx(taps[::-1], abs=1e-12)


def test_filtering_keeps_length_and_place() -> None:
    samples = np.zeros(3000)
    samples[1234] = 1
    for size in (3000, 1300):  # also shorter than the filter
        out = filtered(Waveform(samples[:size], 16000), fir_from_curve(((100, -20), (1000, 0), (6000, 0)), 16000))
        assert out.samples.size == size
        assert np.abs(out.samples).argmax() == 1234


def test_a_flat_curve_changes_nothing_but_level() -> None:
    wave = Waveform(np.random.default_rng(0).standard_normal(5000), 16000)
    out = filtered(wave, fir_from_curve(((100, -6.0), (1000, -6.0)), 16000))
    assert np.abs(out.samples - wave.samples * 10 ** (-6 / 20)).max() < 1e-5


def test_a_curve_without_rising_frequencies_and_an_even_filter_are_refused() -> None:
    with pytest.raises(AudioError, match="rising frequency"):
        fir_from_curve(((1000, 0), (100, 0)), 16000)
    with pytest.raises(AudioError, match="odd number of taps"):
        filtered(Waveform(np.ones(10), 16000), np.ones(4))
