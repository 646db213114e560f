# SPDX-License-Identifier: Apache-2.0
"""The tone against its formula, evaluated sample by sample, and its known duty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stresstest.audio.levels import rms_dbov
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.tone import Tone

RATE = 16000


@pytest.mark.parametrize(("f0_hz", "drift"), [(440.0, 0.0), (440.0, 0.02), (1000.0, 0.002)])
def test_a_steady_tone_is_its_formula(f0_hz: float, drift: float) -> None:
    tone = Tone(f0_hz=f0_hz, harmonics=((1, 0.0), (3, -6.0)), drift=drift)
    made = tone.generate(3 * RATE, RATE, np.random.default_rng(7), ())
    psi, first, third = np.random.default_rng(7).uniform(0, 2 * np.pi, 3)
    t = np.arange(3 * RATE) / RATE
    cycles = f0_hz * (t + drift * (np.cos(psi) - np.cos(2 * np.pi * 0.1 * t + psi)) / (2 * np.pi * 0.1))
    expected = np.sin(2 * np.pi * cycles + first) + 10 ** (-6 / 20) * np.sin(6 * np.pi * cycles + third)
    assert np.abs(made.samples - expected).max() < 1e-4
    assert made.active.all()


def test_a_duty_of_a_quarter_sounds_a_quarter_of_the_time_6_db_above_its_long_term_level() -> None:
    made = Tone(f0_hz=1000, rep_hz=4, duty=0.25).generate(60 * RATE, RATE, np.random.default_rng(0), ())
    assert made.active.mean() == pytest.approx(0.25, abs=0.0005)
    assert rms_dbov(made.samples[made.active]) - rms_dbov(made.samples) == pytest.approx(6.02, abs=0.01)
    assert not made.samples[~made.active].any()


def test_partials_above_the_limit_are_left_out_and_the_others_stay() -> None:
    harmonics = ((1, 0.0), (2, 0.0), (3, 0.0))
    made = Tone(f0_hz=3000, harmonics=harmonics).generate(RATE, RATE, np.random.default_rng(0), ())
    spectrum = np.abs(np.fft.rfft(made.samples)) / (RATE / 2)
    assert np.flatnonzero(spectrum > 0.01).tolist() == [3000, 6000]
    with pytest.raises(AudioError, match=r"no partial below 3800 Hz.*lower f0_hz"):
        Tone(f0_hz=5000).generate(8000, 8000, np.random.default_rng(0), ())


def test_the_broadband_lies_its_db_under_the_sounding_tone_and_fills_the_gaps() -> None:
    tone = Tone(f0_hz=1000, rep_hz=2, duty=0.5, tone_to_noise_db=12)
    made = tone.generate(20 * RATE, RATE, np.random.default_rng(0), ())
    bare = Tone(f0_hz=1000, rep_hz=2, duty=0.5).generate(20 * RATE, RATE, np.random.default_rng(0), ())
    assert rms_dbov(bare.samples[bare.active]) - rms_dbov(made.samples - bare.samples) == pytest.approx(12, abs=0.05)
    assert rms_dbov(made.samples[~made.active]) == pytest.approx(rms_dbov(made.samples - bare.samples), abs=0.2)


def test_jitter_moves_the_repetitions_and_their_absence_does_not() -> None:
    def spacings(jitter: float) -> set[int]:
        made = Tone(f0_hz=500, rep_hz=4, duty=0.25, rep_jitter=jitter).generate(
            20 * RATE, RATE, np.random.default_rng(3), ()
        )
        return set(np.diff(np.flatnonzero(np.diff(made.active.astype(int)) == 1)).tolist())

    assert spacings(0.0) == {RATE // 4}
    assert min(spacings(0.1)) >= 0.9 * RATE / 4 - 1
    assert max(spacings(0.1)) <= 1.1 * RATE / 4 + 1
    assert len(spacings(0.1)) > 20


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"f0_hz": 20}, "f0_hz"),
        ({"f0_hz": "1 kHz"}, "f0_hz"),
        ({"harmonics": []}, "harmonics"),
        ({"harmonics": [[0.5, 0]]}, "harmonics"),
        ({"harmonics": [[1, 0], [1, -6]]}, "harmonics"),
        ({"harmonics": [[0, 0]]}, "harmonics"),
        ({"duty": 0}, "duty"),
        ({"rep_hz": 20, "duty": 0.1}, "rise_s"),
        ({"drift": 0.1}, "drift"),
        ({"broadband_db": [0, 0]}, "broadband_db"),
        ({"f0": 100}, "f0"),
    ],
)
def test_what_the_formula_does_not_allow_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Tone.from_parameters({"f0_hz": 1000, **given})
    assert caught.value.key == key
