# SPDX-License-Identifier: Apache-2.0
"""The delta modulation of Bluetooth: its bits suffice for a decoder, its step adapts and it follows speech."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.perturbations.cvsd import Cvsd, modulated
from stresstest.seeds import rng_for


def _decoded(bits: np.ndarray) -> tuple[list[float], list[float]]:  # type: ignore[type-arg]
    """What a receiver makes of the bits alone, and its steps: the equations of the specification, one by one.

    Before the first bit it has seen the pattern of silence, 0101.
    """
    heard, steps, estimate, step, seen = [], [], 0.0, 10.0, [False, True, False, True]
    for bit in bits.tolist():
        seen = [*seen[1:], bit]
        step = min(step + 10, 1280.0) if len(set(seen)) == 1 else max(step * (1 - 1 / 1024), 10.0)
        total = min(max(estimate + (step if bit else -step), -32767.0), 32767.0)
        estimate = total * (1 - 1 / 32)
        heard.append(total)
        steps.append(step)
    return heard, steps


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999), st.floats(1, 40000), st.floats(50, 3000))
def test_a_receiver_hears_from_the_bits_what_the_sender_follows(seed: int, level: float, hz: float) -> None:
    time = np.arange(1500) / 64000
    samples = level * np.sin(2 * np.pi * hz * time) + 10 * rng_for(seed).standard_normal(time.size)
    bits, followed = modulated(samples)
    heard, steps = _decoded(bits)
    np.testing.assert_allclose(followed, heard)
    assert 10 <= min(steps) <= max(steps) <= 1280


def test_the_step_reaches_both_its_ends() -> None:
    time = np.arange(16000) / 64000
    _, steep = _decoded(modulated(32000 * np.sin(2 * np.pi * 2000 * time))[0])
    _, quiet = _decoded(modulated(np.zeros(16000))[0])
    assert max(steep) == 1280
    assert max(quiet) == 10


@pytest.mark.parametrize(("hz", "least_db"), [(300, 30), (1000, 25), (2000, 18)])
def test_a_tone_at_the_level_of_speech_is_followed(hz: int, least_db: float) -> None:
    tone = Waveform((0.07 * np.sin(2 * np.pi * hz * np.arange(16000) / 8000)).astype(np.float32), 8000)
    error = Cvsd().apply(tone, rng_for(0)).samples - tone.samples
    assert rms_dbov(tone.samples) - rms_dbov(error[400:-400]) > least_db


def test_silence_stays_far_below_speech() -> None:
    heard = Cvsd().apply(Waveform(np.zeros(16000, np.float32), 16000), rng_for(0)).samples
    assert rms_dbov(heard + 1e-9) < -70
