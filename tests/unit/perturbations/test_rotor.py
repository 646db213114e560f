# SPDX-License-Identifier: Apache-2.0
"""The rotor against the integral of its speed, evaluated sample by sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import cumulative_trapezoid

from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.rotor import Rotor

RATE = 16000
ANODE = {"f0_hz": 180, "start_hz": 20, "run_up_s": 1.5, "hold_s": 2, "run_down_s": 1, "rest_s": 1}


def one_run(rotor: Rotor) -> np.ndarray[Any, Any]:
    """The samples of the first whole run."""
    made = rotor.generate(15 * RATE, RATE, np.random.default_rng(1), ())
    changes = np.diff(made.active.astype(int))
    start = np.flatnonzero(changes == 1)[0] + 1
    assert not made.samples[~made.active].any()
    return made.samples[start : start + np.flatnonzero(changes[start:] == -1)[0] + 1]


def test_a_run_is_the_sine_of_the_integral_of_its_speed() -> None:
    run = one_run(Rotor(**ANODE, rise_s=0.1, harmonics=((1, 0.0), (2, -6.0))))
    assert run.size == 4.5 * RATE
    t = np.arange(run.size) / RATE
    speed = np.interp(t, [0, 1.5, 3.5, 4.5], [20, 180, 180, 20])
    turns = 2 * np.pi * cumulative_trapezoid(speed, t, initial=0)
    expected = np.sin(turns) + 10 ** (-6 / 20) * np.sin(2 * turns)
    inner = slice(round(0.1 * RATE), run.size - round(0.1 * RATE))
    assert np.abs(run - expected)[inner].max() < 1e-3


def test_rest_lies_between_runs() -> None:
    made = Rotor(**ANODE).generate(20 * RATE, RATE, np.random.default_rng(1), ())
    changes = np.diff(made.active.astype(int))
    starts, stops = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
    assert set(np.diff(starts).tolist()) == {round(5.5 * RATE)}
    assert starts[1] - stops[stops < starts[1]][-1] == RATE


def test_a_rotor_above_the_rate_is_refused() -> None:
    with pytest.raises(AudioError, match=r"rotor of 5000 Hz has no partial below 3800 Hz"):
        Rotor(**{**ANODE, "f0_hz": 5000}).generate(8000, 8000, np.random.default_rng(0), ())


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"f0_hz": 0}, "f0_hz"),
        ({"start_hz": 200}, "start_hz"),
        ({"run_up_s": 0}, "run_up_s"),
        ({"hold_s": -1}, "hold_s"),
        ({"rest_s": "a second"}, "rest_s"),
        ({"harmonics": []}, "harmonics"),
        ({"run_up_s": 0.1, "hold_s": 0.1, "run_down_s": 0.1, "rise_s": 0.5}, "rise_s"),
    ],
)
def test_an_impossible_rotor_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Rotor.from_parameters({**ANODE, **given})
    assert caught.value.key == key
