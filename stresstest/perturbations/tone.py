# SPDX-License-Identifier: Apache-2.0
"""A tone with harmonics, steady or in pulses: equipment with a regularity and an acoustic frequency of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import shaped_noise
from stresstest.errors import AudioError
from stresstest.perturbations._checks import check_harmonics, check_numbers, check_rising, check_same_length
from stresstest.perturbations._partials import knots, partial_sum
from stresstest.perturbations._pulses import Pulse, check_pulses, draw_events, gate
from stresstest.perturbations.base import Sound, Source, check_number
from stresstest.seeds import fork

DRIFT_HZ = 0.1
HIGHEST_OF_RATE = 0.475


@dataclass(frozen=True)
class Tone(Source):
    """y(t) = env(t) Σ a_k sin(2πk PHI(t) + φ_k), PHI(t) = ∫ f0 (1 + drift sin(2π 0.1 t + ψ)) dt, φ and ψ random.

    harmonics: pairs [k, dB], k not whole for an inharmonic partial; partials above 0.475 of the sample rate are left
    out. rep_hz: repetitions a second, 0 for a steady tone. duty: the part of each repetition that sounds, edges
    included; at 1 the gate never closes. rise_s: length of a raised-cosine edge. rep_jitter, drift: largest relative
    change of the repetition's period and of f0. tone_to_noise_db: level of the sounding tone over a steady broadband
    noise (none where null), whose spectrum is band levels `broadband_db` at `broadband_hz`; by default equal octaves,
    falling 3 dB an octave a Hz.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    f0_hz: float
    harmonics: tuple[tuple[float, float], ...] = ((1, 0.0),)
    rep_hz: float = 0.0
    duty: float = 1.0
    rise_s: float = 0.02
    rep_jitter: float = 0.0
    drift: float = 0.0
    tone_to_noise_db: float | None = None
    broadband_hz: tuple[float, ...] = (63, 125, 250, 500, 1000, 2000, 4000, 8000)
    broadband_db: tuple[float, ...] = (0, 0, 0, 0, 0, 0, 0, 0)

    def __post_init__(self) -> None:
        check_number("f0_hz", self.f0_hz, 40, 7500, "Hz")
        check_harmonics("harmonics", self.harmonics)
        check_number("rep_hz", self.rep_hz, 0, 20, "repetitions a second")
        check_number("duty", self.duty, 0.02, 1)
        check_number("rise_s", self.rise_s, 0.001, 0.2, "s")
        check_number("rep_jitter", self.rep_jitter, 0, 0.2)
        check_number("drift", self.drift, 0, 0.02)
        if self.tone_to_noise_db is not None:
            check_number("tone_to_noise_db", self.tone_to_noise_db, -40, 80, "dB")
        check_numbers("broadband_hz", self.broadband_hz, 10, 24000, "Hz", least=2)
        check_rising("broadband_hz", self.broadband_hz)
        check_numbers("broadband_db", self.broadband_db, -200, 200, "dB")
        check_same_length("broadband_db", self.broadband_db, "broadband_hz", self.broadband_hz)
        if self._pulsed:
            shortest = Pulse(0, self._pulse.duration_s * (1 - self.rep_jitter))
            check_pulses("rise_s", [shortest], 1 / self.rep_hz, self.rise_s)

    @property
    def _pulsed(self) -> bool:
        return self.rep_hz > 0 and self.duty < 1

    @property
    def _pulse(self) -> Pulse:
        return Pulse(0.0, self.duty / self.rep_hz)

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """The tone at a random phase of its repetition; active where the gate is open."""
        samples = self._partials(frames, rate_hz, rng)
        noises, events_rng = fork(rng, 2)
        active = np.ones(frames, bool)
        if self._pulsed:
            events = draw_events(frames, rate_hz, [self._pulse], 1 / self.rep_hz, events_rng, self.rep_jitter)
            envelope, active = gate(frames, events, [self._pulse], round(self.rise_s * rate_hz))
            samples *= envelope
        if self.tone_to_noise_db is not None:
            noise = shaped_noise(frames, rate_hz, self.broadband_hz, self.broadband_db, noises)
            noise *= 10 ** (-self.tone_to_noise_db / 20) * np.sqrt(self._power(rate_hz))
            samples += noise
        return Sound(samples, active)

    def _power(self, rate_hz: int) -> float:
        """The mean square of the tone while it sounds, its edges included."""
        audible = [db for k, db in self.harmonics if k * self.f0_hz <= HIGHEST_OF_RATE * rate_hz]
        steady = sum(10 ** (db / 10) for db in audible) / 2
        edges = 2 * self.rise_s / self._pulse.duration_s if self._pulsed else 0.0
        return steady * (1 - edges * 5 / 8)  # the mean square of a raised-cosine edge is 3/8

    def _partials(self, frames: int, rate_hz: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """The ungated tone."""
        psi, *phases = rng.uniform(0, 2 * np.pi, 1 + len(self.harmonics))
        audible = [
            (k, 10 ** (level_db / 20) * np.exp(1j * phase))
            for (k, level_db), phase in zip(self.harmonics, phases, strict=True)
            if k * self.f0_hz <= HIGHEST_OF_RATE * rate_hz
        ]
        if not audible:
            raise AudioError(
                f"A tone of {self.f0_hz:g} Hz has no partial below {HIGHEST_OF_RATE * rate_hz:.0f} Hz at a rate of "
                f"{rate_hz} Hz. Use a lower f0_hz or a higher rate."
            )
        t = knots(frames) / rate_hz
        wander = self.drift * (np.cos(psi) - np.cos(2 * np.pi * DRIFT_HZ * t + psi)) / (2 * np.pi * DRIFT_HZ)
        return partial_sum(self.f0_hz * (t + wander), frames, audible)
