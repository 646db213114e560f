# SPDX-License-Identifier: Apache-2.0
"""A recording of a room: opened, judged, and the parts of it that count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import probe, read, resample
from stresstest.errors import AudioError
from stresstest.fitting.speech import HOP_S, speech_frames, stretches

SHORTEST_S = 20.0
LONGEST_S = 600.0
"""What is longer is cut off."""
RATES_HZ = (8000, 48000)
LEAST_CLEAN = 0.5
"""Least time without speech, as a part of the shortest recording."""
SILENT_DBOV = -100.0
DROPOUT_S = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One channel of a recording and which steps of HOP_S count.

    seconds: of the whole file. speech, dropouts, clipped: shares of the time used, from 0 to 1. notes: what a reader
    should know of the recording, as sentences.
    """

    wave: Waveform
    clean: NDArray[np.bool_]
    seconds: float
    speech: float
    dropouts: float
    clipped: float
    notes: tuple[str, ...]

    @property
    def clean_s(self) -> float:
        """Seconds that count."""
        return float(self.clean.sum() * HOP_S)


def open_recording(file: Path, channel: int = 0, shortest_s: float = SHORTEST_S) -> Recording:
    """One channel of the first ten minutes of a file at 8 to 48 kHz, the parts with speech marked.

    Raises AudioError for a recording that is too short, silent, of a lower rate, or almost all speech.
    """
    info = probe(file)
    if info.seconds < shortest_s:
        raise AudioError(
            f"{file}: the recording lasts {info.seconds:.1f} s; a profile needs at least {shortest_s:g} s of the room, "
            "better a minute. Record for longer."
        )
    if info.rate_hz < RATES_HZ[0]:
        raise AudioError(f"{file}: the rate is {info.rate_hz} Hz; a profile needs at least {RATES_HZ[0]} Hz.")
    wave = read(file, 0.0, min(info.seconds, LONGEST_S), channel)
    notes = [f"The first {LONGEST_S:.0f} of {info.seconds:.0f} s are used."] if info.seconds > LONGEST_S else []
    if info.channels > 1:
        notes.append(f"Channel {channel} of {info.channels} is used: a sum would cancel part of a diffuse sound.")
    _check_level(file, wave, channel, info.channels)
    clipped = _clipped(wave)
    if clipped > 1e-4:
        notes.append(f"{100 * clipped:.2g} % of the samples are clipped: record again with less gain.")
    wave = resample(wave, RATES_HZ[1]) if wave.rate_hz > RATES_HZ[1] else wave
    spoken = speech_frames(wave)
    missing = _dropouts(wave, spoken.size)
    if missing.mean() > 0.005:
        notes.append(f"{100 * missing.mean():.1f} % of the time holds digital silence and is left out.")
    clean = ~spoken & ~missing
    _check_clean(file, clean, spoken, shortest_s)
    return Recording(wave, clean, info.seconds, float(spoken.mean()), float(missing.mean()), clipped, tuple(notes))


def _check_level(file: Path, wave: Waveform, channel: int, channels: int) -> None:
    if 10 * np.log10(max(float(np.square(wave.centered().samples, dtype=np.float64).mean()), 1e-30)) < SILENT_DBOV:
        other = f" Another of its {channels} channels may hold the sound: --channel." if channels > 1 else ""
        raise AudioError(f"{file}: channel {channel} is silent, so there is no room to fit.{other}")


def _check_clean(file: Path, clean: NDArray[np.bool_], spoken: NDArray[np.bool_], shortest_s: float) -> None:
    left_s = clean.sum() * HOP_S
    if left_s < LEAST_CLEAN * shortest_s:
        raise AudioError(
            f"{file}: somebody speaks in {100 * spoken.mean():.0f} % of the recording, and {left_s:.1f} s without "
            f"speech are left; a profile needs at least {LEAST_CLEAN * shortest_s:g} s. Record the room while "
            "nobody speaks close by."
        )


def _dropouts(wave: Waveform, steps: int) -> NDArray[np.bool_]:
    """The steps in which samples repeat exactly for DROPOUT_S or longer."""
    same = np.concatenate(([False], np.diff(wave.samples) == 0))
    missing = np.zeros(steps, bool)
    hop = HOP_S * wave.rate_hz
    for first, last in stretches(same):
        if last - first >= DROPOUT_S * wave.rate_hz:
            missing[max(0, int(first / hop) - 1) : int(last / hop) + 2] = True
    return missing


def _clipped(wave: Waveform) -> float:
    """The share of samples that lie at the very peak three times in a row or more."""
    level = np.abs(wave.samples)
    at_peak = level >= 0.9999 * level.max()
    return sum(last - first for first, last in stretches(at_peak) if last - first >= 3) / level.size
