# SPDX-License-Identifier: Apache-2.0
"""Measures tones: their lines, the timing of their pulses, the noise between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stresstest.audio.levels import rms_dbov
from stresstest.claims._lines import nearest_lines
from stresstest.claims._pulse_timing import PulseTiming, moving_mean, pulse_timings, rectified
from stresstest.claims._spectrum import band_claims
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.tone import Tone as Kind
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

PULSES = 60
SHORTEST_S, LONGEST_S = 8.0, 80.0
FRAME_S = 0.5
DRIFT_PERIOD_S = 10.0


class Tone(Instrument):
    """Lines from the spectra of single pulses or of frames of half a second; timing from the envelope."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """The claims of a tone, and of its broadband noise by the difference that leaving it out makes."""
        rate_hz = 16000 if max(k for k, _ in kind.harmonics) * kind.f0_hz < 7200 else 48000
        pulsed = kind.rep_hz > 0 and kind.duty < 1
        seconds = min(max(PULSES / kind.rep_hz, SHORTEST_S), LONGEST_S) if pulsed else SHORTEST_S
        frames = round(max(seconds, 2 * DRIFT_PERIOD_S if kind.drift else 0) * rate_hz)
        samples = _rendered(replace(kind, tone_to_noise_db=None), frames, rate_hz)
        if pulsed:
            found = pulse_timings(rectified(samples, rate_hz, 1 / kind.f0_hz), rate_hz)
            yield from _timing(kind, found)
            spans = [pulse.plateau_s for pulse in found[:40]]
        else:
            spans = [(start, start + FRAME_S) for start in np.arange(0, frames / rate_hz - FRAME_S / 2, FRAME_S)]
            yield from _steady(samples, rate_hz)
        yield from _lines(kind, [samples[round(a * rate_hz) : round(b * rate_hz)] for a, b in spans], rate_hz)
        if kind.tone_to_noise_db is not None:
            yield from _broadband(kind, samples, rate_hz)


def _rendered(kind: Kind, frames: int, rate_hz: int) -> Float64s:
    return kind.generate(frames, rate_hz, rng_for(0, "claims", "tone"), ()).samples


def _lines(kind: Kind, frames: list[Float64s], rate_hz: int) -> Iterator[Claim]:
    claimed_hz = [k * kind.f0_hz for k, _ in kind.harmonics]
    hz, db = nearest_lines(frames, rate_hz, claimed_hz)
    strongest = max(range(len(claimed_hz)), key=lambda i: kind.harmonics[i][1])
    for (k, level_db), claimed, track, levels in zip(kind.harmonics, claimed_hz, hz.T, db.T, strict=True):
        tolerance = max(1.0, 0.001 * claimed)
        yield Claim(
            ("f0_hz", "harmonics"), f"frequency of partial {k:g}", claimed, float(track.mean()), tolerance, "Hz"
        )
        relative = level_db - kind.harmonics[strongest][1]
        measured = float((levels - db[:, strongest]).mean())
        yield Claim(("harmonics",), f"level of partial {k:g} under the strongest", relative, measured, 0.5, "dB")
    track = hz[:, strongest]
    if kind.drift:
        drift = float(np.ptp(track) / 2 / track.mean())
        yield Claim(("drift",), "largest relative change of f0", kind.drift, drift, 0.1 * kind.drift)


def _timing(kind: Kind, found: list[PulseTiming]) -> Iterator[Claim]:
    onsets, durations = (np.array([getattr(p, name) for p in found]) for name in ("onset_s", "duration_s"))
    periods = np.diff(onsets)
    rep_hz, duty = float(1 / periods.mean()), float(durations.mean() / periods.mean())
    yield Claim(("rep_hz",), "repetitions a second", kind.rep_hz, rep_hz, 0.01 * kind.rep_hz, "Hz")
    yield Claim(("duty",), "part of the repetition that sounds", kind.duty, duty, 0.01 * kind.duty)
    duration_ms = 1000 * kind.duty / kind.rep_hz
    yield Claim(("duty",), "duration of a pulse", duration_ms, 1000 * float(durations.mean()), 2.0, "ms")
    edge = float(np.mean([pulse.edge_s for pulse in found]))
    yield Claim(("rise_s",), "length of an edge", 1000 * kind.rise_s, 1000 * edge, min(2.0, 200 * kind.rise_s), "ms")
    if kind.rep_jitter:
        jitter = float(np.ptp(periods) / 2 / periods.mean())
        yield Claim(
            ("rep_jitter",),
            "largest relative change of the period",
            kind.rep_jitter,
            jitter,
            0.1 * kind.rep_jitter + 0.001,
        )


def _steady(samples: Float64s, rate_hz: int) -> Iterator[Claim]:
    """A steady tone has no gaps: its repetition is 0, or its duty 1."""
    power = moving_mean(np.square(samples), 0.05 * rate_hz)
    sounding = float((power > power.max() / 100).mean())
    yield Claim(("rep_hz", "duty", "rise_s", "rep_jitter"), "part of the time that sounds", 1.0, sounding, 0.001)


def _broadband(kind: Kind, samples: Float64s, rate_hz: int) -> Iterator[Claim]:
    noise = _rendered(kind, samples.size, rate_hz) - samples
    sounding = moving_mean(np.abs(samples), 0.01 * rate_hz) > 0.02 * np.abs(samples).max()
    measured = rms_dbov(samples[sounding]) - rms_dbov(noise)
    assert kind.tone_to_noise_db is not None  # the caller asks
    what = "level of the sounding tone over its broadband noise"
    yield Claim(("tone_to_noise_db",), what, kind.tone_to_noise_db, measured, 0.5, "dB")
    keys = ("broadband_hz", "broadband_db")
    yield from band_claims(noise, rate_hz, kind.broadband_hz, kind.broadband_db, keys=keys)
