# SPDX-License-Identifier: Apache-2.0
"""Synthetic rooms of known parameters, and people who talk in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stresstest.audio import Waveform
from stresstest.audio.files import resample
from stresstest.audio.spectra import shaped_noise
from stresstest.corpora._espeak import RATE_HZ as ESPEAK_HZ
from stresstest.corpora._espeak import Voice, speak
from stresstest.perturbations.base import Source
from stresstest.seeds import rng_for

RATE_HZ = 16000
THIRDS_HZ = tuple(1000 * 10 ** (np.arange(-13, 9) / 10))
"""From 50 Hz to 6.3 kHz."""
SLOPING_DB = tuple(-0.8 * k for k in range(len(THIRDS_HZ)))
FLOOR_DBOV = -40.0
MEASURED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "noise_background" / "audio"

Floats = npt.NDArray[np.float64]


def floor_of(seconds: float, seed: int, levels_db: Sequence[float] = SLOPING_DB, rate_hz: int = RATE_HZ) -> Floats:
    """Steady noise at FLOOR_DBOV with this table of third octaves."""
    frames = round(seconds * rate_hz)
    return 10 ** (FLOOR_DBOV / 20) * shaped_noise(frames, rate_hz, THIRDS_HZ, levels_db, rng_for(seed, "floor"))


def room_of(seconds: float, seed: int, *sources: tuple[Source, float], rate_hz: int = RATE_HZ) -> Waveform:
    """The floor and sources, each at a level over the floor while it sounds, in dB."""
    total = floor_of(seconds, seed, rate_hz=rate_hz)
    for k, (source, level_db) in enumerate(sources):
        sound = source.generate(total.size, rate_hz, rng_for(seed, "source", k), [])
        rms = np.sqrt(np.square(sound.samples[sound.active]).mean())
        total += sound.samples * 10 ** ((FLOOR_DBOV + level_db) / 20) / rms
    return Waveform(total.astype(np.float32), rate_hz)


@cache
def voices() -> tuple[Floats, ...]:
    """Four sentences by four voices at RATE_HZ, RMS 1."""
    jobs = [
        (Voice("en-us", "m5", 45, 55, 190), "give the patient in room seven two tablets of aspirin after the meal"),
        (Voice("en-gb-x-rp", "f2", 50, 60, 180), "nurse please check the blood pressure again in half an hour"),
        (Voice("en-029", "m3", 45, 50, 190), "the doctor will be here at ten to look at the results"),
        (Voice("en-gb-scotland", "f5", 52, 60, 188), "could somebody bring a chair and some water over here"),
    ]
    spoken = [resample(Waveform(samples / 32768, ESPEAK_HZ), RATE_HZ).samples for samples in speak(jobs)]
    return tuple(samples / np.sqrt(np.square(samples, dtype=np.float64).mean()) for samples in spoken)


def with_speech(room: Waveform, level_db: float, pause_s: float, start_s: float = 1.0) -> tuple[Waveform, Floats]:
    """People talking in turn, at a level over FLOOR_DBOV, and their speech alone."""
    speech, at, turn = np.zeros(room.samples.size), round(start_s * RATE_HZ), 0
    while at + (sentence := voices()[turn % 4]).size < speech.size:
        speech[at : at + sentence.size] = 10 ** ((FLOOR_DBOV + level_db) / 20) * sentence
        at, turn = at + sentence.size + round(pause_s * RATE_HZ), turn + 1
    return room.with_samples(room.samples + speech), speech
