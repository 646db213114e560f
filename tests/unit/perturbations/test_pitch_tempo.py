# SPDX-License-Identifier: Apache-2.0
"""Pitch, rate, level and formants, each measured on its own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import linalg, signal

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations.pitch_tempo import PitchTempo
from stresstest.seeds import rng_for

RATE_HZ = 16000
CHANGES = [(2, 1.12), (-1, 0.9), (1, 1.06), (3.3, 1.2), (-1.5, 0.85)]
Array = np.ndarray[Any, Any]


def _apply(kind: PitchTempo, samples: Array) -> Array:
    return kind.apply(Waveform(samples.astype(np.float32), RATE_HZ), rng_for(0)).samples


def _voice(f0_hz: float, frames: int = 40000) -> Array:
    phase = 2 * np.pi * f0_hz * np.arange(frames) / RATE_HZ
    return 0.1 * sum(np.sin(k * phase + k * k) / k for k in range(1, int(7500 / f0_hz)))


def _f0_hz(samples: Array, near_hz: float) -> float:
    """The frequency whose first five multiples hold the most."""
    part = samples[4000:-4000]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(part.size), 1 << 19))
    bins = np.arange(spectrum.size) * RATE_HZ / (1 << 19)
    candidates = np.arange(0.9 * near_hz, 1.1 * near_hz, 0.02)
    return float(candidates[sum(np.interp(candidates * k, bins, spectrum) for k in range(1, 6)).argmax()])


@pytest.mark.parametrize(("f0_shift_st", "rate_factor"), CHANGES)
@pytest.mark.parametrize("f0_hz", [80, 123, 241])
def test_f0_moves_by_what_was_asked_within_a_tenth_of_a_semitone(
    f0_hz: float, f0_shift_st: float, rate_factor: float
) -> None:
    changed = _apply(PitchTempo(f0_shift_st, rate_factor), _voice(f0_hz))
    target = f0_hz * 2 ** (f0_shift_st / 12)
    assert 12 * np.log2(_f0_hz(changed, target) / target) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(("f0_shift_st", "rate_factor"), CHANGES)
def test_time_runs_faster_by_what_was_asked_and_without_delay(f0_shift_st: float, rate_factor: float) -> None:
    samples = np.zeros(48000)
    starts = [0, 12000, 30000, 46400]
    for start in starts:
        samples[start : start + 1600] = 0.1 * rng_for(start).standard_normal(1600)
    changed = _apply(PitchTempo(f0_shift_st, rate_factor), samples)
    assert changed.size == round(48000 / rate_factor)
    edges = np.append([(a + b + 1600) / 2 for a, b in pairwise(starts)], 48000) / rate_factor
    first = 0
    for start, edge in zip(starts, edges.astype(int), strict=True):
        energy = np.square(changed[first:edge].astype(float))
        center = first + (energy * np.arange(energy.size)).sum() / energy.sum()
        assert center == pytest.approx((start + 800) / rate_factor, abs=0.012 * RATE_HZ)
        assert energy.sum() > 0.5 * np.square(samples[start : start + 1600]).sum() / rate_factor
        first = edge


def _formants_hz(samples: Array) -> list[float]:
    """Resonances under 4 kHz by linear prediction of order 10 at 8 kHz."""
    narrow = signal.resample_poly(samples, 1, 2)[1000:-1000]
    correlation = signal.correlate(narrow, narrow, method="fft")[narrow.size - 1 :][:11]
    predictor = np.append(1, -linalg.solve_toeplitz(correlation[:-1], correlation[1:]))
    roots = [r for r in np.roots(predictor) if r.imag > 0 and abs(r) > 0.9]
    return sorted(float(np.angle(r)) * 8000 / 2 / np.pi for r in roots)


def _whispered_vowel() -> Array:
    samples = rng_for(7).standard_normal(160000)
    for center, bandwidth in ((700, 80), (1250, 90), (2600, 120)):
        radius = np.exp(-np.pi * bandwidth / RATE_HZ)
        feedback = [1, -2 * radius * np.cos(2 * np.pi * center / RATE_HZ), radius**2]
        samples = signal.lfilter([1], feedback, samples)
    return 0.1 * samples / np.abs(samples).max()


@pytest.mark.parametrize(("f0_shift_st", "rate_factor"), CHANGES)
def test_formants_stay(f0_shift_st: float, rate_factor: float) -> None:
    vowel = _whispered_vowel()
    before, after = _formants_hz(vowel)[:3], _formants_hz(_apply(PitchTempo(f0_shift_st, rate_factor), vowel))[:3]
    np.testing.assert_allclose(after, before, rtol=0.03)


def test_level_rises_by_what_was_asked() -> None:
    voice = _voice(120)
    louder, plain = _apply(PitchTempo(2, 1.1, 6), voice), _apply(PitchTempo(2, 1.1, 0), voice)
    np.testing.assert_allclose(louder, plain * 10 ** (6 / 20), rtol=1e-5)


def test_nothing_asked_is_nothing_done() -> None:
    noise = 0.1 * rng_for(1).standard_normal(30001)
    np.testing.assert_allclose(_apply(PitchTempo(), noise), noise, atol=1e-6)


def test_a_round_trip_returns_pitch_and_length_but_not_the_samples() -> None:
    voice = _voice(120)
    returned = _apply(PitchTempo(1, 1.06, round_trip=True), voice)
    assert returned.size == voice.size
    assert _f0_hz(returned, 120) == pytest.approx(120, abs=0.1)
    inside = slice(4000, -4000)
    assert returned[inside].std() == pytest.approx(voice[inside].std(), rel=0.1)
    assert np.square(returned[inside] - voice[inside]).mean() > 1e-4 * np.square(voice[inside]).mean()


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ({"f0_shift_st": 13}, "f0_shift_st"),
        ({"rate_factor": 0}, "rate_factor"),
        ({"level_db": "loud"}, "level_db"),
        ({"round_trip": 1}, "round_trip"),
        ({"round_trip": True, "level_db": 3}, "level_db"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, object], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        PitchTempo.from_parameters(parameters)
    assert refusal.value.key == key
