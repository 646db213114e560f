# SPDX-License-Identifier: Apache-2.0
"""Envelopes, edges, average cycles and lines, on signals whose answer is known by arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.claims._folding import average_cycle, folded, period_of
from stresstest.claims._lines import lines
from stresstest.claims._pulse_timing import moving_mean, pulse_timings, rectified, whole_runs

RATE = 16000


def pulse(onset_s: float, duration_s: float, edge_s: float, t: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    inside = np.clip(np.minimum(t - onset_s, onset_s + duration_s - t) / edge_s, 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * inside))


@settings(deadline=None, max_examples=40)
@given(st.floats(0.1, 0.4), st.floats(0.06, 0.3), st.floats(0.005, 0.02), st.floats(0.01, 10))
def test_a_pulse_is_timed_from_its_envelope(onset: float, duration: float, edge: float, gain: float) -> None:
    t = np.arange(RATE) / RATE
    (found,) = pulse_timings(gain * pulse(onset, duration, edge, t), RATE)
    assert found.onset_s == pytest.approx(onset, abs=5e-4)
    assert found.duration_s == pytest.approx(duration, abs=5e-4)
    assert found.edge_s == pytest.approx(edge, abs=5e-4)
    assert found.level_db == pytest.approx(20 * np.log10(gain), abs=0.1)
    assert found.plateau_s == pytest.approx((onset + edge, onset + duration - edge), abs=1e-3)


def test_runs_cut_off_by_an_end_are_left_out() -> None:
    assert whole_runs(np.array([1, 0, 0, 1, 1, 0, 1, 0, 1.0])) == [(3, 5), (6, 7)]
    assert whole_runs(np.array([0, 1, 1, 0.0])) == [(1, 3)]


def test_ripple_of_an_edge_is_no_run() -> None:
    assert whole_runs(np.array([0, 0.12, 0.08, 0.3, 1, 1, 0.11, 0.09, 0.11, 0])) == [(3, 7)]


def test_a_mean_over_whole_periods_leaves_no_ripple() -> None:
    t = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * 262 * t) + np.sin(2 * np.pi * 524 * t)
    inner = rectified(tone, RATE, 1 / 262)[200:-200]
    assert np.ptp(inner) / inner.mean() < 0.01
    assert moving_mean(np.arange(10.0), 3.0)[1:-1] == pytest.approx(np.arange(1, 9))
    assert moving_mean(np.ones(5), 2.5) == pytest.approx(np.ones(5))


@pytest.mark.parametrize("period", [100.0, 99.37, 731.4142])
def test_a_period_is_found_in_noise(period: float) -> None:
    n = np.arange(60_000)
    rng = np.random.default_rng(0)
    power = rng.exponential(size=n.size) * (1 + 3 * ((n + 0.5) / period % 1 < 0.1))
    assert period_of(power, period * 1.01) == pytest.approx(period, rel=1e-4)


def test_the_average_cycle_is_the_cycle() -> None:
    cycle = np.array([0.0, 0.0, 1.0, 5.0, 2.0])
    assert folded(np.tile(cycle, 9), 5.0, 5) == pytest.approx(cycle)
    assert folded(np.tile(cycle, 9)[2:], 5.0, 5, start=2) == pytest.approx(cycle)
    turned = average_cycle(np.tile(cycle, 9), 5.0)
    assert sorted(turned) == pytest.approx(sorted(cycle))
    assert turned.argmax() in (1, 2, 3)


@settings(deadline=None, max_examples=40)
@given(st.floats(300, 6000), st.floats(1.1, 1.25), st.floats(-50, 0))
def test_lines_are_found_where_they_are(hz: float, ratio: float, level_db: float) -> None:
    t = np.arange(RATE // 4) / RATE
    found_hz, found_db = lines(
        np.sin(2 * np.pi * hz * t) + 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * ratio * t + 1), RATE
    )
    assert found_hz == pytest.approx([hz, hz * ratio], abs=0.2)
    assert found_db == pytest.approx([0, level_db], abs=0.1)
