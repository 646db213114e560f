# SPDX-License-Identifier: Apache-2.0
"""Laws that every source of noise keeps, whatever its length, rate and seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.perturbations.alarm import Alarm
from stresstest.perturbations.babble import Babble
from stresstest.perturbations.base import Source
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.perturbations.shaped import Shaped
from stresstest.perturbations.tone import Tone

GATED: dict[str, tuple[Source, float]] = {
    "tone": (Tone(f0_hz=1000, rep_hz=0.2, duty=0.1), 0.5),
    "fast tone": (Tone(f0_hz=500, rep_hz=16, duty=0.5, rise_s=0.005, rep_jitter=0.2), 0.5 / 16 * 0.8),
    "alarm": (Alarm(onsets_ms=(0, 440, 880), pulse_ms=220, rise_ms=30, f0_hz=550, burst_gap_s=15), 0.22),
    "pulsed noise": (PulsedNoise(1.0, (0, 0.45), (90, 75), 500, 2000, cycle_jitter=0.1), 0.075 * 0.9),
}
"""Sources that are silent outside their pulses, and their shortest pulse in seconds."""
STEADY: dict[str, Source] = {
    "steady tone": Tone(f0_hz=400, harmonics=((1, 0.0), (2, -6.0)), drift=0.002, tone_to_noise_db=20),
    "shaped": Shaped(bands_hz=(250, 500, 1000), levels_db=(0, -3, -6)),
    "babble": Babble(talkers=2),
}
SOURCES = {**{name: source for name, (source, _) in GATED.items()}, **STEADY}
_RNG = np.random.default_rng(0)
POOL = [Waveform(0.1 * _RNG.standard_normal(12000), 16000) for _ in range(3)]


@pytest.mark.parametrize("name", SOURCES)
@given(seed=st.integers(0, 10**6), frames=st.integers(16, 20000), rate_hz=st.sampled_from([8000, 16000]))
@settings(deadline=None, max_examples=25)
def test_a_source_sounds_and_its_seed_is_all_its_chance(name: str, seed: int, frames: int, rate_hz: int) -> None:
    made = SOURCES[name].generate(frames, rate_hz, np.random.default_rng(seed), POOL)
    again = SOURCES[name].generate(frames, rate_hz, np.random.default_rng(seed), POOL)
    assert made.samples.shape == made.active.shape == (frames,)
    assert made.samples.dtype == np.float64
    assert np.isfinite(made.samples).all()
    assert np.square(made.samples[made.active]).sum() > 0
    assert np.array_equal(made.samples, again.samples)
    assert np.array_equal(made.active, again.active)


@pytest.mark.parametrize("name", GATED)
@given(seed=st.integers(0, 10**6), frames=st.integers(100, 40000))
@settings(deadline=None, max_examples=25)
def test_an_intermittent_source_is_heard_for_50_ms_or_a_pulse_and_silent_elsewhere(
    name: str, seed: int, frames: int
) -> None:
    source, shortest_s = GATED[name]
    made = source.generate(frames, 16000, np.random.default_rng(seed), POOL)
    assert made.active.sum() >= min(0.05 * 16000, int(shortest_s * 16000) - 1, frames // 2)
    assert not made.samples[~made.active].any()


@pytest.mark.parametrize("name", STEADY)
@given(seed=st.integers(0, 10**6))
@settings(deadline=None, max_examples=5)
def test_a_steady_source_is_active_throughout(name: str, seed: int) -> None:
    assert STEADY[name].generate(4000, 16000, np.random.default_rng(seed), POOL).active.all()


@pytest.mark.parametrize("name", SOURCES)
def test_another_seed_is_another_noise(name: str) -> None:
    first, second = (SOURCES[name].generate(8000, 16000, np.random.default_rng(seed), POOL).samples for seed in (1, 2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", SOURCES)
def test_no_global_generator_is_touched(name: str) -> None:
    np.random.seed(5)
    before = np.random.get_state()[1].tolist()
    SOURCES[name].generate(4000, 16000, np.random.default_rng(0), POOL)
    assert np.random.get_state()[1].tolist() == before
