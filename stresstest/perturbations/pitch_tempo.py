# SPDX-License-Identifier: Apache-2.0
"""Pitch, tempo and level of a voice; formants stay where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations._speaker_spread import Reactive
from stresstest.perturbations._voice_level import leveled
from stresstest.perturbations.base import check_number

BLOCK_S = 0.08
HOP_S = BLOCK_S / 3
"""Analysis block and step of the time stretch. A block of 60 ms misses the pitch by 0.2 st for a voice at 80 Hz; a step
of a quarter of a block costs half as much again and gains nothing that a round trip shows."""

FRAME_S = 0.032
LAG_WINDOW_HZ = 40.0
MAX_GAIN = 10.0
"""Formant correction: its frame, the smoothing of the linear prediction that finds the spectral envelope, and the
largest amplitude gain it may apply, 20 dB."""


@dataclass(frozen=True)
class PitchTempo(Reactive):
    """A voice `f0_shift_st` semitones higher, `rate_factor` times faster and, by ITU-T P.56, `level_db` dB louder.

    A Signalsmith time stretch and a change of rate give pitch and tempo; linear prediction finds the spectral
    envelope, which is moved back. The output has round(frames / rate_factor) samples. `round_trip` makes the change
    and takes it back: what remains is the cost of the vocoder, which is what a control has to show, for at zero
    change the time stretch is transparent and costs nothing. `spread`: speakers react to different degrees.
    """

    stages: ClassVar[tuple[str, ...]] = ("voice",)
    cues: ClassVar[tuple[str, ...]] = ("f0_shift_st", "level_db")
    factors: ClassVar[tuple[str, ...]] = ("rate_factor",)

    f0_shift_st: float = 0.0
    rate_factor: float = 1.0
    level_db: float = 0.0
    round_trip: bool = False
    spread: bool = False

    def __post_init__(self) -> None:
        check_number("f0_shift_st", self.f0_shift_st, -12, 12, "semitones")
        check_number("rate_factor", self.rate_factor, 0.5, 2)
        check_number("level_db", self.level_db, -40, 40, "dB")
        if not isinstance(self.round_trip, bool):
            raise ParameterError("round_trip", f"round_trip must be true or false; got {self.round_trip!r}")
        if self.round_trip and self.level_db:
            raise ParameterError("level_db", f"level_db must be 0 with round_trip; got {self.level_db!r}")
        self._check_spread()

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The changed voice. `rng` seeds the time stretch, which draws only at extreme factors."""
        pitch, seed = 2 ** (self.f0_shift_st / 12), int(rng.integers(2**31))
        changed = _changed(wave.samples, wave.rate_hz, pitch, self.rate_factor, seed)
        if self.round_trip:
            changed = _changed(changed, wave.rate_hz, 1 / pitch, 1 / self.rate_factor, seed)
            changed = _fitted(changed, wave.samples.size)
        return leveled(wave.with_samples(changed), wave, self.level_db)


def _changed(samples: NDArray[np.float32], rate_hz: int, pitch: float, rate: float, seed: int) -> NDArray[np.float32]:
    """Pitch times `pitch`, duration divided by `rate`, formants kept."""
    import soxr
    from python_stretch import Signalsmith

    margin = round(BLOCK_S * rate_hz)
    stretch = Signalsmith.Stretch(seed)
    stretch.configure(1, margin, round(HOP_S * rate_hz))
    stretch.setTimeFactor(rate / pitch)
    padded = np.pad(samples, margin)
    stretched = np.asarray(stretch.process(padded[np.newaxis]), np.float32)[0]
    if pitch != 1:
        stretched = soxr.resample(stretched, rate_hz * pitch, rate_hz, quality="HQ")
    voice = _fitted(stretched[round(margin / rate) :], round(samples.size / rate))
    return voice if pitch == 1 else _formants_restored(voice, rate_hz, pitch)


def _formants_restored(samples: NDArray[np.float32], rate_hz: int, pitch: float) -> NDArray[np.float32]:
    """The spectral envelope moved by 1/`pitch` along frequency, frame by frame, under windows that add up to one."""
    size = 2 * round(FRAME_S * rate_hz / 2)
    hop = size // 2
    window = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)
    padded = np.pad(samples, (size, size + -samples.size % hop))
    spectra = fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window)
    frames = fft.irfft(spectra * _envelope_gain(spectra, rate_hz, pitch), size) * window
    pieces = frames.reshape(len(frames), 2, hop)
    total = np.zeros((len(frames) + 1, hop), np.float32)
    for part in range(2):
        total[part : part + len(frames)] += pieces[:, part]
    return _fitted(total.ravel()[size:], samples.size)


def _envelope_gain(spectra: NDArray[np.complexfloating], rate_hz: int, pitch: float) -> NDArray[np.float32]:
    """Amplitude gain, shape (frames, bins), that puts the envelope now at f × pitch back to f."""
    order = round(rate_hz / 1000) + 2
    power = np.square(spectra.real, dtype=np.float64) + np.square(spectra.imag, dtype=np.float64)
    correlation = fft.irfft(power)[:, : order + 1]
    correlation *= np.exp(-0.5 * np.square(2 * np.pi * LAG_WINDOW_HZ / rate_hz * np.arange(order + 1)))
    correlation[:, 0] += 1e-5 * correlation[:, 0] + 1e-12 * max(float(power.max()), 1e-20)
    predictors = fft.rfft(_predictors(correlation), 2 * (spectra.shape[1] - 1))
    envelope = -np.log(np.square(predictors.real) + np.square(predictors.imag)) / 2
    bins = np.minimum(np.arange(envelope.shape[1]) * pitch, envelope.shape[1] - 1)
    low = np.minimum(bins.astype(int), envelope.shape[1] - 2)
    moved = envelope[:, low] + (envelope[:, low + 1] - envelope[:, low]) * (bins - low)
    gain: NDArray[np.float32] = np.exp(np.clip(moved - envelope, -np.log(MAX_GAIN), np.log(MAX_GAIN)), dtype=np.float32)
    return gain


def _predictors(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prediction error filters of autocorrelations, both of shape (frames, order + 1), by Levinson's recursion."""
    filters = np.zeros_like(correlation)
    filters[:, 0], error = 1, correlation[:, 0].copy()
    for k in range(1, correlation.shape[1]):
        reflection = -(filters[:, :k] * correlation[:, k:0:-1]).sum(axis=1) / error
        filters[:, : k + 1] += reflection[:, np.newaxis] * filters[:, k::-1]
        error *= 1 - reflection**2
    return filters


def _fitted(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Exactly `frames` samples, cut or padded with zeros at the end."""
    return np.pad(samples[:frames], (0, max(frames - samples.size, 0)))
