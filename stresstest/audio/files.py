# SPDX-License-Identifier: Apache-2.0
"""Audio files: look at, read, write; and change of rate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from stresstest.audio.waveform import Waveform
from stresstest.errors import AudioError

MOST_SAMPLES = 2**29
"""Samples of all channels that are read at once: an hour and a half in stereo at 48 kHz, 2 GB."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file's header says."""

    rate_hz: int
    channels: int
    frames: int

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return self.frames / self.rate_hz


def probe(path: Path | str) -> AudioInfo:
    """Rate, channels and frames of a file that libsndfile reads (WAV, FLAC, OGG, MP3 …); raises AudioError."""
    with _opened(Path(path)) as file:
        return AudioInfo(file.samplerate, file.channels, file.frames)


def read(
    path: Path | str, start: float | None = None, end: float | None = None, channel: int | None = None
) -> Waveform:
    """The file, or its part from `start` to `end` in seconds, at its own rate.

    Channels are averaged to mono; with `channel` (from 0) that one is taken. Raises AudioError, naming the file,
    when it cannot be read, the part lies outside of it, or a sample is NaN or infinite.
    """
    path = Path(path)
    with _opened(path) as file:
        first, last = _span(path, file, start, end)
        if channel is not None and not 0 <= channel < file.channels:
            raise AudioError(f"{path}: channel {channel} is asked for; allowed: 0 to {file.channels - 1}.")
        if (last - first) * file.channels > MOST_SAMPLES:
            raise AudioError(
                f"{path}: {last - first} frames of {file.channels} channels are asked for; at most {MOST_SAMPLES} "
                "samples are read at once. Cut the file or take fewer channels."
            )
        try:
            file.seek(first)
            samples = file.read(last - first, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(f"{path}: decoding fails ({error}). Convert the file to WAV again.") from error
        rate_hz = file.samplerate
    try:
        return Waveform(samples.mean(axis=1) if channel is None else samples[:, channel], rate_hz)
    except AudioError as error:
        raise AudioError(f"{path}: {error}") from error


def _opened(path: Path) -> soundfile.SoundFile:
    if not path.is_file():
        raise AudioError(f"{path}: there is no such file.")
    try:
        return soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"{path}: not an audio file that libsndfile reads ({error}). Allowed are WAV, FLAC, OGG, MP3 and the like."
        ) from error


def _span(path: Path, file: soundfile.SoundFile, start: float | None, end: float | None) -> tuple[int, int]:
    """First and last frame of a part, checked against the file."""
    length = file.frames / file.samplerate
    if file.frames == 0:
        raise AudioError(f"{path}: the file holds no samples.")
    low, high = 0.0 if start is None else start, length if end is None else end
    if not 0 <= low < high <= length + 0.05:
        raise AudioError(
            f"{path}: the part from {low} to {high} s is asked for, but the file lasts {length:.3f} s. "
            "Give 0 <= start < end <= that length."
        )
    return round(low * file.samplerate), min(round(high * file.samplerate), file.frames)


def write(path: Path | str, wave: Waveform) -> None:
    """Write 16-bit WAV; raises AudioError where the samples exceed full scale or the file cannot be written."""
    path = Path(path)
    if not path.parent.is_dir():
        raise AudioError(f"{path}: there is no folder {path.parent}. Make it first, or name another file.")
    try:
        soundfile.write(path, wave.pcm16(), wave.rate_hz, subtype="PCM_16", format="WAV")
    except (AudioError, soundfile.LibsndfileError) as error:
        raise AudioError(f"{path}: {error}") from error


def resample(wave: Waveform, rate_hz: int) -> Waveform:
    """`wave` at another rate by soxr in HQ quality, deterministic, without delay; the same object at its own rate.

    A signal too short for a single sample at the new rate keeps its first one.
    """
    if wave.rate_hz == rate_hz:
        return wave
    samples = np.asarray(soxr.resample(wave.samples, wave.rate_hz, rate_hz, quality="HQ"))
    return Waveform(samples if samples.size else wave.samples[:1], rate_hz)
