# SPDX-License-Identifier: Apache-2.0
"""Tonal lines: where one frequency stands out of its surroundings, steadily, drifting or in pulses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.fitting.bands import STEPS_HZ, Bands
from stresstest.fitting.gates import FASTEST_HZ, Gate, gate_of
from stresstest.fitting.peaks import WINDOWS_S, Peak, find_peaks
from stresstest.fitting.rhythm import Cycle, cycle_of

MOST = 40
PURE = 0.30
"""Largest relative spread of a line's amplitude; noise in a narrow band has 0.52."""
WAVERING_DB = 15.0
DRIFTS = (0.005, 0.012, 0.025, 0.045)
"""Half widths, relative, in which a drifting line is looked for."""
WEAKER_DB = 8.0
WIDTHS_HZ = (40.0, 20.0, 10.0)
"""Half widths in which pulses are looked for."""
ENVELOPE_HZ = 400
SHORTEST_S = 0.012
FILTER_EDGE = 0.87
"""Length of the edge that a band of half width B makes of a step, times B; measured."""


@dataclass(frozen=True, slots=True)
class Line:
    """One frequency.

    level_dbov: while it sounds. over_db: over the noise within a third octave. drift: largest relative deviation of
    the frequency. gate, cycle: of a line that comes and goes. taken_hz: the range of frequencies that it explains.
    """

    hz: float
    level_dbov: float
    over_db: float
    drift: float
    taken_hz: tuple[float, float]
    gate: Gate | None = None
    cycle: Cycle | None = None
    rise_s: float = 0.02

    @property
    def duty(self) -> float:
        """The part of the time in which it sounds."""
        return float(self.gate.open.mean()) if self.gate is not None else 1.0

    @property
    def splatter_hz(self) -> float:
        """How far the side bands of its pulses reach; 0 for a steady line."""
        if self.gate is None:
            return 0.0
        return max(1 / self.rise_s, 12 / self.cycle.period_s if self.cycle is not None else 0.0)


def find_lines(bands: Bands, clean: NDArray[np.bool_]) -> list[Line]:
    """The lines of a recording by rising frequency, at most MOST; `clean` says which steps of HOP_S count."""
    found: list[Line] = []
    for number, window_s in enumerate(WINDOWS_S):
        candidates = find_peaks(bands, clean, number)
        blur_hz = 2 / window_s if number else 0.0  # a shorter window runs together what a longer one has told apart
        for candidate in candidates:
            known = any(_explains(line, candidate.hz, candidate.level_dbov, blur_hz) for line in found)
            if len(found) < MOST and not known:
                others = [c.hz for c in candidates] + [line.hz for line in found]
                line = _line(bands, clean, candidate, others)
                if line is not None:
                    found.append(line)
    own = [a for a in found if not any(b is not a and _explains(b, a.hz, a.level_dbov + WEAKER_DB) for b in found)]
    return sorted(own, key=lambda line: line.hz)


def _explains(line: Line, hz: float, level_dbov: float, blur_hz: float = 0.0) -> bool:
    """Whether a peak is a part of a line: inside its range, or a side band of its pulses."""
    if line.taken_hz[0] - blur_hz <= hz <= line.taken_hz[1] + blur_hz and level_dbov <= line.level_dbov + WEAKER_DB:
        return True
    return abs(hz - line.hz) <= line.splatter_hz and level_dbov < line.level_dbov - WEAKER_DB


def _line(bands: Bands, clean: NDArray[np.bool_], candidate: Peak, others: list[float]) -> Line | None:
    """What sounds at a candidate: a steady line, a drifting one, one in pulses, or None where it is but noise."""
    free = min((abs(hz - candidate.hz) for hz in others if abs(hz - candidate.hz) > 0.5), default=9.0)
    narrow = min(3.0, max(1.0, 0.45 * free))
    steady = _steady(bands, clean, candidate, narrow)
    if steady is not None and not _has_sidebands(candidate.hz, others):
        return steady
    gated = _gated_at_any_width(bands, clean, candidate, 1.2 / narrow if steady is not None else np.inf)
    if steady is not None:
        return gated or steady
    for half_hz in (part * candidate.hz for part in DRIFTS):
        if half_hz > narrow and (steady := _steady(bands, clean, candidate, half_hz)) is not None:
            return steady
    return gated or _wavering(bands, clean, candidate, narrow)


def _wavering(bands: Bands, clean: NDArray[np.bool_], candidate: Peak, half_hz: float) -> Line | None:
    """A sharp and high peak whose amplitude wavers: a line all the same, at its mean power."""
    if not candidate.sharp or candidate.over_db < WAVERING_DB:
        return None
    return _steady(bands, clean, candidate, half_hz, spread=np.inf)


def _has_sidebands(hz: float, others: list[float]) -> bool:
    """Whether there are peaks close by on both sides, as pulses in a fast cycle make them."""
    near = [other - hz for other in others if 0.5 < abs(other - hz) < FASTEST_HZ]
    return any(offset > 0 for offset in near) and any(offset < 0 for offset in near)


