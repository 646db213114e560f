# SPDX-License-Identifier: Apache-2.0
"""A room's impulse response from a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from stresstest.audio.files import probe, read, resample
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations._checks import check_file
from stresstest.perturbations.base import Room, RoomResponse

LONGEST_S = 30


@dataclass(frozen=True)
class ImpulseResponse(Room):
    """One channel, counted from 0, of an audio file of any rate; its largest peak is taken as the direct sound."""

    stages: ClassVar[tuple[str, ...]] = ("room",)

    file: Path
    channel: int = 0

    def __post_init__(self) -> None:
        check_file("file", self.file)
        if isinstance(self.channel, bool) or not isinstance(self.channel, int) or self.channel < 0:
            raise ParameterError("channel", f"channel must be a whole number from 0; got {self.channel!r}")

    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        """The response, scaled; raises AudioError for a file that is unreadable, silent or longer than 30 s."""
        if not self.file.is_file():
            raise AudioError(f"{self.file}: there is no such file; the profile that names it needs it.")
        return _loaded(self.file, self.file.stat().st_mtime_ns, self.channel, rate_hz)


@lru_cache(maxsize=32)
def _loaded(file: Path, modified_ns: int, channel: int, rate_hz: int) -> RoomResponse:
    seconds = probe(file).seconds
    if seconds > LONGEST_S:
        raise AudioError(f"{file}: lasts {seconds:.0f} s; an impulse response may last {LONGEST_S} s. Cut it.")
    samples = resample(read(file, channel=channel), rate_hz).samples.astype(np.float64)
    direct = int(np.abs(samples).argmax())
    if samples[direct] == 0:
        raise AudioError(f"{file}: channel {channel} is silent, so it is no impulse response. Use another file.")
    samples /= samples[direct]
    samples.flags.writeable = False
    return RoomResponse(samples, direct)
