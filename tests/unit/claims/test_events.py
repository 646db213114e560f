# SPDX-License-Identifier: Apache-2.0
"""The instrument of random impacts catches events that are not what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.claims.events import Events as Instrument
from stresstest.perturbations import Sound
from stresstest.perturbations.events import Events

SAID = Events(20, 40, (500, 1000, 2000), (0, 3, 0), 4)


@dataclass(frozen=True)
class Lying(Events):
    """Is off by a factor in one number, whatever is asked of it."""

    key: str = "rate_hz"
    factor: float = 1.0

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        plain = {field.name: getattr(self, field.name) for field in fields(Events)}
        if isinstance(plain[self.key], tuple):
            plain[self.key] = tuple(float(x) * self.factor for x in plain[self.key])
        else:
            plain[self.key] *= self.factor
        return Events(**plain).generate(frames, rate_hz, rng, pool)


def broken(kind: Events) -> set[str]:
    return {key for claim in Instrument().claims(kind) if not claim.held for key in claim.keys}


def test_honest_events_hold_and_every_key_is_covered() -> None:
    claims = list(Instrument().claims(SAID))
    assert all(claim.held for claim in claims)
    assert {key for claim in claims for key in claim.keys} == {field.name for field in fields(Events)}


@pytest.mark.parametrize(
    ("key", "factor"), [("rate_hz", 1.25), ("duration_ms", 1.12), ("bands_hz", 1.3), ("spread_db", 1.3)]
)
def test_a_wrong_number_is_caught(key: str, factor: float) -> None:
    lying = Lying(**{field.name: getattr(SAID, field.name) for field in fields(Events)}, key=key, factor=factor)
    assert key in broken(lying)


def test_a_wrong_level_is_caught() -> None:
    lying = replace(SAID, levels_db=(0.0, 6.0, 0.0))

    @dataclass(frozen=True)
    class Other(Events):
        def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
            return lying.generate(frames, rate_hz, rng, pool)

    other = Other(**{field.name: getattr(SAID, field.name) for field in fields(Events)})
    assert "levels_db" in broken(other)
