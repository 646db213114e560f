# SPDX-License-Identifier: Apache-2.0
"""The instruments of babble, recordings and recorded rooms catch what is not what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from stresstest.audio import Waveform
from stresstest.claims.babble import Babble as BabbleInstrument
from stresstest.claims.impulse_response import ImpulseResponse as ResponseInstrument
from stresstest.claims.recording import Recording as RecordingInstrument
from stresstest.perturbations import RoomResponse, Sound
from stresstest.perturbations.babble import Babble
from stresstest.perturbations.impulse_response import ImpulseResponse
from stresstest.perturbations.recording import Recording

RATE = 16000


@pytest.mark.parametrize("talkers", [1, 6, 64])
def test_talkers_are_counted(talkers: int) -> None:
    assert all(claim.held for claim in BabbleInstrument().claims(Babble(talkers)))


class TooMany(Babble):
    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        return Babble(self.talkers + 1).generate(frames, rate_hz, rng, pool)


class Uneven(Babble):
    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        one = Babble(1).generate(frames, rate_hz, rng, pool[:1]).samples
        return Sound(one + 0.5 * Babble(1).generate(frames, rate_hz, rng, pool[1:2]).samples, np.ones(frames, bool))


def test_one_talker_too_many_is_caught() -> None:
    assert not all(claim.held for claim in BabbleInstrument().claims(TooMany(5)))


def test_talkers_of_unequal_level_are_caught() -> None:
    count, level = BabbleInstrument().claims(Uneven(2))
    assert count.held
    assert not level.held


def noise_file(path: Path, seed: int = 0) -> Path:
    soundfile.write(path, 0.1 * np.random.default_rng(seed).standard_normal((5 * RATE, 2)), RATE, subtype="FLOAT")
    return path


def test_an_excerpt_is_found_in_its_file_and_not_in_another(tmp_path: Path) -> None:
    file, other = noise_file(tmp_path / "a.wav"), noise_file(tmp_path / "b.wav", 1)
    [claim] = RecordingInstrument().claims(Recording(file))
    assert claim.held

    class Stranger(Recording):
        def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
            return Recording(other).generate(frames, rate_hz, rng, pool)

    [claim] = RecordingInstrument().claims(Stranger(file))
    assert not claim.held


@dataclass(frozen=True)
class OtherChannel(ImpulseResponse):
    """Says channel 0 and gives channel 1."""

    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        return ImpulseResponse(self.file, channel=1).response(rate_hz, rng)


def test_a_response_is_found_in_its_channel_and_not_in_another(tmp_path: Path) -> None:
    n, rng = np.arange(8000), np.random.default_rng(0)
    tails = 0.1 * rng.standard_normal((8000, 2)) * 10 ** (-3 * n / 6000)[:, None]
    tails[[100, 104], [0, 1]] = -0.8
    soundfile.write(tmp_path / "ir.wav", tails, RATE, subtype="FLOAT")
    for kind in (
        ImpulseResponse(tmp_path / "ir.wav"),
        ImpulseResponse(tmp_path / "ir.wav", channel=1),
        ImpulseResponse(tmp_path / "ir.wav", combine="mean"),
        ImpulseResponse(tmp_path / "ir.wav", combine="delay_and_sum"),
    ):
        assert all(claim.held for claim in ResponseInstrument().claims(kind))
    assert not all(claim.held for claim in ResponseInstrument().claims(OtherChannel(tmp_path / "ir.wav")))
    lying = OtherChannel(tmp_path / "ir.wav", combine="delay_and_sum")
    assert not all(claim.held for claim in ResponseInstrument().claims(lying))
