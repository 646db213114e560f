# SPDX-License-Identifier: Apache-2.0
"""The one audio value: mono samples that know their rate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.errors import AudioError

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """Mono audio, shape (frames,), float32, read-only, finite and non-empty; full scale is 1.0 (0 dBov).

    Samples may exceed full scale inside the signal path; only `pcm16` requires that they do not.
    """

    samples: NDArray[np.float32]
    rate_hz: int

    def __post_init__(self) -> None:
        samples = np.asarray(self.samples)
        if samples.ndim != 1 or samples.size == 0:
            raise AudioError(f"A waveform needs one channel and at least one sample; got the shape {samples.shape}.")
        if not isinstance(self.rate_hz, int | np.integer) or self.rate_hz <= 0:
            raise AudioError(f"A waveform needs a sample rate in whole Hz above 0; got {self.rate_hz!r}.")
        samples = samples.astype(np.float32)
        if not np.isfinite(samples).all():
            bad = int((~np.isfinite(samples)).sum())
            raise AudioError(f"A waveform needs finite samples; {bad} of {samples.size} are NaN or infinite.")
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate_hz", int(self.rate_hz))

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return self.samples.size / self.rate_hz

    def with_samples(self, samples: FloatArray) -> Waveform:
        """Other samples at the same rate."""
        return Waveform(samples.astype(np.float32), self.rate_hz)

    def scaled_db(self, gain_db: float) -> Waveform:
        """The same signal, `gain_db` louder."""
        return self.with_samples(self.samples * np.float32(10 ** (gain_db / 20)))

    def centered(self) -> Waveform:
        """The same signal less its mean, which a converter adds: nobody hears it, but every level would count it."""
        return self.with_samples(self.samples - np.float32(self.samples.mean(dtype=np.float64)))

    def pcm16(self) -> NDArray[np.int16]:
        """16-bit PCM, rounded to nearest, shape (frames,).

        Raises AudioError where a sample exceeds full scale: nothing is clipped silently.
        """
        scaled = self.samples.astype(np.float64)
        scaled *= 32767
        np.rint(scaled, out=scaled)
        if max(scaled.max(), -scaled.min()) > 32767:
            peak = np.abs(self.samples).max()
            raise AudioError(f"16-bit PCM needs samples within ±1; the peak is {peak:.3f}. Scale it first.")
        return scaled.astype(np.int16)

    def pcm16_sha256(self) -> str:
        """SHA-256 of the little-endian 16-bit PCM, in hexadecimal."""
        return hashlib.sha256(self.pcm16().astype("<i2").tobytes()).hexdigest()
