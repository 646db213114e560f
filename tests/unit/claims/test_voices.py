# SPDX-License-Identifier: Apache-2.0
"""Instruments of the voice: right about signals of known make, and not fooled by a device that does something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.claims import Claim, _voice, world
from stresstest.claims._pitch_and_time import pitch_and_time_claims
from stresstest.claims._voice import (
    CLOSE,
    F0_HZ,
    OPEN,
    RATE_HZ,
    cycles_of,
    formants_of,
    glide_of,
    harmonicity_db,
    local_percent,
    pitch_track,
    swing_of,
    vowel,
)
from stresstest.claims.pauses import Pauses as PausesInstrument
from stresstest.claims.pitch_tempo import PitchTempo as PitchTempoInstrument
from stresstest.perturbations import pauses, pitch_tempo
from stresstest.perturbations._speaker_spread import Reactive
from stresstest.perturbations.pauses import Pauses
from stresstest.perturbations.pitch_tempo import PitchTempo
from stresstest.perturbations.world import World
from stresstest.seeds import rng_for

Array = np.ndarray[Any, Any]


def _samples(wave: Waveform) -> Array:
    return wave.samples.astype(np.float64)


@pytest.mark.parametrize("f0_hz", [75.0, 120.0, 311.0])
def test_pitch_and_its_glide_are_read_within_a_fiftieth_of_a_semitone(f0_hz: float) -> None:
    track = pitch_track(_samples(vowel(f0_hz=f0_hz)))
    mean, swing, hz = glide_of(track, np.arange(track.size) * 0.01, 1.0)
    assert 12 * np.log2(mean / f0_hz) == pytest.approx(0, abs=0.02)
    assert (swing, hz) == pytest.approx((2.0, 1.0), rel=0.02)


@pytest.mark.parametrize("formants_hz", [OPEN, CLOSE])
def test_formants_are_read_from_a_low_voice(formants_hz: tuple[float, ...]) -> None:
    np.testing.assert_allclose(formants_of(_samples(vowel(formants_hz, f0_hz=85.0))), formants_hz[:2], rtol=0.04)


@pytest.mark.parametrize("noise_db", [-10.0, -20.0])
def test_harmonicity_is_the_ratio_that_went_in(noise_db: float) -> None:
    voice = vowel(glide_st=0.0, noise_db=noise_db)
    louder = vowel(glide_st=0.0, noise_db=noise_db + 3)
    assert harmonicity_db(_samples(voice)) - harmonicity_db(_samples(louder)) == pytest.approx(3, abs=0.2)


def test_jitter_shimmer_and_swing_are_read_from_cycles_of_known_make() -> None:
    rng, count = rng_for(1), 300
    lengths = RATE_HZ / F0_HZ * (1 + 0.02 * rng.standard_normal(count))
    heights = 1 + 0.05 * rng.standard_normal(count)
    samples = np.zeros(round(lengths.sum()) + 400)
    for place, height in zip(np.cumsum(lengths), heights, strict=True):
        samples += height * np.exp(-0.5 * np.square((np.arange(samples.size) - place) / 6))
    times, found = cycles_of(samples)
    assert local_percent(np.diff(times)) == pytest.approx(local_percent(lengths), abs=0.3)
    assert local_percent(found) == pytest.approx(local_percent(heights), abs=0.6)
    swinging = vowel(glide_st=0.0, noise_db=-60.0, swing_db=6.0, swing_hz=8.0)
    assert swing_of(_samples(swinging), 8.0) == pytest.approx(6, abs=0.2)


def _broken(claims: Iterator[Claim]) -> set[str]:
    return {key for claim in claims if not claim.held for key in claim.keys}


WRONG_WORLDS: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    ({}, {"f0_shift_st": 0.15}, {"f0_shift_st"}),
    ({"rate_factor": 1.12}, {"rate_factor": 1.08}, {"rate_factor"}),
    ({"level_db": 6}, {"level_db": 5.8}, {"level_db"}),
    ({"f0_range_factor": 0.9}, {"f0_range_factor": 0.95}, {"f0_range_factor"}),
]


@pytest.mark.parametrize(("said", "done", "keys"), WRONG_WORLDS)
def test_a_vocoder_that_misses_pitch_rate_level_or_range_is_caught(
    said: dict[str, Any], done: dict[str, Any], keys: set[str]
) -> None:
    kind = World(**said)
    pitch = (kind.f0_shift_st, kind.rate_factor, kind.level_db, kind.f0_range_factor)
    assert _broken(pitch_and_time_claims(World(**done), *pitch, ("f0_range_factor",))) == keys
    assert not _broken(pitch_and_time_claims(kind, *pitch, ("f0_range_factor",)))


CUES: dict[str, tuple[Callable[[Any, Any], Iterator[Claim]], float, float]] = {
    "tilt_db_per_octave": (world._tilt, 2.0, 1.5),
    "f1_factor": (world._formants, 1.08, 1.04),
    "formant_space_factor": (world._formants, 0.9, 0.97),
    "breathiness_db": (world._breathiness, 3.0, 1.0),
    "shimmer_percent": (world._irregularity, 3.0, 2.0),
    "jitter_percent": (world._irregularity, 1.5, 1.0),
    "tremor_percent": (world._tremor, 1.0, 0.6),
    "envelope_smoothing_hz": (world._smoothing, 10.0, 16.0),
}


@pytest.mark.parametrize("cue", CUES)
def test_a_vocoder_that_misses_a_cue_is_caught_and_one_that_meets_it_is_not(cue: str) -> None:
    measure, right, wrong = CUES[cue]
    kind = World(**{cue: right})
    assert not _broken(measure(kind, World))
    assert _broken(measure(kind, lambda **cues: World(**(cues | {cue: wrong} if cue in cues else cues)))) == {cue}


def test_a_stretch_that_moves_formants_or_a_control_that_does_nothing_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    control = PitchTempo(1, 1.06, round_trip=True)
    assert not _broken(PitchTempoInstrument().claims(control))
    monkeypatch.setattr(PitchTempo, "apply", lambda self, wave, rng: wave)
    _voice.through.cache_clear()
    assert _broken(PitchTempoInstrument().claims(control)) == {"round_trip"}
    monkeypatch.undo()
    monkeypatch.setattr(pitch_tempo, "_formants_restored", lambda samples, rate_hz, pitch: samples)
    _voice.through.cache_clear()
    assert "f0_shift_st" in _broken(PitchTempoInstrument().claims(PitchTempo(2)))
    _voice.through.cache_clear()


WRONG_PAUSES: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    ({"pause_factor": 1.4}, {"pause_factor": 1.3}, {"pause_factor"}),
    ({"pause_factor": 2.0}, {"pause_factor": 2.0, "least_pause_ms": 100}, {"least_pause_ms"}),
    ({"lapses_per_minute": 4}, {"lapses_per_minute": 1}, {"lapses_per_minute"}),
    ({"lapses_per_minute": 8}, {"lapses_per_minute": 8, "lapse_s": (0.5, 3)}, {"lapse_s"}),
    ({"breath_every_s": (3, 4)}, {"breath_every_s": (4, 5)}, {"breath_every_s"}),
    ({"breath_every_s": (3, 4)}, {"breath_every_s": (3, 4), "breath_ms": (200, 400)}, {"breath_ms"}),
    ({"breath_every_s": (3, 4)}, {"breath_every_s": (3, 4), "breath_db": -18}, {"breath_db"}),
]


@pytest.mark.parametrize(("said", "done", "keys"), WRONG_PAUSES)
def test_pauses_that_are_not_what_they_say_are_caught(
    said: dict[str, Any], done: dict[str, Any], keys: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = Pauses(**said)
    honest, changes = Pauses.apply, {key: value for key, value in done.items() if getattr(kind, key) != value}

    def apply(self: Pauses, wave: Waveform, rng: np.random.Generator) -> Waveform:
        active = {k: v for k, v in changes.items() if getattr(self, k) == getattr(kind, k)}
        return honest(replace(self, **active), wave, rng)

    monkeypatch.setattr(Pauses, "apply", apply)
    assert keys <= _broken(PausesInstrument().claims(kind))


def test_a_pause_filled_with_silence_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "resized", lambda tone, frames, rate_hz, rng: np.zeros(frames))
    assert "pause_factor" in _broken(PausesInstrument().claims(Pauses(1.5)))


def test_speakers_who_all_react_alike_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = PitchTempo(2, spread=True)
    assert not _broken(PitchTempoInstrument().claims(kind))
    monkeypatch.setattr(Reactive, "for_speaker", lambda self, rng: replace(self, spread=False))
    assert _broken(PitchTempoInstrument().claims(kind)) == {"spread"}
