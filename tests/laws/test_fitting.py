# SPDX-License-Identifier: Apache-2.0
"""Laws of fitting a room: whatever its parameters, they come back."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rooms import room_of

from stresstest.fitting.fit import Labels, fit
from stresstest.fitting.recording import Recording
from stresstest.fitting.speech import speech_frames
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.perturbations.tone import Tone

FALLING = st.lists(st.floats(-9, 0), min_size=0, max_size=2)


@st.composite
def tones(draw: st.DrawFn) -> Tone:
    """A tone with up to three partials under 6 kHz: steady, drifting, or in pulses."""
    f0_hz = draw(st.floats(200, 2000))
    harmonics = ((1, 0.0), *((k, db) for k, db in enumerate(draw(FALLING), 2)))
    course = draw(st.sampled_from(["steady", "drifting", "repeating"]))
    if course == "drifting":
        return Tone(f0_hz=f0_hz, harmonics=harmonics, drift=draw(st.floats(0.001, 0.005)))
    if course == "repeating":
        rate, duty = draw(st.floats(0.35, 3)), draw(st.floats(0.15, 0.6))
        jitter = draw(st.sampled_from([0.0, 0.02]))
        return Tone(f0_hz=f0_hz, harmonics=harmonics, rep_hz=rate, duty=duty, rep_jitter=jitter)
    return Tone(f0_hz=f0_hz, harmonics=harmonics)


@given(tone=tones(), level_db=st.floats(3, 12), burst_hz=st.floats(0.5, 2.5), seed=st.integers(0, 1000))
@settings(max_examples=4, deadline=None, derandomize=True)
def test_lines_within_1_hz_rates_within_1_percent_and_the_spectrum_within_1_5_db(
    tone: Tone, level_db: float, burst_hz: float, seed: int
) -> None:
    bursts = PulsedNoise(burst_hz, (0,), (180 / burst_hz,), 2500, 6000, rise_ms=5)
    room = room_of(30, seed, (tone, level_db), (bursts, 0.0))
    clean = ~speech_frames(room)
    found = fit(Recording(room, clean, room.seconds, float(1 - clean.mean()), 0.0, 0.0, ()), Labels("room"))
    assert clean.mean() > 0.9
    for k, _ in tone.harmonics:
        assert min(abs(line.hz - k * tone.f0_hz) for line in found.lines) < 1
    if tone.rep_hz:
        rates = [1 / s.loudest.cycle.period_s for s in found.series if s.loudest.cycle is not None]
        assert min(abs(rate / tone.rep_hz - 1) for rate in rates) < 0.01
    rates = [1 / b.cycle.period_s for b in found.noise.bursts]
    assert min(abs(rate / burst_hz - 1) for rate in rates) < 0.01
    assert found.goodness.worst_db < 1.5
    assert np.isfinite(found.recorded.levels_db).all()
