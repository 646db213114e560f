# SPDX-License-Identifier: Apache-2.0
"""Pulsed noise, shaped noise and babble."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.audio.levels import active_speech_level, rms_dbov
from stresstest.audio.spectra import third_octave_levels
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.babble import Babble
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.perturbations.shaped import Shaped

RATE = 16000
COLD_HEAD = {
    "cycle_hz": 1.0,
    "onsets": [0, 0.45],
    "durations_ms": [90, 75],
    "levels_db": [0, -4],
    "low_hz": 1500,
    "high_hz": 4000,
}


def test_bursts_keep_their_places_durations_levels_and_band() -> None:
    made = PulsedNoise.from_parameters(COLD_HEAD).generate(60 * RATE, RATE, np.random.default_rng(0), ())
    changes = np.diff(made.active.astype(int))
    starts, stops = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
    stops = stops[stops > starts[0]]
    durations = (stops - starts[: stops.size])[: 2 * (stops.size // 2)].reshape(-1, 2)
    order = durations[0].argmax()
    assert durations[:, order] == pytest.approx(np.full(len(durations), 0.09 * RATE), abs=1)
    assert durations[:, 1 - order] == pytest.approx(np.full(len(durations), 0.075 * RATE), abs=1)
    gaps = np.diff(starts)
    assert set(gaps.tolist()) == {7200, 8800}  # 0.45 and 0.55 of a second
    bursts = [made.samples[a:b] for a, b in zip(starts, stops, strict=False)]
    loud = np.concatenate(bursts[order::2])
    soft = np.concatenate(bursts[1 - order :: 2])
    assert rms_dbov(loud) - rms_dbov(soft) == pytest.approx(4, abs=0.5)
    centers, levels = third_octave_levels(made.samples, RATE)
    assert levels[(centers > 1700) & (centers < 3500)].min() > levels[(centers < 1200) | (centers > 5100)].max() + 15


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"onsets": [0.1, 0.1]}, "onsets"),
        ({"durations_ms": [90]}, "durations_ms"),
        ({"durations_ms": [500, 75]}, "durations_ms"),
        ({"high_hz": 1500}, "high_hz"),
        ({"levels_db": [0]}, "levels_db"),
        ({"rise_ms": 40}, "durations_ms"),
    ],
)
def test_impossible_bursts_are_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        PulsedNoise.from_parameters({**COLD_HEAD, **given})
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"levels_db": [0]}, "levels_db"),
        ({"bands_hz": [500, 250]}, "bands_hz"),
        ({"bands_hz": [500], "levels_db": [0]}, "bands_hz"),
        ({"per_hz": "yes"}, "per_hz"),
        ({"levels_db": [0, True]}, "levels_db"),
    ],
)
def test_an_impossible_table_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Shaped.from_parameters({"bands_hz": [250, 500], "levels_db": [0, 0], **given})
    assert caught.value.key == key


def talker(freq_hz: float, gain: float, seconds: float = 1.0, rate_hz: int = RATE) -> Waveform:
    """A tone in syllables, told apart by its frequency."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return Waveform(gain * np.sin(2 * np.pi * freq_hz * t) * (np.sin(2 * np.pi * 4 * t) > -0.5), rate_hz)


def test_each_of_the_distinct_talkers_is_heard_at_one_level_whatever_its_own() -> None:
    pool = [talker(freq, gain) for freq, gain in ((300, 0.5), (700, 0.01), (1100, 0.1), (1500, 0.9))]
    made = Babble(talkers=4).generate(8 * RATE, RATE, np.random.default_rng(0), pool)
    power = np.abs(np.fft.rfft(made.samples)) ** 2
    levels = [10 * np.log10(power[8 * f - 80 : 8 * f + 80].sum()) for f in (300, 700, 1100, 1500)]
    assert np.ptp(levels) < 0.3
    assert made.active.all()


def test_one_talker_of_babble_is_the_pools_speech_from_somewhere_over_and_over() -> None:
    speech = talker(300, 0.5)
    made = Babble(talkers=1).generate(int(2.5 * RATE), RATE, np.random.default_rng(0), [speech])
    assert np.array_equal(made.samples[:RATE], made.samples[RATE : 2 * RATE])
    scaled = speech.scaled_db(-active_speech_level(speech).dbov).samples
    assert np.sort(made.samples[:RATE]) == pytest.approx(np.sort(scaled), abs=1e-6)


def test_talkers_of_another_rate_are_resampled() -> None:
    made = Babble(talkers=1).generate(8000, 8000, np.random.default_rng(0), [talker(300, 0.5)])
    spectrum = np.abs(np.fft.rfft(made.samples))
    assert spectrum.argmax() == pytest.approx(300, abs=1)


def test_too_small_or_silent_a_pool_is_refused() -> None:
    with pytest.raises(AudioError, match="6 talkers needs a pool of as many other speakers; this one has 1"):
        Babble(talkers=6).generate(RATE, RATE, np.random.default_rng(0), [talker(300, 0.5)])
    with pytest.raises(AudioError, match="No active speech"):
        Babble(talkers=1).generate(RATE, RATE, np.random.default_rng(0), [Waveform(np.zeros(RATE), RATE)])
    with pytest.raises(ParameterError, match="talkers must be a whole number"):
        Babble(talkers=0)


def test_a_short_excerpt_is_never_a_pause() -> None:
    mostly_silent = Waveform(np.concatenate((talker(300, 0.5).samples, np.zeros(9 * RATE))), RATE)
    for seed in range(30):
        made = Babble(talkers=1).generate(1600, RATE, np.random.default_rng(seed), [mostly_silent])
        assert rms_dbov(made.samples) > -20.1
