# SPDX-License-Identifier: Apache-2.0
"""Pauses change, words do not, and room tone is never silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations._gaps import gaps_of, resized
from stresstest.perturbations.pauses import Pauses
from stresstest.seeds import rng_for

RATE_HZ = 8000
Array = np.ndarray[Any, Any]


def _speech(*gaps_s: float, lead_s: float = 0.3) -> Waveform:
    """A word of 0.5 s before, between and after gaps, in room tone 50 dB under it."""
    parts = [np.zeros(round(lead_s * RATE_HZ))]
    for k, gap in enumerate((*gaps_s, lead_s)):
        parts += [0.1 * rng_for(k, "word").standard_normal(4000), np.zeros(round(gap * RATE_HZ))]
    samples = np.concatenate(parts)
    return Waveform((samples + 3e-4 * rng_for(0, "tone").standard_normal(samples.size)).astype(np.float32), RATE_HZ)


def _apply(kind: Pauses, wave: Waveform, seed: int = 0) -> Array:
    return kind.apply(wave, rng_for(seed, "pauses")).samples


@given(
    gaps=st.lists(st.floats(0.05, 0.8), min_size=1, max_size=4),
    factor=st.floats(0.1, 5),
    seed=st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_words_stay_whole_and_in_order(gaps: list[float], factor: float, seed: int) -> None:
    wave = _speech(*gaps)
    changed = _apply(Pauses(factor, lapses_per_minute=10, breath_every_s=(1, 2)), wave, seed).tobytes()
    at = 0
    for k in range(len(gaps) + 1):
        word = _middle(wave, gaps, k).tobytes()
        found = changed.find(word, at)
        assert found >= at
        at = found + len(word)


def _middle(wave: Waveform, gaps: list[float], number: int) -> Array:
    start = round(0.3 * RATE_HZ) + sum(4000 + round(gap * RATE_HZ) for gap in gaps[:number])
    return wave.samples[start + 200 : start + 3800]


@pytest.mark.parametrize("factor", [0.1, 0.5, 1.7, 4])
def test_a_longer_pause_sounds_like_the_room_and_a_shorter_one_too(factor: float) -> None:
    changed = _apply(Pauses(factor), _speech(0.6))
    first = round(0.8 * RATE_HZ)
    pause = changed[first + 100 : first + round(0.6 * factor * RATE_HZ) - 100]
    assert pause.std() == pytest.approx(3e-4, rel=0.15)
    assert np.abs(pause).max() < 3e-4 * 5.5
    assert (np.diff(np.flatnonzero(pause == 0)) > 1).all()


@given(
    tone=st.integers(16, 3000),
    frames=st.integers(0, 9000),
    rate_hz=st.sampled_from([8000, 48000]),
    seed=st.integers(0, 3),
)
@settings(max_examples=100, deadline=None)
def test_a_pause_becomes_exactly_as_long_as_asked_with_its_own_ends(
    tone: int, frames: int, rate_hz: int, seed: int
) -> None:
    samples = rng_for(seed, tone).standard_normal(tone)
    changed = resized(samples, frames, rate_hz, rng_for(seed))
    assert changed.size == frames
    if frames > tone:
        assert changed[0] == samples[0]
        assert changed[-1] == samples[-1]


def test_short_gaps_inside_words_are_left_alone() -> None:
    wave = _speech(0.1, 0.14, 0.1)
    assert _apply(Pauses(2), wave).tobytes() == wave.samples.tobytes()
    longer = _apply(Pauses(2, least_pause_ms=120), wave).size - wave.samples.size
    assert longer == pytest.approx(0.14 * RATE_HZ, abs=160)


def test_silence_around_the_speech_is_no_pause_but_takes_a_breath() -> None:
    wave = _speech(lead_s=0.6)
    assert _apply(Pauses(3), wave).size == wave.samples.size
    lengths = {_apply(Pauses(breath_every_s=(1, 1.5)), wave, seed).size - wave.samples.size for seed in range(6)}
    assert max(lengths) > 0.3 * RATE_HZ


def test_speech_without_pauses_has_no_lapses() -> None:
    wave = _speech(0.05)
    assert _apply(Pauses(lapses_per_minute=30), wave).size == wave.samples.size


def test_a_lapse_comes_as_often_as_asked_and_within_its_span() -> None:
    wave = _speech(*[0.3] * 8)
    added = [(_apply(Pauses(lapses_per_minute=8), wave, seed).size - wave.samples.size) / RATE_HZ for seed in range(60)]
    none = np.exp(-8 * wave.seconds / 60)  # a Poisson's share of nothing
    assert np.mean([extra == 0 for extra in added]) == pytest.approx(none, abs=3 * np.sqrt(none * (1 - none) / 60))
    assert all(extra == 0 or extra >= 0.5 - 1e-3 for extra in added)


@pytest.mark.parametrize(
    "samples", [np.zeros(800), np.full(800, 0.2), 0.1 * rng_for(1).standard_normal(50), np.ones(1)]
)
def test_what_is_no_speech_is_not_touched(samples: Array) -> None:
    wave = Waveform(samples.astype(np.float32), RATE_HZ)
    kind = Pauses(2, lapses_per_minute=30, breath_every_s=(1, 2))
    assert np.isfinite(_apply(kind, wave)).all()
    assert not gaps_of(wave, 0.0, 0.05)


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ({"pause_factor": 0}, "pause_factor"),
        ({"least_pause_ms": 10}, "least_pause_ms"),
        ({"lapses_per_minute": -1}, "lapses_per_minute"),
        ({"lapse_s": [2, 1]}, "lapse_s"),
        ({"lapse_s": 1}, "lapse_s"),
        ({"breath_every_s": [3, 4, 5]}, "breath_every_s"),
        ({"breath_ms": [10, 400]}, "breath_ms"),
        ({"breath_db": 10}, "breath_db"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, object], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        Pauses.from_parameters(parameters)
    assert refusal.value.key == key
