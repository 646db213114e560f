# SPDX-License-Identifier: Apache-2.0
"""Gain control follows the level it is fed, at any rate, and does nothing rash in silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.errors import ParameterError
from stresstest.perturbations.agc import Agc
from stresstest.seeds import rng_for


def _tone(level_dbov: float, seconds: float, rate_hz: int = 16000) -> np.ndarray:  # type: ignore[type-arg]
    return (
        10 ** (level_dbov / 20) * np.sqrt(2) * np.sin(2 * np.pi * 500 / rate_hz * np.arange(round(seconds * rate_hz)))
    )


def _applied(kind: Agc, samples: np.ndarray, rate_hz: int = 16000) -> np.ndarray:  # type: ignore[type-arg]
    return kind.apply(Waveform(samples.astype(np.float32), rate_hz), rng_for(0)).samples


@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100, 48000])
@pytest.mark.parametrize(("level", "expected"), [(-30, -20), (-10, -20), (-38, -20), (-60, -40)])
def test_a_steady_tone_ends_at_the_target_or_as_near_as_the_gain_goes(
    rate_hz: int, level: float, expected: float
) -> None:
    kind = Agc(attack_ms=5, release_ms=50, max_gain_db=20)
    assert rms_dbov(_applied(kind, _tone(level, 1, rate_hz), rate_hz)[-rate_hz // 5 :]) == pytest.approx(
        expected, abs=0.1
    )


def test_silence_stays_silent_and_a_pause_is_amplified_unless_gated() -> None:
    assert not _applied(Agc(), np.zeros(16000)).any()
    hiss = 10 ** (-60 / 20) * rng_for(1).standard_normal(32000)
    talk_then_pause = np.append(_tone(-20, 1), hiss)
    free, gated = (_applied(kind, talk_then_pause)[-8000:] for kind in (Agc(), Agc(gate_dbov=-50.0)))
    assert rms_dbov(free) - rms_dbov(hiss[-8000:]) == pytest.approx(20, abs=1)
    assert rms_dbov(gated) - rms_dbov(hiss[-8000:]) == pytest.approx(0, abs=1)


def test_a_loud_onset_exceeds_the_target_until_the_attack_is_over() -> None:
    changed = _applied(Agc(attack_ms=20, release_ms=200), np.append(_tone(-40, 2), _tone(-10, 1)))
    onset = [rms_dbov(changed[32000 + k * 160 :][:160]) for k in range(30)]
    assert onset[0] > 0
    assert onset[-1] == pytest.approx(-20, abs=0.1)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 3000), st.sampled_from([8000, 11025, 16000, 48000]), st.floats(-90, 20), st.integers(0, 9))
def test_the_gain_stays_between_its_limits(frames: int, rate_hz: int, level: float, seed: int) -> None:
    samples = (10 ** (level / 20) * rng_for(seed).standard_normal(frames)).astype(np.float32)
    changed = _applied(Agc(max_gain_db=20, min_gain_db=-30), samples, rate_hz)
    assert changed.size == frames
    assert (np.abs(changed) <= np.abs(samples) * 10 ** (20 / 20) * 1.0001).all()
    assert (np.abs(changed) >= np.abs(samples) * 10 ** (-30 / 20) * 0.9999).all()
    assert (np.sign(changed) == np.sign(samples)).all()


def test_it_acts_at_the_start_of_a_long_file_as_in_a_short_one() -> None:
    samples = 0.05 * rng_for(2).standard_normal(40000)
    np.testing.assert_allclose(_applied(Agc(), samples)[:16000], _applied(Agc(), samples[:16000]), rtol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ({"attack_ms": 0}, "attack_ms"),
        ({"gate_dbov": -10}, "gate_dbov"),
        ({"max_gain_db": 0, "min_gain_db": 0}, "max_gain_db"),
        ({"target_dbov": 3}, "target_dbov"),
    ],
)
def test_a_gain_control_that_makes_no_sense_is_refused(parameters: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        Agc.from_parameters(parameters)
    assert refusal.value.key == key
