# SPDX-License-Identifier: Apache-2.0
"""A room's impulse response from a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import probe, read, resample
from stresstest.errors import AudioError, ParameterError, allowed
from stresstest.perturbations._checks import check_file
from stresstest.perturbations._direct import above_tail_db, delayed_and_summed, direct_of
from stresstest.perturbations.base import Room, RoomResponse

LONGEST_S = 30
LEAST_DECAY_DB = 20.0
"""Recorded responses that are any lie 50 dB and more between their peak and the RMS of their last tenth."""
WAYS = ("mean", "delay_and_sum")


@dataclass(frozen=True)
class ImpulseResponse(Room):
    """An audio file of any rate and number of channels, of which a recognizer hears one.

    channel: which one, counted from 0 (the first where nothing is said), or combine: `mean` of all channels as they
    are, or `delay_and_sum`, their mean after each is delayed so that the direct sounds coincide. The direct sound is
    the largest peak within 2.5 ms of the first sample at most 10 dB under the largest of all.
    """

    stages: ClassVar[tuple[str, ...]] = ("room",)

    file: Path
    channel: int | None = None
    combine: str | None = None

    def __post_init__(self) -> None:
        check_file("file", self.file)
        number = self.channel
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 0):
            raise ParameterError("channel", f"channel must be a whole number from 0; got {number!r}")
        if self.combine is not None and self.combine not in WAYS:
            raise ParameterError("combine", f"unknown combine {self.combine!r}; {allowed(self.combine, WAYS)}")
        if self.combine is not None and number is not None:
            raise ParameterError("combine", "give a channel or a way to combine all of them, not both")

    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        """The response, its direct sound 1; raises AudioError for a file that is unreadable, silent, longer than 30 s
        or does not decay."""
        if not self.file.is_file():
            raise AudioError(f"{self.file}: there is no such file; the profile that names it needs it.")
        return _loaded(self, self.file.stat().st_mtime_ns, rate_hz)


@lru_cache(maxsize=32)
def _loaded(room: ImpulseResponse, modified_ns: int, rate_hz: int) -> RoomResponse:
    samples = resample(_one_channel(room), rate_hz).samples.astype(np.float64)
    if not samples.any():
        raise AudioError(f"{room.file}: {_named(room)} is silent, so it is no impulse response. Use another file.")
    if (fall_db := above_tail_db(samples)) < LEAST_DECAY_DB:
        raise AudioError(
            f"{room.file}: {_named(room)} does not decay: its end is {fall_db:.0f} dB under its peak, and an impulse "
            f"response falls by {LEAST_DECAY_DB:.0f} dB or more. Use a longer response, or one that is no noise."
        )
    direct = direct_of(samples, rate_hz)
    samples /= samples[direct]
    samples.flags.writeable = False
    return RoomResponse(samples, direct)


def _one_channel(room: ImpulseResponse) -> Waveform:
    """What one microphone, or all of them together, heard, at the file's own rate."""
    info = probe(room.file)
    if info.seconds > LONGEST_S:
        raise AudioError(
            f"{room.file}: lasts {info.seconds:.0f} s; an impulse response may last {LONGEST_S} s. Cut it."
        )
    if room.combine == "mean":
        return read(room.file)
    if room.combine is None:
        return read(room.file, channel=room.channel or 0)
    channels: list[NDArray[np.float64]] = []
    for number in range(info.channels):
        channels.append(read(room.file, channel=number).samples.astype(np.float64))
        if not channels[-1].any():
            raise AudioError(
                f"{room.file}: channel {number} is silent, so it cannot be brought in line with the others."
            )
    return Waveform(delayed_and_summed(channels, info.rate_hz).astype(np.float32), info.rate_hz)


def _named(room: ImpulseResponse) -> str:
    return f"the {room.combine} of its channels" if room.combine else f"channel {room.channel or 0}"
