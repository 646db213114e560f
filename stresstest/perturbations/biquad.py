# SPDX-License-Identifier: Apache-2.0
"""Second-order filters of the audio equalizer, by torchaudio: scipy designs none with a shelf or a peak gain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import AudioError, ParameterError, allowed
from stresstest.perturbations.base import Effect, check_number

WITH_GAIN = ("equalizer", "bass", "treble")
FILTERS = ("highpass", "lowpass", "bandpass", *WITH_GAIN)

CLICK, CLICK_FRAMES = 1e-9, 512
"""A click so far below full scale that torchaudio, which clamps its output to ±1, leaves it alone."""


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
        from scipy.signal import sosfilt

        if self.frequency_hz >= wave.rate_hz / 2:
            raise AudioError(
                f"A biquad at {self.frequency_hz:g} Hz needs more than twice that rate; got {wave.rate_hz} Hz."
            )
        gain = None if self.gain_db is None else float(self.gain_db)
        section = _section(self.filter, float(self.frequency_hz), float(self.q), gain, wave.rate_hz)
        return wave.with_samples(sosfilt(section.copy(), wave.samples.astype(np.float64)))


@lru_cache(maxsize=64)
def _section(name: str, frequency_hz: float, q: float, gain_db: float | None, rate_hz: int) -> NDArray[np.float64]:
    """The filter as scipy takes it, shape (1, 6): scipy runs it four times as fast as torchaudio, which designs it.

    torchaudio gives no coefficients. They follow from the answer to a click, which a filter of second order determines.
    """
    import torch
    from torchaudio import functional

    click = torch.zeros(CLICK_FRAMES, dtype=torch.float64)
    click[0] = CLICK
    design = getattr(functional, f"{name}_biquad")
    gain = () if gain_db is None else (gain_db,)
    values = (frequency_hz, *gain, q) if name == "equalizer" else (*gain, frequency_hz, q)
    h = design(click, rate_hz, *values).numpy() / CLICK
    past = np.column_stack((h[2:-1], h[1:-2]))
    a1, a2 = -np.linalg.lstsq(past, h[3:], rcond=None)[0]
    b = h[:3] + a1 * np.append(0, h[:2]) + a2 * np.append([0, 0], h[:1])
    section = np.array([[*b, 1.0, a1, a2]])
    section.flags.writeable = False
    return section
