# SPDX-License-Identifier: Apache-2.0
"""Adaptive differential PCM of trunk lines and cordless telephones, ITU-T G.726."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations._telephone import Pcm, encoded, telephoned
from stresstest.perturbations.base import Effect

SUBTYPES = {24: "G723_24", 32: "G721_32", 40: "G723_40"}
"""libsndfile's names: G.721 (32 kbit/s) and G.723 (24 and 40 kbit/s) of 1988, which G.726 replaces at the same rates.
"""


@dataclass(frozen=True)
class Adpcm(Effect):
    """ADPCM at 8 kHz by libsndfile, at 24, 32 or 40 kbit/s: 3, 4 or 5 bits a sample; without delay."""

    stages: ClassVar[tuple[str, ...]] = ("channel",)

    bitrate_kbps: int

    def __post_init__(self) -> None:
        if self.bitrate_kbps not in SUBTYPES or isinstance(self.bitrate_kbps, bool):
            rates = ", ".join(map(str, SUBTYPES))
            raise ParameterError("bitrate_kbps", f"bitrate_kbps must be one of {rates}; got {self.bitrate_kbps!r}")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The decoded signal at the rate of `wave`; chance plays no part."""
        return telephoned(wave, self.sent)

    def sent(self, pcm: Pcm) -> bytes:
        """The file of 16-bit samples at 8 kHz, shape (frames,), in this codec."""
        return encoded(pcm, SUBTYPES[self.bitrate_kbps], "AU")
