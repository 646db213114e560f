# SPDX-License-Identifier: Apache-2.0
"""Levels with known answers, and P.56 against an oracle that goes sample by sample."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.audio.levels import (
    a_weighted,
    a_weighting_db,
    active_speech_level,
    rms_dbov,
    speech_level_dbov,
)
from stresstest.errors import AudioError


def p56_oracle(samples: list[float], rate_hz: int) -> tuple[float, float]:
    """ITU-T P.56 method B as its text goes: smooth twice, count with hangover, interpolate at 15.9 dB."""
    g = math.exp(-1 / (rate_hz * 0.03))
    hangover = round(0.2 * rate_hz)
    thresholds = [2.0**-n for n in range(15, 0, -1)]
    active, since, p, q, energy = [0] * 15, [hangover] * 15, 0.0, 0.0, 0.0
    for x in samples:
        energy += x * x
        p = g * p + (1 - g) * abs(x)
        q = g * q + (1 - g) * p
        for j, threshold in enumerate(thresholds):
            if q >= threshold:
                active[j], since[j] = active[j] + 1, 0
            elif since[j] < hangover:
                active[j], since[j] = active[j] + 1, since[j] + 1
    before: tuple[float, float] | None = None
    for count, threshold in zip(active, thresholds, strict=True):
        level = 10 * math.log10(energy / count)
        excess = level - 20 * math.log10(threshold) - 15.9
        if excess <= 0:
            assert before is not None
            level = before[0] + (level - before[0]) * before[1] / (before[1] - excess)
            return level, 10 ** ((10 * math.log10(energy / len(samples)) - level) / 10)
        before = level, excess
    raise AssertionError("no crossing")


def speechlike(seed: int, rate_hz: int, seconds: float) -> Waveform:
    """Noise whose level wanders by tens of dB several times a second, with pauses."""
    rng = np.random.default_rng(seed)
    frames = int(rate_hz * seconds)
    knots = rng.uniform(-50, 0, int(seconds * 6) + 2)
    level_db = np.interp(np.arange(frames) / rate_hz * 6, np.arange(knots.size), knots)
    return Waveform(0.1 * rng.standard_normal(frames) * 10 ** (level_db / 20), rate_hz)


@pytest.mark.parametrize(("seed", "rate_hz"), [(0, 8000), (1, 8000), (2, 16000), (3, 11025), (4, 16000)])
def test_active_level_is_the_oracles(seed: int, rate_hz: int) -> None:
    wave = speechlike(seed, rate_hz, 1.5)
    level, activity = p56_oracle(wave.samples.astype(float).tolist(), rate_hz)
    measured = active_speech_level(wave)
    assert measured.dbov == pytest.approx(level, abs=1e-6)
    assert measured.activity == pytest.approx(activity, abs=1e-8)


def test_a_steady_tone_is_all_active_at_its_rms() -> None:
    wave = Waveform(0.1 * math.sqrt(2) * np.sin(np.arange(80000) * 0.3), 16000)
    measured = active_speech_level(wave)
    assert measured.dbov == pytest.approx(-20, abs=0.1)  # the envelope's rise is missing from the count
    assert measured.activity == pytest.approx(1, abs=0.02)


def test_tone_bursts_have_the_level_of_the_burst_and_the_activity_of_burst_and_hangover() -> None:
    on = 0.1 * math.sqrt(2) * np.sin(np.arange(16000) * 0.3)
    wave = Waveform(np.tile(np.concatenate((on, np.zeros(48000))), 5), 16000)
    measured = active_speech_level(wave)
    active_s = 1 + 0.2 + 0.1  # the hangover, and about 0.1 s in which the envelope falls by 15.9 dB
    assert measured.activity == pytest.approx(active_s / 4, abs=0.01)
    assert measured.dbov == pytest.approx(-20 - 10 * math.log10(active_s), abs=0.15)


def test_silence_clicks_and_whispers_below_the_lowest_threshold_are_refused() -> None:
    click = np.zeros(16000)
    click[800] = 1
    for samples in (np.zeros(16000), click, 1e-5 * np.sin(np.arange(16000))):
        with pytest.raises(AudioError, match="No active speech in"):
            active_speech_level(Waveform(samples, 16000))


def test_rms_of_a_full_scale_square_wave_is_0_dbov_and_silence_has_none() -> None:
    assert rms_dbov(np.tile([1.0, -1.0], 50)) == pytest.approx(0)
    assert rms_dbov(np.tile(np.float32([0.5, -0.5]), 50)) == pytest.approx(-6.0206, abs=1e-4)
    with pytest.raises(AudioError, match="silent"):
        rms_dbov(np.zeros(10))


def test_a_weighting_has_the_values_of_the_standards_table() -> None:
    """IEC 61672-1:2013, table 3, rounded there to 0.1 dB."""
    exact_hz = 1000 * 10 ** (np.array([-15, -12, -9, -6, -3, 0, 3, 6, 9]) / 10)
    table_db = [-39.4, -26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1]
    assert a_weighting_db(exact_hz) == pytest.approx(table_db, abs=0.051)
    assert a_weighting_db(0.0) == -np.inf


@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100])
def test_a_weighted_tones_follow_the_curve_up_to_two_fifths_of_the_rate(rate_hz: int) -> None:
    for freq_hz in (50, 100, 440, 1000, 2900, 0.4 * rate_hz):
        tone = np.sin(2 * np.pi * freq_hz * np.arange(rate_hz) / rate_hz)
        gain_db = rms_dbov(a_weighted(tone, rate_hz)) - rms_dbov(tone)
        assert gain_db == pytest.approx(float(a_weighting_db(freq_hz)), abs=0.05)


def test_the_a_weighted_speech_level_of_a_tone_moves_by_the_weighting() -> None:
    tone = Waveform(0.1 * np.sin(2 * np.pi * 250 * np.arange(32000) / 16000), 16000)
    change = speech_level_dbov(tone, "A") - speech_level_dbov(tone)
    assert change == pytest.approx(float(a_weighting_db(250)), abs=0.05)
    with pytest.raises(AudioError, match="A or none; got 'C'"):
        speech_level_dbov(tone, "C")
