# SPDX-License-Identifier: Apache-2.0
"""Gates and cycles are read off envelopes whose course is known."""

from __future__ import annotations

import numpy as np
import pytest

from stresstest.fitting.gates import Pulse, gate_of
from stresstest.fitting.rhythm import cycle_of

RATE = 400


def _envelope(onsets: list[float], duration_s: float, seconds: float, rise_s: float = 0.03, off: float = 0.01):
    """On at 1, off at `off`, edges a raised cosine inside the pulse."""
    time = np.arange(round(seconds * RATE)) / RATE
    total = np.full(time.size, off)
    for onset in onsets:
        inner = np.minimum(time - onset, onset + duration_s - time) / rise_s
        total = np.maximum(total, np.where(inner > 0, 0.5 - 0.5 * np.cos(np.pi * np.clip(inner, 0, 1)), 0.0))
    return total


def _pulses(onsets: list[float], duration_s: float = 0.1) -> list[Pulse]:
    return [Pulse(onset, onset + duration_s, 1.0) for onset in onsets]


def _all(count: int) -> np.ndarray:
    return np.ones(count, bool)


def test_a_gate_gives_onsets_durations_and_edges() -> None:
    envelope = _envelope([0.5, 2.0, 3.5], 0.3, 5)
    gate = gate_of(envelope, RATE, _all(envelope.size), 0.012)
    assert gate is not None
    assert [p.start_s for p in gate.pulses] == pytest.approx([0.515, 2.015, 3.515], abs=0.002)
    assert [p.stop_s for p in gate.pulses] == pytest.approx([0.785, 2.285, 3.785], abs=0.002)
    assert gate.rise_s == pytest.approx(0.03, abs=0.003)
    assert gate.spread < 0.03


def test_a_steady_envelope_and_one_of_noise_have_no_gate() -> None:
    noise = np.abs(np.random.default_rng(0).standard_normal((2, 8000))).sum(axis=0)
    assert gate_of(np.ones(8000), RATE, _all(8000), 0.012) is None
    assert gate_of(noise, RATE, _all(8000), 0.012) is None


def test_pulses_outside_clean_time_are_left_out() -> None:
    envelope = _envelope([0.5, 2.0, 3.5], 0.3, 5)
    clean = _all(envelope.size)
    clean[round(2.1 * RATE) : round(2.4 * RATE)] = False
    gate = gate_of(envelope, RATE, clean, 0.012)
    assert gate is not None
    assert [p.start_s for p in gate.pulses] == pytest.approx([0.515, 3.515], abs=0.002)


def test_a_cycle_of_one_pulse() -> None:
    cycle = cycle_of(_pulses([0.1 + 0.73 * k for k in range(20)]), _all(19))
    assert cycle is not None
    assert cycle.period_s == pytest.approx(0.73)
    assert cycle.onsets_s == (0.0,)
    assert cycle.jitter < 1e-6


def test_a_cycle_of_several_pulses_begins_after_its_longest_gap() -> None:
    burst = [0.0, 0.44, 0.88]
    onsets = [b + 3.6 * k for k in range(6) for b in burst][1:]
    cycle = cycle_of(_pulses(onsets), _all(len(onsets) - 1))
    assert cycle is not None
    assert cycle.period_s == pytest.approx(3.6)
    assert cycle.onsets_s == pytest.approx(burst)


def test_a_cycle_goes_on_behind_a_gap() -> None:
    onsets = [0.45 * (k % 2) + 1.0 * (k // 2) for k in range(40)]
    kept = [t for t in onsets if not 7.2 < t < 12.3]
    joined = np.diff(kept) < 1
    cycle = cycle_of(_pulses(kept), joined)
    assert cycle is not None
    assert cycle.period_s == pytest.approx(1.0)
    assert cycle.onsets_s == pytest.approx((0.0, 0.45))


@pytest.mark.parametrize("jitter", [0.02, 0.1])
def test_jitter_is_measured(jitter: float) -> None:
    steps = 1 + jitter * np.random.default_rng(1).uniform(-1, 1, 80)
    cycle = cycle_of(_pulses(list(np.cumsum(steps))), _all(79))
    assert cycle is not None
    assert cycle.jitter == pytest.approx(jitter, rel=0.2)
    assert cycle.period_s == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_events_at_random_make_no_cycle(seed: int) -> None:
    onsets = np.cumsum(0.15 + np.random.default_rng(seed).exponential(1.0, 40))
    assert cycle_of(_pulses(list(onsets)), _all(39)) is None


def test_too_few_pulses_make_no_cycle() -> None:
    assert cycle_of(_pulses([0.0, 1.0, 2.0]), _all(2)) is None
