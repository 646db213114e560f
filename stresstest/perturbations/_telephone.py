# SPDX-License-Identifier: Apache-2.0
"""What the codecs share: 16-bit PCM at a rate of their own, and libsndfile's narrowband codecs in memory."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import soundfile
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import resample

RATE_HZ = 8000

Pcm = NDArray[np.int16]


def coded(wave: Waveform, rate_hz: int, codec: Callable[[Pcm], NDArray[np.float32]]) -> Waveform:
    """The signal after one pass through a codec, at its own rate and length.

    `codec` takes 16-bit samples at `rate_hz`, shape (frames,), and gives back about as many on the same scale, without
    delay. A signal over full scale is attenuated to fit before the
    encoder and amplified by as much after the decoder, so that a codec never clips.
    """
    narrow = resample(wave, rate_hz)
    gain = max(float(np.abs(narrow.samples).max()), 1.0)
    pcm = narrow.with_samples(narrow.samples / np.float32(gain)).pcm16()
    decoded = narrow.with_samples(codec(pcm) * np.float32(gain / 32767))
    samples = resample(decoded, wave.rate_hz).samples[: wave.samples.size]
    return wave.with_samples(np.pad(samples, (0, wave.samples.size - samples.size)))


def encoded(pcm: Pcm, subtype: str, container: str = "WAV") -> bytes:
    """16-bit samples at 8 kHz, shape (frames,), as a file of libsndfile's codec `subtype`."""
    memory = io.BytesIO()
    soundfile.write(memory, pcm, RATE_HZ, format=container, subtype=subtype)
    return memory.getvalue()


def decoded(file: bytes, frames: int) -> Pcm:
    """The first `frames` samples of such a file, padded with silence where it holds fewer."""
    samples: Pcm = soundfile.read(io.BytesIO(file), dtype="int16")[0][:frames]
    return np.pad(samples, (0, frames - samples.size))


def telephoned(wave: Waveform, sent: Callable[[Pcm], bytes]) -> Waveform:
    """The signal at its own rate and length after one pass through what `sent` encodes."""
    return coded(wave, RATE_HZ, lambda pcm: decoded(sent(pcm), pcm.size).astype(np.float32))
