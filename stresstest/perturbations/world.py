# SPDX-License-Identifier: Apache-2.0
"""A voice with other pitch, rate, level, tilt, formants and quality, by the vocoder WORLD."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.perturbations._periods import Periods, jittering, shimmering
from stresstest.perturbations._speaker_spread import Reactive
from stresstest.perturbations._voice_level import leveled
from stresstest.perturbations._world import (
    FRAME_S,
    Voice,
    analyzed,
    at_rate,
    noise_share,
    pieces,
    synthesized,
)
from stresstest.perturbations._world_cues import (
    breathier,
    ranged,
    smoothed,
    tilted,
    trembling,
    warped,
)
from stresstest.perturbations.base import check_number

RANGES = {
    "f0_shift_st": (-12, 12, "semitones"),
    "f0_range_factor": (0.1, 3, ""),
    "rate_factor": (0.5, 2, ""),
    "level_db": (-40, 40, "dB"),
    "tilt_db_per_octave": (-12, 12, "dB an octave"),
    "f1_factor": (0.75, 1.3, ""),
    "formant_space_factor": (0.6, 1.4, ""),
    "breathiness_db": (0, 10, "dB"),
    "shimmer_percent": (0, 20, "%"),
    "jitter_percent": (0, 10, "%"),
    "tremor_percent": (0, 10, "%"),
    "tremor_hz": (1, 20, "Hz"),
}


@dataclass(frozen=True)
class World(Reactive):
    """Speech taken apart into F0, spectral envelope and aperiodicity, changed, and put together again by WORLD.

    f0_shift_st: F0 up by semitones; f0_range_factor: its distance from its mean in semitones, times this.
    rate_factor: speech and pauses alike, so many times faster. level_db: ITU-T P.56 active level, of the result
    against the original. tilt_db_per_octave: slope added above 1 kHz. f1_factor: envelope below 900 Hz moved along
    frequency. formant_space_factor: F1 and F2 moved from or toward those of the neutral vowel (500 and 1500 Hz), a
    fixed map that only comes near the contraction of a speaker's own vowels. breathiness_db: the noise in voiced
    speech louder, so a lower harmonics-to-noise ratio. shimmer_percent, jitter_percent: local, added. tremor_percent:
    swing of F0 at tremor_hz. envelope_smoothing_hz: 3 dB limit of the envelope's motion, for imprecise articulation.
    spread: speakers react to different degrees. With no key given nothing is changed, and what remains is the cost
    of the vocoder: the control. F0 that is not found leaves a stretch unvoiced; noise in the recording changes
    with the voice; a mean other than 0 is lost.
    """

    stages: ClassVar[tuple[str, ...]] = ("voice",)
    cues: ClassVar[tuple[str, ...]] = ("f0_shift_st", "level_db", "tilt_db_per_octave")
    factors: ClassVar[tuple[str, ...]] = ("f0_range_factor", "rate_factor", "f1_factor", "formant_space_factor")
    additions: ClassVar[tuple[str, ...]] = ("breathiness_db", "shimmer_percent", "jitter_percent", "tremor_percent")

    f0_shift_st: float = 0.0
    f0_range_factor: float = 1.0
    rate_factor: float = 1.0
    level_db: float = 0.0
    tilt_db_per_octave: float = 0.0
    f1_factor: float = 1.0
    formant_space_factor: float = 1.0
    breathiness_db: float = 0.0
    shimmer_percent: float = 0.0
    jitter_percent: float = 0.0
    tremor_percent: float = 0.0
    tremor_hz: float = 10.0
    envelope_smoothing_hz: float | None = None
    spread: bool = False

    def __post_init__(self) -> None:
        for key, (low, high, unit) in RANGES.items():
            check_number(key, getattr(self, key), low, high, unit)
        if self.envelope_smoothing_hz is not None:
            check_number("envelope_smoothing_hz", self.envelope_smoothing_hz, 1, 200, "Hz")
        self._check_spread()

    def _reaction(self, reaction: float) -> dict[str, Any]:
        """Smoothing grows with its time constant, which is the inverse of its limit."""
        limit = self.envelope_smoothing_hz
        if limit is not None:
            limit = min(limit / reaction, 200.0) if reaction > 0 else None
        return super()._reaction(reaction) | {"envelope_smoothing_hz": limit}

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The changed voice, round(frames / rate_factor) samples; `rng` draws tremor, shimmer and jitter."""
        start, ends, done = rng.uniform(0, 2 * np.pi), [0], []
        for piece in pieces(wave):
            ends.append(ends[-1] + piece.samples.size)
            first, last = (round(end / self.rate_factor) for end in ends[-2:])
            samples, rate_hz = self._changed(piece, start, rng)
            done.append(at_rate(samples, rate_hz, wave.rate_hz, last - first))
            start += 2 * np.pi * self.tremor_hz * (last - first) / wave.rate_hz
        return leveled(wave.with_samples(np.concatenate(done)), wave, self.level_db)

    def _changed(
        self, piece: Waveform, tremor_phase: float, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], int]:
        """One piece at WORLD's rate, and that rate."""
        found = analyzed(piece)
        voice = replace(
            found,
            f0_hz=self._f0(found.f0_hz, tremor_phase),
            envelope=self._envelope(found),
            aperiodicity=self._aperiodicity(piece, found),
        )
        samples = synthesized(voice, self.rate_factor)
        if self.shimmer_percent or self.jitter_percent:
            periods = Periods.of(voice.f0_hz, FRAME_S / self.rate_factor, samples.size, voice.rate_hz)
            samples = shimmering(samples, periods, self.shimmer_percent, rng)
            samples = jittering(samples, periods, self.jitter_percent, rng)
        return samples, voice.rate_hz

    def _f0(self, f0_hz: NDArray[np.float64], tremor_phase: float) -> NDArray[np.float64]:
        steady = ranged(f0_hz, self.f0_range_factor, self.f0_shift_st)
        return trembling(steady, FRAME_S / self.rate_factor, self.tremor_hz, self.tremor_percent, tremor_phase)

    def _envelope(self, voice: Voice) -> NDArray[np.float64]:
        envelope = tilted(voice.envelope, voice.bins_hz, self.tilt_db_per_octave)
        if self.f1_factor != 1 or self.formant_space_factor != 1:
            envelope = warped(envelope, voice.bins_hz, self.f1_factor, self.formant_space_factor)
        if self.envelope_smoothing_hz is not None:
            envelope = smoothed(envelope, FRAME_S / self.rate_factor, self.envelope_smoothing_hz)
        return envelope

    def _aperiodicity(self, piece: Waveform, voice: Voice) -> NDArray[np.float64]:
        if self.breathiness_db == 0:
            return voice.aperiodicity
        return breathier(voice.aperiodicity, noise_share(piece), self.breathiness_db)
