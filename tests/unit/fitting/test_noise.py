# SPDX-License-Identifier: Apache-2.0
"""Bursts, swings, events and slow changes are told apart and measured."""

from __future__ import annotations

import numpy as np
import pytest
from rooms import FLOOR_DBOV, SLOPING_DB, THIRDS_HZ, room_of

from stresstest.audio import Waveform
from stresstest.fitting.bands import Bands
from stresstest.fitting.noise import Noise, find_noise
from stresstest.fitting.slow import slow_modulation
from stresstest.perturbations.base import Source
from stresstest.perturbations.events import Events
from stresstest.perturbations.modulated_noise import ModulatedNoise
from stresstest.perturbations.pulsed_noise import PulsedNoise
from stresstest.seeds import rng_for

OCTAVES = (500, 1000, 2000, 4000)


def _noise(wave: Waveform) -> Noise:
    bands = Bands(wave)
    return find_noise(bands, np.ones(bands.steps, bool), [])


def _room(*sources: tuple[Source, float], seconds: float = 30, seed: int = 1) -> Noise:
    return _noise(room_of(seconds, seed, *sources))


def test_the_floor_is_the_table_that_made_it() -> None:
    found = _room()
    table = np.array(SLOPING_DB)
    expected = table - 10 * np.log10((10 ** (table / 10)).sum()) + FLOOR_DBOV
    measured = 10 * np.log10(found.base)[2 : 2 + table.size]  # the bands of the fit begin at 31.5 Hz
    assert THIRDS_HZ[0] == pytest.approx(50.1, abs=0.1)
    assert measured[3:] == pytest.approx(expected[3:], abs=0.7)
    assert not found.bursts
    assert not found.swings
    assert not found.happenings
    assert slow_modulation(found).db == 0


def test_bursts_have_their_cycle_band_and_power() -> None:
    found = _room((PulsedNoise(1.0, (0, 0.45), (90, 75), 1500, 4000, cycle_jitter=0.01), 8.0))
    (bursts,) = found.bursts
    assert 1 / bursts.cycle.period_s == pytest.approx(1.0, rel=0.01)
    assert bursts.cycle.onsets_s == pytest.approx((0, 0.45), abs=0.01)
    assert bursts.cycle.durations_s == pytest.approx((0.09, 0.075), abs=0.012)
    added = 10 * np.log10(bursts.power.sum())
    assert added == pytest.approx(FLOOR_DBOV + 8 + 10 * np.log10(0.165), abs=1)
    assert not found.happenings


def test_a_swing_has_its_rate_and_depth() -> None:
    source = ModulatedNoise(OCTAVES, (0, 0, 0, 0), cycle_hz=2.0, depth_db=4, rise_s=0.25, fall_s=0.25)
    swings = _room((source, 10.0)).swings
    assert swings
    for swing in swings:
        assert swing.rate_hz == pytest.approx(2.0, rel=0.01)
        assert swing.depth_db == pytest.approx(4, abs=0.8)


@pytest.mark.parametrize("seed", [1, 2])
def test_events_are_counted(seed: int) -> None:
    found = _room((Events(0.8, 200, OCTAVES, (0, 0, 0, 0), 2.0), 12.0), seconds=60, seed=seed)
    (events,) = found.happenings
    assert events.rate_hz == pytest.approx(0.8, rel=0.35)  # 48 events in a minute: two standard errors are 30 %
    assert events.decay_s == pytest.approx(0.2, rel=0.5)
    assert events.spread_db == pytest.approx(2, abs=1.5)
    assert not found.bursts


@pytest.mark.parametrize(("deviation_db", "seconds"), [(4.0, 3.0), (2.0, 5.0)])
def test_a_slow_modulation_is_measured(deviation_db: float, seconds: float) -> None:
    rng, steps = rng_for(3, "slow"), 1200
    keep, course = np.exp(-0.1 / seconds), np.empty(steps)
    course[0] = rng.standard_normal()
    for k in range(1, steps):
        course[k] = keep * course[k - 1] + np.sqrt(1 - keep**2) * rng.standard_normal()
    room = room_of(120, 1)
    gain = np.interp(np.arange(room.samples.size) / room.rate_hz, 0.1 * np.arange(steps), deviation_db * course)
    found = slow_modulation(_noise(room.with_samples(room.samples * 10 ** (gain / 20))))
    assert found.db == pytest.approx(deviation_db * course.std(), rel=0.25)
    assert seconds / 2.5 < found.seconds < seconds * 2.5
