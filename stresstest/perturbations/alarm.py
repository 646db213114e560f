# SPDX-License-Identifier: Apache-2.0
"""An auditory alarm signal: bursts of pulses (IEC 60601-1-8), on one pitch or as a melody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations._checks import check_harmonics, check_numbers, check_rising, check_same_length
from stresstest.perturbations._partials import knots, partial_sum
from stresstest.perturbations._pulses import Event, Pulse, check_pulses, draw_events, gate
from stresstest.perturbations.base import Sound, Source, check_number

SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
C4_HZ = 440 * 2 ** (-9 / 12)
HIGHEST_OF_RATE = 0.475


def note_hz(name: str) -> float:
    """The frequency of a note such as C4, F#4 or Bb3, equal-tempered with A4 = 440 Hz; raises ParameterError.

    >>> round(note_hz("C4"), 2), note_hz("A4")
    (261.63, 440.0)
    """
    match = re.fullmatch(r"([A-G])([#b]?)([1-8])", name) if isinstance(name, str) else None
    if match is None:
        raise ParameterError("notes", f"a note is a letter A to G, maybe # or b, and an octave 1 to 8; got {name!r}")
    letter, accidental, octave = match.groups()
    semitones = SEMITONES[letter] + {"#": 1, "b": -1, "": 0}[accidental] + 12 * (int(octave) - 4)
    return float(C4_HZ * 2 ** (semitones / 12))


@dataclass(frozen=True)
class Alarm(Source):
    """Bursts of pulses.

    onsets_ms: each pulse's start in the burst, the first 0. pulse_ms: a pulse's duration, edges included.
    rise_ms: length of a raised-cosine edge. Pitch: either f0_hz, or notes (C4, F#4 …), one for each pulse.
    harmonics: pairs [k, dB], in sine phase. levels_db: of each pulse, relative (0 where left out). burst_gap_s: from
    the end of a burst to the start of the next.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)

    onsets_ms: tuple[float, ...]
    pulse_ms: float
    burst_gap_s: float
    rise_ms: float = 20.0
    f0_hz: float | None = None
    notes: tuple[str, ...] | None = None
    harmonics: tuple[tuple[float, float], ...] = ((1, 0.0), (2, 0.0), (3, 0.0), (4, 0.0), (5, 0.0))
    levels_db: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        check_numbers("onsets_ms", self.onsets_ms, 0, 20000, "ms")
        check_rising("onsets_ms", self.onsets_ms)
        if self.onsets_ms[0] != 0:
            raise ParameterError("onsets_ms", f"onsets_ms must start with 0; got {self.onsets_ms[0]:g}")
        check_number("pulse_ms", self.pulse_ms, 10, 2000, "ms")
        check_number("burst_gap_s", self.burst_gap_s, 0, 60, "s")
        check_number("rise_ms", self.rise_ms, 1, 500, "ms")
        check_harmonics("harmonics", self.harmonics)
        if self.levels_db is not None:
            check_numbers("levels_db", self.levels_db, -60, 20, "dB")
            check_same_length("levels_db", self.levels_db, "onsets_ms", self.onsets_ms)
        self._check_pitch()
        check_pulses("onsets_ms", self.pulses, self.period_s, self.rise_ms / 1000)

    def _check_pitch(self) -> None:
        if (self.f0_hz is None) == (self.notes is None):
            raise ParameterError("f0_hz", "an alarm needs either f0_hz or notes")
        if self.f0_hz is not None:
            check_number("f0_hz", self.f0_hz, 100, 4000, "Hz")
        if self.notes is not None:
            if not isinstance(self.notes, tuple):
                raise ParameterError("notes", f"notes must be a list of notes; got {self.notes!r}")
            check_same_length("notes", self.notes, "onsets_ms", self.onsets_ms)
            for name in self.notes:
                note_hz(name)

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        """The pulses of a burst."""
        levels = self.levels_db or (0.0,) * len(self.onsets_ms)
        return tuple(
            Pulse(onset / 1000, self.pulse_ms / 1000, db) for onset, db in zip(self.onsets_ms, levels, strict=True)
        )

    @property
    def period_s(self) -> float:
        """Seconds from the start of a burst to the start of the next."""
        return (self.onsets_ms[-1] + self.pulse_ms) / 1000 + self.burst_gap_s

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """The alarm at a random phase of its burst interval; active during pulses."""
        pulses = self.pulses
        events = draw_events(frames, rate_hz, pulses, self.period_s, rng)
        envelope, active = gate(frames, events, pulses, round(self.rise_ms * rate_hz / 1000))
        for event in events:
            first, last = max(event.start, 0), min(event.stop, frames)
            envelope[first:last] *= self._pitched(event, rate_hz)[first - event.start : last - event.start]
        return Sound(envelope, active)

    def _pitched(self, event: Event, rate_hz: int) -> NDArray[np.float64]:
        """The ungated partials of one pulse."""
        f0_hz = self.f0_hz if self.notes is None else note_hz(self.notes[event.pulse])
        assert f0_hz is not None  # _check_pitch
        audible = [(k, complex(10 ** (db / 20))) for k, db in self.harmonics if k * f0_hz <= HIGHEST_OF_RATE * rate_hz]
        if not audible:
            raise AudioError(
                f"An alarm of {f0_hz:g} Hz has no partial below {HIGHEST_OF_RATE * rate_hz:.0f} Hz at a rate of "
                f"{rate_hz} Hz. Use a lower f0_hz or a higher rate."
            )
        length = event.stop - event.start
        return partial_sum(f0_hz / rate_hz * knots(length), length, audible)
