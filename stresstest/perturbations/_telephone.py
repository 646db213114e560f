# SPDX-License-Identifier: Apache-2.0
"""What the narrowband codecs share: 8 kHz, 16-bit PCM, libsndfile in memory."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import resample

RATE_HZ = 8000


def coded(wave: Waveform, subtype: str) -> Waveform:
    """The signal after one pass through a narrowband codec of libsndfile, at its own rate and length.

    A signal over full scale is attenuated to fit before the encoder and amplified by as much after the decoder, so
    that a codec never clips.
    """
    narrow = resample(wave, RATE_HZ)
    gain = max(float(np.abs(narrow.samples).max()), 1.0)
    pcm = narrow.with_samples(narrow.samples / np.float32(gain)).pcm16()
    decoded = narrow.with_samples(round_trip(pcm, subtype) * (gain / 32767))
    samples = resample(decoded, wave.rate_hz).samples[: wave.samples.size]
    return wave.with_samples(np.pad(samples, (0, wave.samples.size - samples.size)))


def round_trip(pcm: NDArray[np.int16], subtype: str) -> NDArray[np.int16]:
    """16-bit samples at 8 kHz, shape (frames,), encoded and decoded; as many come back."""
    memory = io.BytesIO()
    soundfile.write(memory, pcm, RATE_HZ, format="WAV", subtype=subtype)
    memory.seek(0)
    decoded: NDArray[np.int16] = soundfile.read(memory, dtype="int16")[0]
    return decoded[: pcm.size]
