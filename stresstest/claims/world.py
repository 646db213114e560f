# SPDX-License-Identifier: Apache-2.0
"""Measures what WORLD changes of a voice: pitch, rate and level as a whole, every other cue by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresstest.claims._pitch_and_time import pitch_and_time_claims
from stresstest.claims._speakers import reaction_along, spread_claims
from stresstest.claims._voice import (
    CLOSE,
    OPEN,
    band_db,
    cycles_of,
    formants_of,
    glide_of,
    harmonicity_db,
    local_percent,
    swing_of,
    through,
    vowel,
)
from stresstest.claims.base import Claim, Instrument

LOW_HZ = 85.0
"""Formants are measured on a low voice: a high one has too few harmonics to show where they are."""
SLOPE_HZ = (1000.0, 1400.0, 2000.0, 2800.0, 4000.0)
TILT_DB, BREATH_DB, PERCENT, TREMOR, TREMOR_HZ, SMOOTH_DB = 0.2, 0.8, 0.3, 0.1, 0.3, 0.5
FORMANT, FORMANT_OPEN = 0.007, 0.015
"""Tolerances; those of formants are relative, and wider where one formant lies next to another."""
NEUTRAL_HZ = 500.0, 1500.0
HALF_POWER_DB = -3.01


class World(Instrument):
    """Vowels, against the same through the vocoder with nothing changed where a cue is measured by itself."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        pitch = (kind.f0_shift_st, kind.rate_factor, kind.level_db, kind.f0_range_factor)
        yield from pitch_and_time_claims(kind, *pitch, range_keys=("f0_range_factor",))
        for cue in (_tilt, _formants, _breathiness, _irregularity, _tremor, _smoothing):
            yield from cue(kind, type(kind))
        if reaction := reaction_along(kind, ("f0_shift_st", "level_db", "tilt_db_per_octave"), ("rate_factor",)):
            yield from spread_claims(kind, reaction)


def _tilt(kind: Any, world: Any) -> Iterator[Claim]:
    slope, plain = kind.tilt_db_per_octave, through(world(), vowel())
    tilted = through(world(tilt_db_per_octave=slope), vowel())
    gains = [band_db(tilted, hz) - band_db(plain, hz) for hz in SLOPE_HZ]
    found = float(np.polyfit(np.log2(SLOPE_HZ), gains, 1)[0])
    keys = ("tilt_db_per_octave",)
    yield Claim(keys, "slope of the gain from 1 to 4 kHz", slope, found, TILT_DB, "dB/octave")
    below = band_db(tilted, 500) - band_db(plain, 500) - gains[0]
    yield Claim(keys, "gain at 500 Hz against that at 1 kHz", 0.0, below, 2 * TILT_DB, "dB")


def _formants(kind: Any, world: Any) -> Iterator[Claim]:
    open_, close = vowel(OPEN, f0_hz=LOW_HZ), vowel(CLOSE, f0_hz=LOW_HZ)
    first, space = kind.f1_factor, kind.formant_space_factor
    raised = formants_of(through(world(f1_factor=first), open_))[0]
    at = formants_of(through(world(), open_))
    what = f"first formant of {OPEN[0]:g} Hz"
    yield Claim(("f1_factor",), what, first * at[0], raised, FORMANT_OPEN * at[0], "Hz")
    found = formants_of(through(world(formant_space_factor=space), open_))
    for number, neutral in enumerate(NEUTRAL_HZ):
        claimed = at[number] + (neutral - OPEN[number]) * (1 - space)
        what = f"formant {number + 1} of {OPEN[number]:g} Hz"
        yield Claim(("formant_space_factor",), what, claimed, found[number], FORMANT_OPEN * claimed, "Hz")
    second, moved = (formants_of(through(k, close))[1] for k in (world(), world(formant_space_factor=space)))
    claimed = second + (NEUTRAL_HZ[1] - CLOSE[1]) * (1 - space)
    what = f"formant 2 of {CLOSE[1]:g} Hz"
    yield Claim(("formant_space_factor",), what, claimed, moved, FORMANT * claimed, "Hz")


def _breathiness(kind: Any, world: Any) -> Iterator[Claim]:
    voice = vowel(glide_st=0.0, noise_db=-12.0)
    before, after = (harmonicity_db(through(k, voice)) for k in (world(), world(breathiness_db=kind.breathiness_db)))
    what = "fall of the harmonics-to-noise ratio"
    yield Claim(("breathiness_db",), what, kind.breathiness_db, before - after, BREATH_DB, "dB")


def _irregularity(kind: Any, world: Any) -> Iterator[Claim]:
    """Shimmer and jitter; the vocoder has some of its own, which adds as power does."""
    voice = vowel(glide_st=0.0, noise_db=-60.0)
    given = {"jitter_percent": kind.jitter_percent, "shimmer_percent": kind.shimmer_percent}
    plain, rough = (_roughness(through(k, voice)) for k in (world(), world(**given)))
    for (key, percent), own, found in zip(given.items(), plain, rough, strict=True):
        added = float(np.sqrt(max(found**2 - own**2, 0)))
        yield Claim((key,), f"local {key.partition('_')[0]}, added", percent, added, PERCENT, "%")


def _roughness(samples: Any) -> tuple[float, float]:
    times, heights = cycles_of(samples)
    return local_percent(np.diff(times)), local_percent(heights)


def _tremor(kind: Any, world: Any) -> Iterator[Claim]:
    voice = vowel(glide_st=0.0, noise_db=-60.0)
    times, _ = cycles_of(through(world(tremor_percent=kind.tremor_percent, tremor_hz=kind.tremor_hz), voice))
    _, swing_st, hz = glide_of(1 / np.diff(times), (times[1:] + times[:-1]) / 2, kind.tremor_hz)
    percent = 100 * (2 ** (swing_st / 12) - 1)
    yield Claim(("tremor_percent",), "swing of F0", kind.tremor_percent, percent, TREMOR, "%")
    if kind.tremor_percent:
        yield Claim(("tremor_hz",), "frequency of the swing of F0", kind.tremor_hz, hz, TREMOR_HZ, "Hz")


def _smoothing(kind: Any, world: Any) -> Iterator[Claim]:
    limit = kind.envelope_smoothing_hz
    hz = limit or 10.0
    voice = vowel(glide_st=0.0, noise_db=-60.0, swing_db=6.0, swing_hz=hz)
    before, after = (swing_of(through(k, voice), hz) for k in (world(), world(envelope_smoothing_hz=limit)))
    loss_db = float(20 * np.log10(after / before))
    what = f"change of a level swing at {hz:g} Hz"
    yield Claim(("envelope_smoothing_hz",), what, HALF_POWER_DB if limit else 0.0, loss_db, SMOOTH_DB, "dB")
