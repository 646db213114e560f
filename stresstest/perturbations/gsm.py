# SPDX-License-Identifier: Apache-2.0
"""The first codec of mobile telephony, GSM 06.10 full rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.perturbations._telephone import Pcm, encoded, telephoned
from stresstest.perturbations.base import Effect


@dataclass(frozen=True)
class Gsm(Effect):
    """13 kbit/s regular-pulse excitation at 8 kHz, by libsndfile (libgsm); without delay."""

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The decoded signal at the rate of `wave`; chance plays no part."""
        return telephoned(wave, self.sent)

    def sent(self, pcm: Pcm) -> bytes:
        """The file of 16-bit samples at 8 kHz, shape (frames,), in this codec."""
        return encoded(pcm, "GSM610")
