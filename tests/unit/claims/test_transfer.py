# SPDX-License-Identifier: Apache-2.0
"""The transfer instruments on effects whose answer is known in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.claims._transfer import gains_db, lag_samples
from stresstest.perturbations import Effect


@dataclass(frozen=True)
class TwoTaps(Effect):
    """Half of the sample before added to each, then all of it later by `delay` samples."""

    delay: int = 0
    sign: int = 1

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        taps = np.concatenate([np.zeros(self.delay), self.sign * np.array([1.0, 0.5])])
        return wave.with_samples(np.convolve(wave.samples, taps)[: wave.samples.size])


@pytest.mark.parametrize("rate_hz", [8000, 16000, 48000])
def test_the_gain_of_two_taps_is_that_of_the_formula(rate_hz: int) -> None:
    hz = np.array([50, 440, 1000, 3900])
    expected = 20 * np.log10(np.abs(1 + 0.5 * np.exp(-2j * np.pi * hz / rate_hz)))
    assert gains_db(TwoTaps(), rate_hz, hz.tolist()) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(("delay", "sign"), [(0, 1), (3, 1), (40, -1)])
def test_the_lag_is_the_delay_whatever_the_polarity(delay: int, sign: int) -> None:
    assert lag_samples(TwoTaps(delay, sign), 8000) == pytest.approx(delay, abs=0.3)


def test_a_lead_is_a_negative_lag() -> None:
    class Early(TwoTaps):
        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            return wave.with_samples(np.append(wave.samples[5:], np.zeros(5)))

    assert lag_samples(Early(), 8000) == pytest.approx(-5, abs=0.01)


@pytest.mark.parametrize("hz", [[100, 100.2], [0.2], [8000]])
def test_frequencies_that_cannot_be_told_apart_are_refused(hz: list[float]) -> None:
    with pytest.raises(ValueError, match="different frequencies"):
        gains_db(TwoTaps(), 16000, hz)
