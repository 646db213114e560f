# SPDX-License-Identifier: Apache-2.0
"""Pauses made longer or shorter, lapses and breaths between words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.levels import active_speech_level
from stresstest.audio.spectra import shaped_noise
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations._checks import check_numbers
from stresstest.perturbations._gaps import Gap, gaps_of, resized
from stresstest.perturbations._speaker_spread import Reactive
from stresstest.perturbations.base import check_number
from stresstest.seeds import fork

Float64s = NDArray[np.float64]

BREATH_HZ = (250, 500, 1000, 2000, 4000, 8000)
BREATH_DB = (-12, -5, 0, 0, -6, -14)
BREATH_EDGE_S = 0.05
"""Octave levels of an inhalation and the length of its raised-cosine edges, chosen for this project."""
LEAST_TONE_S = 0.05
"""Silence before the first word and after the last can take a breath from this length on."""
LATE_S = 1.0
"""A breath that found no pause for longer than this is not made up for."""


@dataclass(frozen=True)
class Pauses(Reactive):
    """Stretches of a voice at least `least_pause_ms` long and 30 dB under its active speech level, changed.

    pause_factor: the length of every pause between words, times this. lapses_per_minute: so many pauses, drawn at
    random, get longer by lapse_s (shortest, longest); speech without pauses has none. breath_every_s (shortest,
    longest): an inhalation begins so often, in the nearest pause or in the silence around the speech; breath_ms
    (shortest, longest) is its length between the middles of its edges, breath_db its level against the active
    speech level. What is added is the pause's own room tone, cross-faded, never digital silence. spread: speakers
    react to different degrees; a reversed one has neither lapses nor breaths.
    """

    stages: ClassVar[tuple[str, ...]] = ("voice",)
    factors: ClassVar[tuple[str, ...]] = ("pause_factor",)
    additions: ClassVar[tuple[str, ...]] = ("lapses_per_minute",)

    pause_factor: float = 1.0
    least_pause_ms: float = 150.0
    lapses_per_minute: float = 0.0
    lapse_s: tuple[float, float] = (0.5, 2.0)
    breath_every_s: tuple[float, float] | None = None
    breath_ms: tuple[float, float] = (300.0, 500.0)
    breath_db: float = -20.0
    spread: bool = False

    def __post_init__(self) -> None:
        check_number("pause_factor", self.pause_factor, 0.1, 5)
        check_number("least_pause_ms", self.least_pause_ms, 100, 1000, "ms")
        check_number("lapses_per_minute", self.lapses_per_minute, 0, 30)
        _check_span("lapse_s", self.lapse_s, 0.1, 10, "s")
        if self.breath_every_s is not None:
            _check_span("breath_every_s", self.breath_every_s, 1, 60, "s")
        _check_span("breath_ms", self.breath_ms, 100, 2000, "ms")
        check_number("breath_db", self.breath_db, -60, 0, "dB")
        self._check_spread()

    def _reaction(self, reaction: float) -> dict[str, Any]:
        """Breaths come more often; nobody breathes in less than never."""
        every = self.breath_every_s
        if every is not None:
            every = (every[0] / reaction, every[1] / reaction) if reaction > 0 else None
        return super()._reaction(reaction) | {"breath_every_s": every}

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The voice with other pauses; unchanged where ITU-T P.56 finds no speech."""
        try:
            level_dbov = active_speech_level(wave).dbov
        except AudioError:
            return wave
        gaps = [
            gap
            for gap in gaps_of(wave, level_dbov, LEAST_TONE_S)
            if not gap.inner or gap.frames >= self.least_pause_ms / 1000 * wave.rate_hz
        ]
        for_lapses, for_breaths, for_tone = fork(rng, 3)
        lengths = self._lengths(gaps, wave, for_lapses)
        breaths = self._breaths(gaps, lengths, wave, for_breaths, level_dbov)
        samples, done, at = wave.samples.astype(np.float64), [], 0
        for gap, frames, breath in zip(gaps, lengths, breaths, strict=True):
            tone = resized(samples[gap.start : gap.stop], frames + breath.size, wave.rate_hz, for_tone)
            first = frames // 2
            done += [samples[at : gap.start], tone[:first], tone[first : first + breath.size] + breath]
            done.append(tone[first + breath.size :])
            at = gap.stop
        return wave.with_samples(np.concatenate([*done, samples[at:]]))

    def _lengths(self, gaps: Sequence[Gap], wave: Waveform, rng: np.random.Generator) -> list[int]:
        """How long each gap becomes, in samples, without breaths."""
        inner = [k for k, gap in enumerate(gaps) if gap.inner]
        lengths = [round(gap.frames * self.pause_factor) if gap.inner else gap.frames for gap in gaps]
        count = min(int(rng.poisson(self.lapses_per_minute * wave.seconds / 60)), len(inner))
        for k in rng.permutation(inner)[:count]:
            lengths[k] += round(rng.uniform(*self.lapse_s) * wave.rate_hz)
        return lengths

    def _breaths(
        self, gaps: Sequence[Gap], lengths: Sequence[int], wave: Waveform, rng: np.random.Generator, level_dbov: float
    ) -> list[Float64s]:
        """A breath for each gap, empty where there is none: in the gap that is nearest to when one is due."""
        breaths = [np.zeros(0) for _ in gaps]
        if self.breath_every_s is None or not gaps:
            return breaths
        starts = np.array([gap.start for gap in gaps])
        moved = starts + np.cumsum([0, *(n - gap.frames for n, gap in zip(lengths, gaps, strict=True))])[:-1]
        times = (moved + np.array(lengths) // 2) / wave.rate_hz
        due, added = rng.uniform(0, sum(self.breath_every_s) / 2), 0.0
        for k, time in enumerate(times):
            is_last = k + 1 == len(times)
            if time + added < due and (is_last or times[k + 1] + added - due <= due - time - added):
                continue
            if is_last and time + added < due - LATE_S:
                break
            breaths[k] = self._breath(wave.rate_hz, rng, level_dbov)
            due = max(due, time + added - LATE_S) + rng.uniform(*self.breath_every_s)
            added += breaths[k].size / wave.rate_hz
        return breaths

    def _breath(self, rate_hz: int, rng: np.random.Generator, level_dbov: float) -> Float64s:
        """One inhalation, with its edges."""
        edge = round(BREATH_EDGE_S * rate_hz)
        frames = round(rng.uniform(*self.breath_ms) / 1000 * rate_hz) + edge
        rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
        envelope = np.concatenate((rise, np.ones(frames - 2 * edge), rise[::-1]))
        noise = shaped_noise(frames, rate_hz, BREATH_HZ, BREATH_DB, rng)
        return np.asarray(noise * envelope * 10 ** ((level_dbov + self.breath_db) / 20))


def _check_span(key: str, span: object, low: float, high: float, unit: str) -> None:
    """Shortest and longest."""
    check_numbers(key, span, low, high, unit, least=2)
    if not isinstance(span, tuple) or len(span) != 2 or span[0] > span[1]:
        raise ParameterError(key, f"{key} must be the shortest and the longest, such as [1, 2]; got {span!r}")
