# SPDX-License-Identifier: Apache-2.0
"""Losses in two states, late packets, and the concealment of G.711 Appendix I."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.errors import ParameterError
from stresstest.perturbations._appendix_i import concealed, pitch_period
from stresstest.perturbations.jitter import Jitter
from stresstest.perturbations.packet_loss import PacketLoss
from stresstest.seeds import rng_for

RATES_HZ = [8000, 16000, 48000]


def _voice(rate_hz: int, f0_hz: float, seconds: float = 1.0) -> np.ndarray[Any, np.dtype[np.float32]]:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return sum(0.1 * np.cos(2 * np.pi * k * f0_hz * time + k * k) / k for k in range(1, 12)).astype(np.float32)  # type: ignore[union-attr]


def _gap(frames: int, rate_hz: int, start_ms: float, length_ms: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    lost = np.zeros(frames, bool)
    lost[round(start_ms * rate_hz / 1000) : round((start_ms + length_ms) * rate_hz / 1000)] = True
    return lost


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_pitch_is_found_from_66_to_200_hz(rate_hz: int) -> None:
    for f0_hz in (70, 100, 125, 160, 195):
        history = _voice(rate_hz, f0_hz)[: rate_hz // 2].astype(np.float64)
        periods = pitch_period(history, rate_hz) / rate_hz * f0_hz
        assert periods == pytest.approx(round(periods), abs=0.02)
        assert round(periods) in (1, 2)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_steady_voice_goes_on_for_10_ms_and_is_silent_after_60(rate_hz: int) -> None:
    voice = _voice(rate_hz, 100)
    lost = _gap(voice.size, rate_hz, 300, 100)
    heard = concealed(voice, lost, rate_hz)
    start, frame = int(lost.argmax()), rate_hz // 100
    np.testing.assert_allclose(heard[: start + frame], voice[: start + frame], atol=1e-4)
    levels = [rms_dbov(heard[start + k * frame : start + (k + 1) * frame] + 1e-12) for k in range(10)]
    assert all(later < earlier - 1.5 for earlier, later in pairwise(levels[1:6]))
    np.testing.assert_array_equal(heard[start + 6 * frame : start + 10 * frame], 0)


@pytest.mark.parametrize("length_ms", [10, 20, 40])
def test_a_short_gap_in_a_steady_voice_has_no_edge(length_ms: int) -> None:
    voice = _voice(16000, 100)
    heard = concealed(voice, _gap(voice.size, 16000, 250, length_ms), 16000)
    assert np.abs(np.diff(heard)).max() < 1.1 * np.abs(np.diff(voice.astype(np.float64))).max()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 999), st.floats(1, 60), st.sampled_from(RATES_HZ), st.integers(1, 9000), st.floats(2, 40))
def test_what_is_far_from_a_gap_is_untouched_and_nothing_grows(
    seed: int, loss_percent: float, rate_hz: int, frames: int, packet_ms: float
) -> None:
    samples = (0.1 * rng_for(seed).standard_normal(frames)).astype(np.float32)
    size = max(1, round(packet_ms / 1000 * rate_hz))
    lost = np.repeat(rng_for(seed, "lost").random(-(-frames // size)) * 100 < loss_percent, size)[:frames]
    heard = concealed(samples, lost, rate_hz)
    assert heard.size == frames
    assert np.abs(heard).max() <= np.abs(samples).max() + 1e-6
    near = lost.copy()
    for start in np.flatnonzero(np.diff(np.concatenate(([False], lost)).astype(int)) == 1):
        near[max(start - round(0.00375 * rate_hz) - 1, 0) : start] = True
    for stop in np.flatnonzero(np.diff(np.concatenate((lost, [False])).astype(int)) == -1):
        near[stop : stop + round(0.01 * rate_hz) + 2] = True
    np.testing.assert_array_equal(heard[~near], samples[~near])


def test_a_loss_at_the_start_is_silent() -> None:
    heard = concealed(_voice(8000, 100), _gap(8000, 8000, 0, 30), 8000)
    np.testing.assert_array_equal(heard[:240], 0)
    assert np.isfinite(heard).all()


@pytest.mark.parametrize(("loss", "burst", "bad", "good"), [(5, 25, 50, 0.5), (10, 4, 80, 0), (2, 10, 20, 1)])
def test_two_states_lose_the_share_asked_for(loss: float, burst: float, bad: float, good: float) -> None:
    kind = PacketLoss(loss, burst, bad_loss_percent=bad, good_loss_percent=good)
    assert kind.lost(600_000, rng_for(5)).mean() * 100 == pytest.approx(loss, rel=0.06)


def test_the_gilbert_model_is_the_case_of_a_bad_state_that_loses_all() -> None:
    plain, spelled_out = PacketLoss(5, 3), PacketLoss(5, 3, bad_loss_percent=100, good_loss_percent=0)
    np.testing.assert_array_equal(plain.lost(5000, rng_for(1)), spelled_out.lost(5000, rng_for(1)))
    lost = PacketLoss(5.0, 1 / 0.333).lost(400_000, rng_for(2))
    to_bad = (lost[1:] & ~lost[:-1]).sum() / (~lost[:-1]).sum()
    assert to_bad == pytest.approx(0.0175, rel=0.05)


@pytest.mark.parametrize(
    "kind", [PacketLoss(20, 3), PacketLoss(10, 5, bad_loss_percent=60, good_loss_percent=1), Jitter(20, 10, 0.5)]
)
def test_longer_speech_loses_the_same_first_packets(kind: PacketLoss | Jitter) -> None:
    wave = Waveform(np.ones(16000, np.float32), 1000)
    long = replace(kind, concealment="zero").apply(wave, rng_for(9)).samples
    short = replace(kind, concealment="zero").apply(wave.with_samples(wave.samples[:10000]), rng_for(9)).samples
    np.testing.assert_array_equal(long[:10000], short)
    assert (short == 0).any()


@pytest.mark.parametrize(("jitter_ms", "buffer_ms", "late_percent"), [(20, 40, 2.275), (40, 40, 15.866), (30, 0, 50)])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_the_tail_of_a_gaussian_is_late(
    jitter_ms: float, buffer_ms: float, late_percent: float, correlation: float
) -> None:
    late = Jitter(jitter_ms, buffer_ms, correlation).late(400_000, rng_for(6))
    assert late.mean() * 100 == pytest.approx(late_percent, rel=0.05)
    runs = late.sum() / (late[1:] & ~late[:-1]).sum()
    assert (runs > 1.5 / (1 - late_percent / 100)) == (correlation > 0)


def test_a_deep_buffer_changes_nothing() -> None:
    wave = Waveform(_voice(16000, 110), 16000)
    np.testing.assert_array_equal(Jitter(10, 200).apply(wave, rng_for(0)).samples, wave.samples)


@pytest.mark.parametrize(
    ("kind", "parameters", "key"),
    [
        (PacketLoss, {"loss_percent": 60, "bad_loss_percent": 50}, "loss_percent"),
        (PacketLoss, {"loss_percent": 1, "good_loss_percent": 2}, "loss_percent"),
        (PacketLoss, {"loss_percent": 5, "bad_loss_percent": 5}, "bad_loss_percent"),
        (PacketLoss, {"loss_percent": 5, "concealment": "plc"}, "concealment"),
        (PacketLoss, {"loss_percent": 5, "packet_ms": 0}, "packet_ms"),
        (Jitter, {"jitter_ms": 0, "buffer_ms": 40}, "jitter_ms"),
        (Jitter, {"jitter_ms": 20, "buffer_ms": -1}, "buffer_ms"),
        (Jitter, {"jitter_ms": 20, "buffer_ms": 40, "correlation": 1}, "correlation"),
        (Jitter, {"jitter_ms": 20, "buffer_ms": 40, "concealment": "guess"}, "concealment"),
    ],
)
def test_an_impossible_network_is_refused(kind: type, parameters: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        kind.from_parameters(parameters)  # type: ignore[attr-defined]
    assert refusal.value.key == key