def _gated_at_any_width(bands: Bands, clean: NDArray[np.bool_], candidate: Peak, longest_s: float) -> Line | None:
    """A line in pulses, the widest band first: it shows the edges best; with a cycle of at most `longest_s`."""
    for half_hz in WIDTHS_HZ:
        if half_hz < 0.7 * candidate.hz:
            line = _gated(bands, clean, candidate, half_hz)
            if line is not None and (line.cycle.period_s if line.cycle is not None else 1e9) <= longest_s:
                return line
    return None


def _gated(bands: Bands, clean: NDArray[np.bool_], candidate: Peak, half_hz: float) -> Line | None:
    sound = bands.near(candidate.hz, half_hz, ENVELOPE_HZ)
    wanted = np.repeat(clean, ENVELOPE_HZ // STEPS_HZ)[: sound.size]
    sound = sound[: wanted.size]
    gate = gate_of(np.abs(sound), ENVELOPE_HZ, wanted, SHORTEST_S)
    if gate is None or gate.spread > PURE or len(gate.pulses) < 3:
        return None
    joined = [wanted[int(a.stop_s * ENVELOPE_HZ) : int(b.start_s * ENVELOPE_HZ)].all()
              for a, b in zip(gate.pulses, gate.pulses[1:], strict=False)]  # fmt: skip
    cycle = cycle_of(gate.pulses, np.array(joined))
    if cycle is None and not _is_event(gate):
        return None
    hz, drift = _frequency(sound, wanted & gate.open, candidate.hz)
    if cycle is not None and _beats(sound, cycle, hz - candidate.hz):
        return None
    measured, own = gate.rise_s, FILTER_EDGE / half_hz
    rise_s = max(measured**4 - own**4, 0.004**4) ** 0.25
    taken = half_hz if cycle is None or len(cycle.onsets_s) > 1 else max(half_hz, 6 / cycle.period_s)
    return Line(hz, _dbov(gate.on), candidate.over_db, drift, (hz - taken, hz + taken), gate, cycle, min(0.2, rise_s))


def _is_event(gate: Gate) -> bool:
    """Whether irregular pulses are a tone's and no chance of the noise: long, pure and far above what is between."""
    duration = float(np.median([pulse.stop_s - pulse.start_s for pulse in gate.pulses]))
    return duration > 0.06 and gate.spread < 0.15 and gate.off < 0.25 * gate.on


def _beats(sound: NDArray[np.complex128], cycle: Cycle, mean_hz: float) -> bool:
    """Whether two steady lines make the pulses: then nothing sounds midway between them, where a carrier would."""
    if len(cycle.onsets_s) > 1 or cycle.durations_s[0] < 0.5 * cycle.period_s:
        return False
    power = np.square(np.abs(np.fft.fft(sound * np.hanning(sound.size))))
    offset = np.abs(np.fft.fftfreq(sound.size, 1 / ENVELOPE_HZ) - mean_hz) * cycle.period_s
    return bool(power[offset < 0.25].max() < power[(offset > 0.25) & (offset < 0.75)].max())


def _steady(
    bands: Bands, clean: NDArray[np.bool_], candidate: Peak, half_hz: float, spread: float = PURE
) -> Line | None:
    rate = max(20, int(4 * half_hz))
    sound = bands.near(candidate.hz, half_hz, rate)
    times = np.minimum((np.arange(sound.size) / rate * STEPS_HZ).astype(int), clean.size - 1)
    wanted = clean[times]
    margin = int(rate / half_hz)
    wanted[:margin] = wanted[-margin:] = False  # the filter's own run-up
    if wanted.sum() < 2 * rate:
        return None
    amplitude = np.abs(sound[wanted])
    if amplitude.std() > spread * amplitude.mean():
        return None
    hz, drift = _frequency(sound, wanted, candidate.hz, rate)
    level = _dbov(float(np.sqrt(np.square(amplitude).mean())))
    return Line(hz, level, candidate.over_db, drift, (hz - half_hz, hz + half_hz))


def _frequency(
    sound: NDArray[np.complex128], on: NDArray[np.bool_], center_hz: float, rate_hz: int = ENVELOPE_HZ
) -> tuple[float, float]:
    """Mean frequency in Hz and the largest relative deviation of a sine-shaped drift, from the phase's advance."""
    turn = sound[1:] * np.conj(sound[:-1]) * (on[1:] & on[:-1])
    mean_hz = float(np.angle(turn.sum()) / (2 * np.pi) * rate_hz)
    block = max(1, rate_hz)
    parts = [turn[a : a + block].sum() for a in range(0, turn.size - block + 1, block)]
    weights = np.abs(parts)
    heard = weights > 0.25 * np.median(weights[weights > 0]) if (weights > 0).any() else weights > 0
    tracks = np.angle(np.array(parts)[heard]) / (2 * np.pi) * rate_hz
    if tracks.size < 4:
        return center_hz + mean_hz, 0.0
    jitter = np.diff(tracks).std() / np.sqrt(2)  # white between seconds: the estimate's own error
    wander = np.sqrt(max(tracks.var() - jitter**2, 0.0))
    hz = center_hz + float(tracks.mean())
    return hz, min(0.02, float(np.sqrt(2) * wander / hz))


def _dbov(amplitude: float) -> float:
    """The level of a sinusoid."""
    return float(20 * np.log10(amplitude / np.sqrt(2)))
