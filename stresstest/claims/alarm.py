# SPDX-License-Identifier: Apache-2.0
"""Measures alarms: when each pulse of a burst sounds, how long, on which pitch and how loud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._lines import nearest_lines
from stresstest.claims._pulse_timing import PulseTiming, moving_mean, pulse_timing, rectified, whole_runs
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.alarm import Alarm as Kind
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

RATE_HZ = 16000
BURSTS = 4
COARSE_S = 0.01
KEYBOARD = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
TOLERANCE_MS = 2.0


class Alarm(Instrument):
    """Bursts from the envelope, each pulse beside its place; pitch and partials from the spectrum of its plateau."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """The claims of an alarm, over the bursts that lie whole in the rendering."""
        frames = round(BURSTS * kind.period_s * RATE_HZ)
        samples = kind.generate(frames, RATE_HZ, rng_for(0, "claims", "alarm"), ()).samples
        runs = whole_runs(moving_mean(np.abs(samples), COARSE_S * RATE_HZ), floor=0.03)
        bursts = [
            [_pulse(samples, run, hz) for run, hz in zip(burst, _claimed_hz(kind), strict=True)]
            for burst in _bursts(runs, len(kind.onsets_ms))
        ]
        yield Claim(("onsets_ms",), f"whole bursts in {BURSTS} periods", BURSTS - 0.5, len(bursts), 0.5)
        if bursts:
            yield from _timing(kind, bursts)
            yield from _pitch(kind, samples, bursts)


def _bursts(runs: list[tuple[int, int]], size: int) -> list[list[tuple[int, int]]]:
    """The runs in groups, cut at the longest gaps; groups of another size than `size` are left out."""
    gaps = np.array([after[0] - before[1] for before, after in pairwise(runs)])
    cuts = [int(n) + 1 for n in np.flatnonzero(gaps > 0.95 * gaps.max())]
    groups = [runs[a:b] for a, b in zip([0, *cuts], [*cuts, len(runs)], strict=True)]
    return [group for group in groups if len(group) == size]


def _pulse(samples: Float64s, run: tuple[int, int], pitch_hz: float) -> PulseTiming:
    """The timing of the pulse in a run, from an envelope that its pitch leaves without ripple."""
    margin = round(2 * COARSE_S * RATE_HZ)
    start, stop = max(run[0] - margin, 0), run[1] + margin
    envelope = rectified(samples[start:stop], RATE_HZ, 1 / pitch_hz)
    found = pulse_timing(envelope, run[0] - start, run[1] - start, RATE_HZ)
    return replace(found, onset_s=found.onset_s + start / RATE_HZ)


def _timing(kind: Kind, bursts: list[list[PulseTiming]]) -> Iterator[Claim]:
    onsets_ms = 1000 * np.array([[pulse.onset_s - burst[0].onset_s for pulse in burst] for burst in bursts])
    durations_ms = 1000 * np.array([[pulse.duration_s for pulse in burst] for burst in bursts])
    for n, claimed in enumerate(kind.onsets_ms):
        onset = _furthest(onsets_ms[:, n], claimed)
        yield Claim(("onsets_ms",), f"onset of pulse {n + 1}", claimed, onset, TOLERANCE_MS, "ms")
        duration = _furthest(durations_ms[:, n], kind.pulse_ms)
        yield Claim(("pulse_ms",), f"duration of pulse {n + 1}", kind.pulse_ms, duration, TOLERANCE_MS, "ms")
    edge = 1000 * float(np.mean([pulse.edge_s for burst in bursts for pulse in burst]))
    finest_ms = 500 / min(_claimed_hz(kind))  # half a period: an edge shows no finer than that
    tolerance = max(min(TOLERANCE_MS, 0.2 * kind.rise_ms), finest_ms)
    yield Claim(("rise_ms",), "length of an edge", kind.rise_ms, edge, tolerance, "ms")
    for before, after in pairwise(bursts):
        gap_s = after[0].onset_s - before[-1].onset_s - before[-1].duration_s
        yield Claim(("burst_gap_s",), "from a burst to the next", kind.burst_gap_s, gap_s, TOLERANCE_MS / 1000, "s")


def _furthest(measured: Float64s, claimed: float) -> float:
    return float(measured[np.abs(measured - claimed).argmax()])


def _pitch(kind: Kind, samples: Float64s, bursts: list[list[PulseTiming]]) -> Iterator[Claim]:
    loudest = max(kind.levels_db or (0.0,))
    key = "f0_hz" if kind.notes is None else "notes"
    tops = [_partials(kind, samples, [burst[n] for burst in bursts], hz) for n, hz in enumerate(_claimed_hz(kind))]
    reference = max(float(level) for _, level, _ in tops)
    for n, (claimed_hz, (hz, level, profile)) in enumerate(zip(_claimed_hz(kind), tops, strict=True)):
        semitones = 12 * np.log2(hz / claimed_hz)
        yield Claim((key,), f"pitch of pulse {n + 1} from {claimed_hz:.2f} Hz", 0.0, float(semitones), 0.1, "semitones")
        claimed_db = (kind.levels_db[n] if kind.levels_db else 0.0) - loudest
        what = f"level of pulse {n + 1} under the loudest"
        yield Claim(("levels_db",), what, claimed_db, level - reference, 0.5, "dB")
        for (k, claimed_db), measured in zip(kind.harmonics, profile, strict=True):
            relative = claimed_db - max(db for _, db in kind.harmonics)
            what = f"level of partial {k:g} of pulse {n + 1}"
            yield Claim(("harmonics",), what, relative, float(measured), 0.5, "dB")


def _partials(
    kind: Kind, samples: Float64s, pulses: list[PulseTiming], claimed_hz: float
) -> tuple[float, float, Float64s]:
    """Fundamental in Hz, level of the strongest partial in dB, and levels of the partials under it."""
    spans = [pulse.plateau_s for pulse in pulses]
    plateaus = [samples[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in spans]
    numbers = np.array([k for k, _ in kind.harmonics])
    hz, db = nearest_lines(plateaus, RATE_HZ, [k * claimed_hz for k in numbers])
    levels = db.mean(axis=0)
    return float((hz / numbers).mean()), float(levels.max()), levels - levels.max()


def _claimed_hz(kind: Kind) -> list[float]:
    """The pitch of each pulse; that of a note by counting keys from A4."""
    if kind.f0_hz is not None:
        return [kind.f0_hz] * len(kind.onsets_ms)
    assert kind.notes is not None  # an alarm has either
    return [440 * 2 ** ((_key(note) - _key("A4")) / 12) for note in kind.notes]


def _key(note: str) -> int:
    letter, octave = note[:-1], int(note[-1])
    flat = letter.endswith("b")
    return 12 * octave + KEYBOARD.index(letter[0] if flat else letter) - flat
