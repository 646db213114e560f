# SPDX-License-Identifier: Apache-2.0
"""The instruments of rooms, on responses of known decay and on rooms that are not what they say."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest

from stresstest.claims._decay import decay_time_s, direct_to_reverberant_db, middle_decay_time_s
from stresstest.claims.base import Claim, Instrument
from stresstest.claims.exponential_room import ExponentialRoom as ExponentialInstrument
from stresstest.claims.image_room import ImageRoom as ImageInstrument
from stresstest.perturbations import Room, RoomResponse
from stresstest.perturbations.exponential_room import ExponentialRoom
from stresstest.perturbations.image_room import ImageRoom

RATE = 48000
BOX = ImageRoom((5, 4, 2.7), (1.5, 2, 1.2), (2.1, 2.2, 1.0), 0.5, 3)


@dataclass(frozen=True)
class Lying:
    """Says one room and sounds like another."""

    said: Any
    sounds: Room

    def __getattr__(self, name: str) -> Any:
        return getattr(self.said, name)

    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        return self.sounds.response(rate_hz, rng)


def broken(instrument: Instrument, kind: Any) -> set[str]:
    """The keys of the claims that are not held."""
    claims: list[Claim] = list(instrument.claims(kind))
    return {key for claim in claims if not claim.held for key in claim.keys}


@pytest.mark.parametrize("rt60_s", [0.2, 0.7, 3.0])
def test_the_decay_of_a_pure_exponential_is_read_off(rt60_s: float) -> None:
    smooth = 10 ** (-3 * np.arange(round(2 * rt60_s * RATE)) / (rt60_s * RATE))
    assert decay_time_s(smooth, RATE) == pytest.approx(rt60_s, rel=1e-3)
    noise = smooth * np.random.default_rng(0).standard_normal(smooth.size)
    assert middle_decay_time_s(noise, RATE) == pytest.approx(rt60_s, rel=0.06)


def test_what_never_decays_has_no_reverberation_time() -> None:
    assert np.isnan(decay_time_s(np.array([1.0]), RATE))


def test_the_ratio_counts_what_lies_behind_the_window_as_reverberation() -> None:
    samples = np.zeros(1000)
    samples[[10, 20, 500]] = 1, 0.5, 0.1
    assert direct_to_reverberant_db(samples, RATE, 10, 20 / RATE) == pytest.approx(10 * np.log10(1.25 / 0.01))
    assert direct_to_reverberant_db(samples, RATE, 10, 5 / RATE) == pytest.approx(10 * np.log10(1 / 0.26))


@pytest.mark.parametrize(
    ("other", "keys"),
    [
        (ExponentialRoom(0.5, 0), set()),
        (ExponentialRoom(0.54, 0), {"rt60_s"}),
        (ExponentialRoom(0.5, 1.2), {"drr_db"}),
        (ExponentialRoom(0.5, 0, 5.3), {"gap_ms"}),
    ],
)
def test_an_exponential_room_that_is_not_what_it_says_is_caught(other: ExponentialRoom, keys: set[str]) -> None:
    assert broken(ExponentialInstrument(), Lying(ExponentialRoom(0.5, 0), other)) == keys


@pytest.mark.parametrize(
    ("other", "key"),
    [
        (BOX, None),
        (ImageRoom((5, 4, 2.7), (1.5, 2, 1.2), (2.1, 2.2, 1.0), 0.55, 3), "rt60_s"),
        (ImageRoom((5, 4, 2.7), (1.5, 2, 1.2), (2.1, 2.2, 1.0), 0.5, 4.5), "drr_db"),
        (ImageRoom((5.2, 4, 2.7), (1.5, 2, 1.2), (2.1, 2.2, 1.0), 0.5, 3), "size_m"),
        (ImageRoom((5, 4, 2.7), (1.4, 2, 1.2), (2.1, 2.2, 1.0), 0.5, 3), "source_m"),
        (ImageRoom((5, 4, 2.7), (1.5, 2, 1.2), (2.2, 2.2, 1.0), 0.5, 3), "microphone_m"),
    ],
)
def test_a_box_that_is_not_what_it_says_is_caught(other: ImageRoom, key: str | None) -> None:
    found = broken(ImageInstrument(), Lying(BOX, other))
    assert key in found if key else not found


@pytest.mark.parametrize(
    ("instrument", "kind"), [(ExponentialInstrument(), ExponentialRoom(1.0, -4)), (ImageInstrument(), BOX)]
)
def test_every_key_is_covered(instrument: Instrument, kind: Any) -> None:
    covered = {key for claim in instrument.claims(kind) for key in claim.keys}
    assert covered == {field.name for field in fields(kind)}
