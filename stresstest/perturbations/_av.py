# SPDX-License-Identifier: Apache-2.0
"""Codecs of FFmpeg through PyAV, in memory: packets of 16-bit PCM and back, without delay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.errors import MissingExtraError
from stresstest.perturbations._telephone import Pcm


@dataclass(frozen=True, slots=True)
class Coder:
    """One codec. kbps: the bit rates that it may have. delay: samples that the decoder's output comes late,
    measured by cross-correlation with FFmpeg 8.1 (and known: 576 + 529 of MP3, one frame of AAC). single_rate: the
    encoder takes no bit rate. lost: the packet that tells the decoder that one is lost."""

    encoder: str
    decoder: str
    rate_hz: int
    kbps: tuple[float, ...]
    delay: int
    sample_format: str = "s16"
    options: Mapping[str, str] = field(default_factory=dict)
    single_rate: bool = False
    lost: bytes | None = None

    def encoded(self, pcm: Pcm, kbps: float) -> tuple[list[bytes], bytes | None]:
        """The packets of 16-bit samples, shape (frames,), and what the decoder must know beforehand."""
        context = _library().CodecContext.create(self.encoder, "w")
        context.sample_rate, context.layout, context.format = self.rate_hz, "mono", self.sample_format
        context.options = dict(self.options)
        if not self.single_rate:
            context.bit_rate = round(kbps * 1000)
        context.open()
        size = context.frame_size or self.rate_hz // 50
        packets = [packet for frame in self._frames(pcm, size) for packet in context.encode(frame)]
        return [bytes(packet) for packet in [*packets, *context.encode(None)]], context.extradata

    def _frames(self, pcm: Pcm, size: int) -> Iterator[Any]:
        """The signal in frames of `size`, with silence after it until the delay has passed."""
        count = -(-(pcm.size + self.delay) // size) + 1
        padded = np.pad(pcm, (0, count * size - pcm.size)).reshape(count, 1, size)
        samples = (padded / 32768).astype(np.float32) if self.sample_format == "fltp" else padded
        for number, frame in enumerate(samples):
            made = _library().AudioFrame.from_ndarray(frame, format=self.sample_format, layout="mono")
            made.sample_rate, made.pts = self.rate_hz, number * size
            yield made

    def decoded(self, packets: Sequence[bytes], beforehand: bytes | None) -> NDArray[np.float32]:
        """The samples in 16-bit units, shape (frames,), the delay taken off."""
        library = _library()
        context = library.CodecContext.create(self.decoder, "r")
        context.sample_rate, context.layout = self.rate_hz, "mono"
        if beforehand:
            context.extradata = beforehand
        sent = [*map(library.Packet, packets), None]
        samples = np.concatenate([f.to_ndarray().ravel() for packet in sent for f in context.decode(packet)])
        scale = np.float32(1 if samples.dtype == np.int16 else 32768)
        return (samples.astype(np.float32) * scale)[self.delay :]


def _library() -> Any:
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("The kind codec", "av", "codecs") from error
    return av


AMR_NB_KBPS = (4.75, 5.15, 5.9, 6.7, 7.4, 7.95, 10.2, 12.2)
OPUS_KBPS = (6, 8, 12, 16, 20, 24, 32, 48, 64)
MPEG_KBPS = (8, 16, 24, 32, 40, 48, 56, 64)

CODERS = {
    "g722": Coder("g722", "g722", 16000, (64,), delay=22),
    "amr_nb": Coder("libopencore_amrnb", "libopencore_amrnb", 8000, AMR_NB_KBPS, delay=40, lost=b"\x7c"),
    "g723_1": Coder("g723_1", "g723_1", 8000, (6.3,), delay=60),
    "msbc": Coder("sbc", "sbc", 16000, (60.8,), delay=73, options={"msbc": "1"}, single_rate=True),
    "opus": Coder(
        "libopus",
        "libopus",
        48000,
        OPUS_KBPS,
        delay=0,  # the decoder drops the pre-skip itself
        options={"application": "voip", "vbr": "off"},
    ),
    "mp3": Coder("libmp3lame", "mp3float", 16000, MPEG_KBPS, delay=1105, sample_format="s16p"),
    "aac": Coder("aac", "aac", 16000, (16, 24, 32), delay=1024, sample_format="fltp"),
}
