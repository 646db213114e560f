# SPDX-License-Identifier: Apache-2.0
"""Codecs of mobile calls, conferences, Bluetooth and files, by FFmpeg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations._av import CODERS
from stresstest.perturbations._packets import check_loss, gilbert_elliott
from stresstest.perturbations._telephone import Pcm, coded
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class Codec(Effect):
    """Encoded and decoded without delay. Needs the extra `codecs`; samples may differ between releases of FFmpeg.

    codec: g722, msbc, mp3 or aac, at 16 kHz; amr_nb or g723_1, at 8 kHz; opus, in its voip mode with a constant rate,
    at 48 kHz and with a band of its own choice. bitrate_kbps: one of those that the codec has. loss_percent: the share
    of packets that the Gilbert model loses and the decoder, which is told so, conceals; for amr_nb, and after another
    codec put a layer packet_loss. mean_burst: the mean length of a run of lost packets.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")

    codec: str
    bitrate_kbps: float
    loss_percent: float = 0.0
    mean_burst: float = 1.0

    def __post_init__(self) -> None:
        if self.codec not in CODERS:
            raise ParameterError("codec", f"unknown codec {self.codec!r}; {allowed(self.codec, CODERS)}")
        if self.bitrate_kbps not in (rates := CODERS[self.codec].kbps) or isinstance(self.bitrate_kbps, bool):
            known = ", ".join(f"{rate:g}" for rate in rates)
            message = f"bitrate_kbps of {self.codec} must be one of {known}; got {self.bitrate_kbps!r}"
            raise ParameterError("bitrate_kbps", message)
        check_number("loss_percent", self.loss_percent, 0, 90, "% of the packets")
        check_number("mean_burst", self.mean_burst, 1, 100, "packets")
        check_loss(self.loss_percent, self.mean_burst)
        if self.loss_percent and CODERS[self.codec].lost is None:
            own = ", ".join(name for name, coder in CODERS.items() if coder.lost)
            message = f"loss_percent is for {own}, which conceals by itself; after {self.codec} put a layer packet_loss"
            raise ParameterError("loss_percent", message)

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The decoded signal at the rate of `wave`; without loss, chance plays no part. Raises MissingExtraError."""
        return coded(wave, CODERS[self.codec].rate_hz, lambda pcm: self._passed(pcm, rng))

    def sent(self, pcm: Pcm) -> list[bytes]:
        """The packets of 16-bit samples at the codec's rate, shape (frames,). Raises MissingExtraError."""
        return CODERS[self.codec].encoded(pcm, self.bitrate_kbps)[0]

    def received(self, packets: Sequence[bytes], rng: np.random.Generator) -> list[bytes]:
        """The packets as they reach the decoder; one that is lost, as what tells it so."""
        gone = CODERS[self.codec].lost
        if gone is None or not self.loss_percent:
            return list(packets)
        lost = gilbert_elliott(len(packets), rng, self.loss_percent, self.mean_burst)
        return [gone if missing else packet for packet, missing in zip(packets, lost, strict=True)]

    def _passed(self, pcm: Pcm, rng: np.random.Generator) -> NDArray[np.float32]:
        coder = CODERS[self.codec]
        packets, beforehand = coder.encoded(pcm, self.bitrate_kbps)
        return coder.decoded(self.received(packets, rng), beforehand)
