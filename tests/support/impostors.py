# SPDX-License-Identifier: Apache-2.0
"""Sources that say one thing and sound like another, for the instruments to catch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.claims import Claim
from stresstest.perturbations import Sound, Source


def impostor(said: Source, **truth: Any) -> Source:
    """A source with the parameters of `said` that is made with those of `truth` instead, except where one is None."""

    @dataclass(frozen=True)
    class Impostor(type(said)):  # type: ignore[misc]
        def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
            given = {field.name: getattr(self, field.name) for field in fields(self)}
            changed = {name: value for name, value in truth.items() if given[name] is not None}
            return type(said)(**{**given, **changed}).generate(frames, rate_hz, rng, pool)

    made: Source = Impostor(**{field.name: getattr(said, field.name) for field in fields(said)})
    return made


def missed(claims: Sequence[Claim]) -> set[str]:
    """The keys of claims that are not held."""
    return {key for claim in claims if not claim.held for key in claim.keys}


def covered(claims: Sequence[Claim]) -> set[str]:
    """The keys of all claims."""
    return {key for claim in claims for key in claim.keys}
