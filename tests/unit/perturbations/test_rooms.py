# SPDX-License-Identifier: Apache-2.0
"""Rooms: direct sound of amplitude 1, the reverberation that was stated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.exponential_room import ExponentialRoom
from stresstest.perturbations.impulse_response import ImpulseResponse

RATE = 16000
MEASURED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "impulse_responses" / "audio"


def schroeder_rt60(tail: np.ndarray, rate_hz: int) -> float:
    """Reverberation time by backward integration and a line from -5 to -35 dB (ISO 3382-1, T30)."""
    decay_db = 10 * np.log10(np.cumsum(np.square(tail)[::-1])[::-1])
    decay_db -= decay_db[0]
    span = np.flatnonzero((decay_db < -5) & (decay_db > -35))
    return float(-60 / (np.polyfit(span, decay_db[span], 1)[0] * rate_hz))


@pytest.mark.parametrize("rt60_s", [0.3, 0.5, 1.2, 3.0])
def test_the_reverberation_time_is_the_one_stated(rt60_s: float) -> None:
    measured = [
        schroeder_rt60(ExponentialRoom(rt60_s, 0).response(RATE, np.random.default_rng(seed)).samples[80:], RATE)
        for seed in range(5)
    ]
    assert measured == pytest.approx([rt60_s] * 5, rel=0.05)


@pytest.mark.parametrize("drr_db", [-5.0, 0.0, 12.0])
def test_the_direct_to_reverberant_ratio_is_the_one_stated(drr_db: float) -> None:
    room = ExponentialRoom(0.5, drr_db, gap_ms=4).response(RATE, np.random.default_rng(0))
    assert room.direct == 0
    assert room.samples[0] == 1
    assert not room.samples[1:64].any()
    assert room.samples[64:].any()
    assert -10 * np.log10(np.square(room.samples[1:]).sum()) == pytest.approx(drr_db, abs=1e-6)


def test_chance_alone_changes_the_tail() -> None:
    room = ExponentialRoom(0.5, 0)
    first, again, other = (room.response(RATE, np.random.default_rng(seed)).samples for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("key", "value"), [("rt60_s", 0), ("drr_db", 100), ("gap_ms", -1)])
def test_an_impossible_room_is_refused_by_key(key: str, value: float) -> None:
    with pytest.raises(ParameterError) as caught:
        ExponentialRoom.from_parameters({"rt60_s": 0.5, "drr_db": 0, key: value})
    assert caught.value.key == key


def test_a_response_from_a_file_is_scaled_to_its_direct_sound(tmp_path: Path) -> None:
    samples = np.zeros((4000, 2))
    samples[100, 0], samples[300, 0] = -0.5, 0.25
    samples[200, 1] = 0.1
    soundfile.write(tmp_path / "ir.wav", samples, RATE, subtype="FLOAT")
    rng = np.random.default_rng(0)
    first = ImpulseResponse(tmp_path / "ir.wav").response(RATE, rng)
    assert first.direct == 100
    assert first.samples[100] == 1
    assert first.samples[300] == pytest.approx(-0.5)
    assert ImpulseResponse(tmp_path / "ir.wav", channel=1).response(RATE, rng).direct == 200
    halved = ImpulseResponse(tmp_path / "ir.wav").response(RATE // 2, rng)
    assert halved.direct == 50
    assert halved.samples[50] == 1
    assert halved.samples.size == 2000


def test_a_silent_or_missing_channel_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "ir.wav", np.zeros((1000, 1)), RATE)
    rng = np.random.default_rng(0)
    with pytest.raises(AudioError, match=r"ir\.wav: channel 0 is silent"):
        ImpulseResponse(tmp_path / "ir.wav").response(RATE, rng)
    with pytest.raises(AudioError, match=r"channel 3 is asked for; allowed: 0 to 0"):
        ImpulseResponse(tmp_path / "ir.wav", channel=3).response(RATE, rng)
    with pytest.raises(AudioError, match=r"gone\.wav: there is no such file"):
        ImpulseResponse(tmp_path / "gone.wav").response(RATE, rng)
    with pytest.raises(ParameterError, match="whole number from 0"):
        ImpulseResponse(tmp_path / "ir.wav", channel=-1)


def test_a_reflection_that_is_stronger_than_the_direct_sound_is_not_taken_for_it(tmp_path: Path) -> None:
    samples = np.zeros(4000)
    samples[[20, 30, 900]] = 0.02, 0.5, -0.6  # a murmur before, the direct sound, a wall that focuses
    soundfile.write(tmp_path / "ir.wav", samples, RATE, subtype="FLOAT")
    room = ImpulseResponse(tmp_path / "ir.wav").response(RATE, np.random.default_rng(0))
    assert room.direct == 30
    assert room.samples[[30, 900]] == pytest.approx([1, -1.2])


def test_noise_is_no_impulse_response(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(4000)
    soundfile.write(tmp_path / "ir.wav", noise, RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"channel 0 does not decay: its end is \d+ dB under its peak"):
        ImpulseResponse(tmp_path / "ir.wav").response(RATE, np.random.default_rng(0))


def array(path: Path, delays: tuple[float, ...]) -> Path:
    """One direct sound at several microphones, between samples, each with a tail of its own."""
    n, rng = np.arange(8000), np.random.default_rng(0)
    channels = []
    for delay in delays:
        tail = np.where(n > delay + 40, 0.1 * rng.standard_normal(n.size) * 10 ** (-3 * n / 6000), 0)
        channels.append(np.sinc(n - delay) + tail)
    soundfile.write(path, np.stack(channels, axis=1), RATE, subtype="FLOAT")
    return path


def test_delay_and_sum_of_n_microphones_raises_the_direct_sound_by_n_over_the_tails(tmp_path: Path) -> None:
    file = array(tmp_path / "array.wav", (100.0, 103.4, 97.7, 110.25))
    ratios = {}
    for way in (None, "mean", "delay_and_sum"):
        room = ImpulseResponse(file, combine=way).response(RATE, np.random.default_rng(0))
        energy = np.square(room.samples)
        ratios[way] = 10 * np.log10(energy[: room.direct + 32].sum() / energy[room.direct + 32 :].sum())
    assert ratios["delay_and_sum"] - ratios[None] == pytest.approx(10 * np.log10(4), abs=0.5)
    assert ratios["mean"] - ratios[None] == pytest.approx(0, abs=1)


def test_a_channel_or_all_of_them_but_not_both(tmp_path: Path) -> None:
    file = array(tmp_path / "array.wav", (100.0, 101.0))
    with pytest.raises(ParameterError, match="not both"):
        ImpulseResponse.from_parameters({"file": file, "channel": 1, "combine": "mean"})
    with pytest.raises(ParameterError, match="unknown combine 'beam'; allowed: delay_and_sum, mean"):
        ImpulseResponse.from_parameters({"file": file, "combine": "beam"})
    soundfile.write(file, np.stack([np.eye(1, 4000)[0], np.zeros(4000)], axis=1), RATE)
    with pytest.raises(AudioError, match="channel 1 is silent, so it cannot be brought in line"):
        ImpulseResponse(file, combine="delay_and_sum").response(RATE, np.random.default_rng(0))


@pytest.mark.skipif(not MEASURED.is_dir(), reason="the measured impulse responses are not here")
def test_measured_responses_open_at_any_rate_and_none_is_off_its_wavefront() -> None:
    """All but one of eleven; what that one's eight channels hold does not decay and is refused."""
    files = {file.name: file for file in MEASURED.glob("*.wav")}
    for rate_hz in (8000, 16000):
        with pytest.raises(AudioError, match="does not decay"):
            ImpulseResponse(files["real_8ch.wav"]).response(rate_hz, np.random.default_rng(0))
        for name in files.keys() - {"real_8ch.wav"}:
            room = ImpulseResponse(files[name]).response(rate_hz, np.random.default_rng(0))
            assert room.samples[room.direct] == 1
            before = room.samples[: max(room.direct - round(0.0025 * rate_hz), 0)]
            assert np.abs(before).max(initial=0) < 10 ** (-10 / 20) * np.abs(room.samples).max() < 1


@pytest.mark.skipif(not MEASURED.is_dir(), reason="the measured impulse responses are not here")
def test_a_late_strong_reflection_of_a_measured_response_is_not_its_direct_sound() -> None:
    room = ImpulseResponse(MEASURED / "stereo_impulse_response.wav", channel=1).response(
        44100, np.random.default_rng(0)
    )
    assert room.direct == 8
    assert np.abs(room.samples).argmax() == 853
