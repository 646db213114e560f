# SPDX-License-Identifier: Apache-2.0
"""Noise suppression as in telephones: a Wiener gain a frame and a frequency, with a floor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio import Waveform
from stresstest.perturbations.base import Effect, check_number

FRAME_S = 0.02
"""Length of a frame; frames overlap by half under windows whose squares add up to one."""

OVER_SUBTRACTION = 2.0
"""The noise is taken to be this much stronger than estimated, in power (Berouti, Schwartz and Makhoul 1979)."""

BATCH = 512
"""Frames transformed at once."""

PRIOR_SNR = 10**1.5
TRACKING = 0.8
PRESENCE = 0.9
MOST_PRESENT = 0.99
FIRST_FRAMES = 5
"""The noise estimate of Gerkmann and Hendriks (2012): SNR of speech where it is present (15 dB), smoothing of the
noise power and of the probability of presence, the largest probability once it has been high for long, and the
frames whose mean it starts from."""


@dataclass(frozen=True)
class NoiseSuppression(Effect):
    """Attenuates what does not stand out of the steady noise, by at most `max_attenuation_db`.

    Frames of 20 ms. The noise power is tracked by the probability that speech is present (Gerkmann and Hendriks,
    IEEE Trans. Audio Speech Lang. Process. 20, 2012); the gain is 1 - 2 noise / power. `smoothing_ms` is the time
    constant with which the gain follows; 0 leaves the flicker known as musical noise. What begins before the noise
    is known is taken for noise.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")

    max_attenuation_db: float = 12.0
    smoothing_ms: float = 20.0

    def __post_init__(self) -> None:
        check_number("max_attenuation_db", self.max_attenuation_db, 0, 60, "dB")
        check_number("smoothing_ms", self.smoothing_ms, 0, 500, "ms")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The signal with its noise suppressed; chance plays no part."""
        hop = max(2, round(FRAME_S * wave.rate_hz / 2))
        window = np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop)).astype(np.float32)
        padded = np.pad(wave.samples, (hop, 2 * hop + -wave.samples.size % hop))
        frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * hop)[::hop]
        total = np.zeros((len(frames) + 1, hop), np.float32)
        gains = _Gains(10 ** (-self.max_attenuation_db / 20), self.smoothing_ms / 1000, hop / wave.rate_hz)
        gains.start(_power(fft.rfft(frames[1 : 1 + FIRST_FRAMES] * window)))
        for first in range(0, len(frames), BATCH):
            spectra = fft.rfft(frames[first : first + BATCH] * window)
            spectra *= [gains.next(power) for power in _power(spectra)]
            kept = fft.irfft(spectra, 2 * hop) * window
            for half in range(2):
                total[first + half : first + half + len(kept)] += kept[:, half * hop : (half + 1) * hop]
        return wave.with_samples(total.ravel()[hop : hop + wave.samples.size])


class _Gains:
    """The gain of each frequency, frame after frame; `floor` is the least, `tau_s` its time constant."""

    def __init__(self, floor: float, tau_s: float, hop_s: float) -> None:
        self.floor = floor
        self.memory = math.exp(-hop_s / tau_s) if tau_s else 0.0

    def start(self, powers: NDArray[np.float64]) -> None:
        """From the mean power of the first frames, shape (frames, bins)."""
        self.noise = powers.mean(axis=0)
        self.present = np.zeros(self.noise.size)
        self.gain = np.full(self.noise.size, self.floor)

    def next(self, power: NDArray[np.float64]) -> NDArray[np.float64]:
        """The gain for the next frame, shape (bins,), from its power."""
        self._track(power)
        wanted = np.maximum(1 - OVER_SUBTRACTION * self.noise / np.maximum(power, 1e-30), self.floor)
        self.gain = wanted + self.memory * (self.gain - wanted)
        return self.gain

    def _track(self, power: NDArray[np.float64]) -> None:
        ratio = np.minimum(power / np.maximum(self.noise, 1e-30), 1e4)
        unlikely = (1 + PRIOR_SNR) * np.exp(-ratio * (PRIOR_SNR / (1 + PRIOR_SNR)))
        present = 1 / (1 + unlikely)
        self.present = PRESENCE * self.present + (1 - PRESENCE) * present
        present[self.present > MOST_PRESENT] = np.minimum(present[self.present > MOST_PRESENT], MOST_PRESENT)
        seen = present * self.noise + (1 - present) * power
        self.noise = TRACKING * self.noise + (1 - TRACKING) * seen


def _power(spectrum: NDArray[np.complexfloating]) -> NDArray[np.float64]:
    return np.asarray(np.square(spectrum.real, dtype=np.float64) + np.square(spectrum.imag, dtype=np.float64))
