# SPDX-License-Identifier: Apache-2.0
"""The codec of the fixed telephone network, ITU-T G.711."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations._telephone import Pcm, encoded, telephoned
from stresstest.perturbations.base import Effect

LAWS = {"mu": "ULAW", "a": "ALAW"}


@dataclass(frozen=True)
class G711(Effect):
    """64 kbit/s companded PCM at 8 kHz by libsndfile; `law` is `mu` (North America, Japan) or `a` (elsewhere).

    The band ends at 4 kHz; the lower edge of a telephone line is not part of the codec. No delay.
    """

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    law: str = "mu"

    def __post_init__(self) -> None:
        if self.law not in LAWS:
            raise ParameterError("law", f"unknown law {self.law!r}; {allowed(self.law, LAWS)}")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The decoded signal at the rate of `wave`; chance plays no part."""
        return telephoned(wave, self.sent)

    def sent(self, pcm: Pcm) -> bytes:
        """The file of 16-bit samples at 8 kHz, shape (frames,), in this codec."""
        return encoded(pcm, LAWS[self.law])
