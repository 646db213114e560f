# SPDX-License-Identifier: Apache-2.0
"""A machine that runs up to its speed, holds it and runs down: the anode of an X-ray tube, a centrifuge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import AudioError
from stresstest.perturbations._checks import check_harmonics
from stresstest.perturbations._partials import knots, partial_sum
from stresstest.perturbations._pulses import Event, Pulse, check_pulses, draw_events, gate
from stresstest.perturbations.base import Sound, Source, check_number

HIGHEST_OF_RATE = 0.475


@dataclass(frozen=True)
class Rotor(Source):
    """A tone whose frequency rises evenly from start_hz to f0_hz in run_up_s, holds, and falls back, over and over.

    harmonics: pairs [k, dB], in sine phase. hold_s: at f0_hz. run_down_s: back to start_hz. rest_s: silence from the
    end of a run to the start of the next. rise_s: length of the raised-cosine edges with which a run begins and ends.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    f0_hz: float
    start_hz: float
    run_up_s: float
    hold_s: float
    run_down_s: float
    rest_s: float
    harmonics: tuple[tuple[float, float], ...] = ((1, 0.0),)
    rise_s: float = 0.1

    def __post_init__(self) -> None:
        check_number("f0_hz", self.f0_hz, 20, 7500, "Hz")
        check_number("start_hz", self.start_hz, 1, self.f0_hz, "Hz")
        check_number("run_up_s", self.run_up_s, 0.05, 60, "s")
        check_number("hold_s", self.hold_s, 0.05, 600, "s")
        check_number("run_down_s", self.run_down_s, 0.05, 600, "s")
        check_number("rest_s", self.rest_s, 0, 600, "s")
        check_harmonics("harmonics", self.harmonics)
        check_number("rise_s", self.rise_s, 0.001, 1, "s")
        check_pulses("rise_s", [self._run], self._run.duration_s + self.rest_s, self.rise_s)

    @property
    def _run(self) -> Pulse:
        return Pulse(0.0, self.run_up_s + self.hold_s + self.run_down_s)

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """Runs at a random phase of their cycle; active during runs."""
        events = draw_events(frames, rate_hz, [self._run], self._run.duration_s + self.rest_s, rng)
        envelope, active = gate(frames, events, [self._run], round(self.rise_s * rate_hz))
        for event in events:
            first, last = max(event.start, 0), min(event.stop, frames)
            envelope[first:last] *= self._partials(event, rate_hz)[first - event.start : last - event.start]
        return Sound(envelope, active)

    def _partials(self, event: Event, rate_hz: int) -> NDArray[np.float64]:
        """The ungated partials of one run."""
        audible = [
            (k, complex(10 ** (db / 20))) for k, db in self.harmonics if k * self.f0_hz <= HIGHEST_OF_RATE * rate_hz
        ]
        if not audible:
            raise AudioError(
                f"A rotor of {self.f0_hz:g} Hz has no partial below {HIGHEST_OF_RATE * rate_hz:.0f} Hz at a rate of "
                f"{rate_hz} Hz. Use a lower f0_hz or a higher rate."
            )
        length = event.stop - event.start
        return partial_sum(self._cycles(knots(length) / rate_hz), length, audible)

    def _cycles(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        """The phase in cycles at times in s after a run's start: the integral of its frequency."""
        up = np.clip(t, 0, self.run_up_s)
        down = np.clip(t - self.run_up_s - self.hold_s, 0, None)
        gain_hz = self.f0_hz - self.start_hz
        lost = gain_hz * (up - up**2 / (2 * self.run_up_s) + down**2 / (2 * self.run_down_s))
        return self.f0_hz * t - lost
