# SPDX-License-Identifier: Apache-2.0
"""Pulses: drawn where they are heard, gated inside their bounds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from stresstest.errors import ParameterError
from stresstest.perturbations._pulses import Event, Pulse, check_pulses, draw_events, gate


def test_phases_are_uniform_among_those_that_are_heard() -> None:
    """One pulse of 0.2 s a second in an excerpt of 0.2 s: any start from 0.05 s of overlap on is as likely."""
    rng = np.random.default_rng(0)
    starts = [draw_events(1600, 8000, [Pulse(0, 0.2)], 1.0, rng)[0].start for _ in range(4000)]
    histogram, _ = np.histogram(starts, bins=6, range=(-1200, 1200))
    assert histogram.sum() == 4000
    assert np.abs(histogram - 4000 / 6).max() < 5 * np.sqrt(4000 / 6)


def test_a_rare_pulse_is_found() -> None:
    event = draw_events(1600, 8000, [Pulse(0, 0.05)], 60.0, np.random.default_rng(0))[0]
    assert min(event.stop, 1600) - max(event.start, 0) == 400


def test_without_jitter_pulses_keep_their_spacing_and_with_it_the_cycle_stretches_as_a_whole() -> None:
    pulses = [Pulse(0, 0.1), Pulse(0.45, 0.1)]
    steady = draw_events(80000, 8000, pulses, 1.0, np.random.default_rng(1))
    starts = [event.start for event in steady]
    assert set(np.diff(starts)) == {3600, 4400}
    for event in draw_events(80000, 8000, pulses, 1.0, np.random.default_rng(1), jitter=0.2):
        assert 0.8 * 800 - 1 <= event.stop - event.start <= 1.2 * 800 + 1
        if event.pulse == 0:
            stretch = (event.stop - event.start) / 800
            assert 0.79 < stretch < 1.21


def test_a_stretched_cycle_is_as_long_as_its_pulses_say() -> None:
    """Pulses that fill the cycle leave no gap and never overlap, however much it varies."""
    halves = [Pulse(0, 0.5), Pulse(0.5, 0.5)]
    events = draw_events(80000, 8000, halves, 1.0, np.random.default_rng(1), jitter=0.2)
    assert len(events) > 15
    assert all(abs(after.start - before.stop) <= 1 for before, after in pairwise(events))
    assert len({event.stop - event.start for event in events}) > 5


def test_a_gate_is_open_inside_its_pulse_alone_and_its_edges_are_mirror_images() -> None:
    pulses = [Pulse(0, 0.1), Pulse(0.2, 0.1, -6.0)]
    envelope, active = gate(500, [Event(100, 200, 0), Event(300, 400, 1)], pulses, 20)
    assert np.flatnonzero(active).tolist() == [*range(100, 200), *range(300, 400)]
    assert not envelope[~active].any()
    assert envelope[150] == 1
    assert envelope[350] == pytest.approx(10 ** (-6 / 20))
    assert envelope[100:120] == pytest.approx(envelope[180:200][::-1])
    assert envelope[110] + envelope[109] == pytest.approx(1)  # a raised cosine is symmetric about its middle


def test_a_pulse_across_the_border_is_the_inner_part_of_the_whole_pulse() -> None:
    whole, _ = gate(500, [Event(100, 300, 0)], [Pulse(0, 1)], 50)
    left, _ = gate(100, [Event(-120, 80, 0)], [Pulse(0, 1)], 50)
    right, _ = gate(100, [Event(20, 220, 0)], [Pulse(0, 1)], 50)
    assert np.array_equal(left, whole[220:320])
    assert np.array_equal(right, whole[80:180])


def test_overlapping_pulses_and_edges_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"pulse 1 ends at 0\.300 s, after 0\.200 s"):
        check_pulses("onsets_ms", [Pulse(0, 0.3), Pulse(0.2, 0.3)], 1.0, 0.01)
    with pytest.raises(ParameterError, match="pulse 2 ends"):
        check_pulses("onsets_ms", [Pulse(0, 0.1), Pulse(0.9, 0.2)], 1.0, 0.01)
    with pytest.raises(ParameterError, match=r"two edges of 0\.06 s do not fit"):
        check_pulses("rise_ms", [Pulse(0, 0.1)], 1.0, 0.06)
