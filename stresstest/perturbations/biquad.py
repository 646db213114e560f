# SPDX-License-Identifier: Apache-2.0
"""Second-order filters of the audio equalizer, by torchaudio: scipy designs none with a shelf or a peak gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import AudioError, ParameterError, allowed
from stresstest.perturbations.base import Effect, check_number

WITH_GAIN = ("equalizer", "bass", "treble")
FILTERS = ("highpass", "lowpass", "bandpass", *WITH_GAIN)

HEADROOM_DB = 120.0
"""The filter runs this far below full scale, in float64: torchaudio clamps its output to ±1."""


@dataclass(frozen=True)
class Biquad(Effect):
    """One `filter` at `frequency_hz` with quality `q`; `gain_db` for equalizer, bass and treble alone.

    Coefficients are those of the Audio EQ Cookbook (R. Bristow-Johnson), as torchaudio.functional computes them.
    The filter is causal: it has the phase of the analog filter and no further delay.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")
    linear: ClassVar[bool] = True

    filter: str
    frequency_hz: float
    q: float = 0.707
    gain_db: float | None = None

    def __post_init__(self) -> None:
        if self.filter not in FILTERS:
            raise ParameterError("filter", f"unknown filter {self.filter!r}; {allowed(self.filter, FILTERS)}")
        check_number("frequency_hz", self.frequency_hz, 10, 96000, "Hz")
        check_number("q", self.q, 0.1, 30)
        if self.filter in WITH_GAIN:
            check_number("gain_db", self.gain_db, -40, 40, "dB")
        elif self.gain_db is not None:
            raise ParameterError(
                "gain_db", f"the filter {self.filter} takes no gain_db; those that do: {', '.join(WITH_GAIN)}"
            )

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The filtered signal; chance plays no part. Raises AudioError where the filter lies beyond half the rate."""
        import torch
        from torchaudio import functional

        if self.frequency_hz >= wave.rate_hz / 2:
            raise AudioError(
                f"A biquad at {self.frequency_hz:g} Hz needs more than twice that rate; got {wave.rate_hz} Hz."
            )
        scale = 10 ** (-HEADROOM_DB / 20)
        samples = torch.from_numpy(wave.samples.astype(np.float64) * scale)
        gain = () if self.gain_db is None else (float(self.gain_db),)
        design = getattr(functional, f"{self.filter}_biquad")
        if self.filter == "equalizer":
            changed = design(samples, wave.rate_hz, float(self.frequency_hz), *gain, float(self.q))
        else:
            changed = design(samples, wave.rate_hz, *gain, float(self.frequency_hz), float(self.q))
        return wave.with_samples(changed.numpy() / scale)
