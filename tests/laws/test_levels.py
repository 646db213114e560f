# SPDX-License-Identifier: Apache-2.0
"""Laws of levels: gain, silence around speech, and weighting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.levels import a_weighted, active_speech_level, rms_dbov

RATE = 8000


def speechlike(seed: int, seconds: float = 1.0) -> Waveform:
    """Noise in syllables of random level, followed by a second of silence."""
    rng = np.random.default_rng(seed)
    knots = rng.uniform(-30, 0, int(seconds * 6) + 2)
    frames = int(seconds * RATE)
    level_db = np.interp(np.arange(frames) / RATE * 6, np.arange(knots.size), knots)
    samples = 0.1 * rng.standard_normal(frames) * 10 ** (level_db / 20)
    return Waveform(np.concatenate((samples, np.zeros(RATE))), RATE)


@given(seed=st.integers(0, 10**6), halvings=st.integers(0, 4))
@settings(deadline=None, max_examples=30)
def test_half_the_amplitude_is_6_db_less_at_the_same_activity(seed: int, halvings: int) -> None:
    """Exact for powers of two, the spacing of the thresholds."""
    wave = speechlike(seed)
    loud, soft = active_speech_level(wave), active_speech_level(wave.with_samples(wave.samples * 0.5**halvings))
    assert soft.dbov == pytest.approx(loud.dbov - halvings * 20 * np.log10(2), abs=1e-6)
    assert soft.activity == pytest.approx(loud.activity, abs=1e-6)


@given(seed=st.integers(0, 10**6), gain_db=st.floats(-20, 12))
@settings(deadline=None, max_examples=30)
def test_a_gain_moves_the_level_by_itself_within_half_the_spacing_of_thresholds(seed: int, gain_db: float) -> None:
    """The recommendation's thresholds are fixed and 6 dB apart; between them the level is interpolated."""
    wave = speechlike(seed)
    change = active_speech_level(wave.scaled_db(gain_db)).dbov - active_speech_level(wave).dbov
    assert change == pytest.approx(gain_db, abs=3.0)


@given(seed=st.integers(0, 10**6), more_s=st.floats(0.1, 5))
@settings(deadline=None, max_examples=30)
def test_more_silence_after_speech_lowers_activity_and_leaves_the_level(seed: int, more_s: float) -> None:
    wave = speechlike(seed)
    longer = wave.with_samples(np.concatenate((wave.samples, np.zeros(int(more_s * RATE)))))
    before, after = active_speech_level(wave), active_speech_level(longer)
    assert after.dbov == pytest.approx(before.dbov, abs=1e-6)
    assert after.activity == pytest.approx(before.activity * wave.samples.size / longer.samples.size, rel=1e-6)


@given(seed=st.integers(0, 10**6))
@settings(deadline=None, max_examples=30)
def test_the_active_level_is_never_under_the_rms_and_activity_is_a_share(seed: int) -> None:
    wave = speechlike(seed)
    measured = active_speech_level(wave)
    assert 0 < measured.activity <= 1
    assert rms_dbov(wave.samples) == pytest.approx(measured.dbov + 10 * np.log10(measured.activity), abs=1e-9)


@given(seed=st.integers(0, 10**6), first=st.floats(-2, 2), second=st.floats(-2, 2), frames=st.integers(1, 3000))
@settings(deadline=None, max_examples=30)
def test_a_weighting_is_linear(seed: int, first: float, second: float, frames: int) -> None:
    a, b = np.random.default_rng(seed).standard_normal((2, frames))
    apart = first * a_weighted(a, RATE) + second * a_weighted(b, RATE)
    assert a_weighted(first * a + second * b, RATE) == pytest.approx(apart, abs=1e-9)
