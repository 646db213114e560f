# SPDX-License-Identifier: Apache-2.0
"""How strongly one speaker reacts: the spread between speakers that laboratories find under stress."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np

from stresstest.errors import ParameterError
from stresstest.perturbations.base import Effect

AS_LISTED, REVERSED, NONE = 0.60, 0.14, 0.26
"""Shares of speakers: F0 under physical stress went up in 60.8 %, down in 13.6 %, and stayed in 25.5 % of 51 speakers
(PMC6255927, table 3), rounded to a sum of one."""

SIZE_SD = 0.4
SMALLEST, LARGEST = 0.2, 1.8
"""The size of a reaction is normal about 1 with this standard deviation, clipped; chosen for this project."""


def reactivity(rng: np.random.Generator) -> float:
    """By how much a speaker's cues are multiplied: 0.2 to 1.8 as listed, -0.2 to -1.8 reversed, or 0.

    Always the same draws, so that one generator gives a speaker the same reactivity under every profile.
    """
    share, size = rng.random(), float(np.clip(rng.normal(1, SIZE_SD), SMALLEST, LARGEST))
    if share < NONE:
        return 0.0
    return -size if share < NONE + REVERSED else size


class Reactive(Effect):
    """An effect that speakers may show to different degrees: a dataclass with a field `spread`.

    `cues` are fields in dB or semitones, multiplied by a speaker's reactivity; `factors` are raised to its power;
    `additions` cannot be less than nothing, so a reversed speaker has none.
    """

    cues: ClassVar[tuple[str, ...]] = ()
    factors: ClassVar[tuple[str, ...]] = ()
    additions: ClassVar[tuple[str, ...]] = ()

    spread: bool

    def for_speaker(self, rng: np.random.Generator) -> Self:
        """The effect as one speaker shows it where `spread` is true, else as listed."""
        return self.reacting(reactivity(rng)) if self.spread else self

    def reacting(self, reaction: float) -> Self:
        """The effect `reaction` times as strong."""
        changes: dict[str, Any] = {**self._reaction(reaction), "spread": False}
        return replace(self, **changes)

    def _reaction(self, reaction: float) -> dict[str, Any]:
        """The fields that change, with their values."""
        return (
            {name: getattr(self, name) * reaction for name in self.cues}
            | {name: getattr(self, name) ** reaction for name in self.factors}
            | {name: getattr(self, name) * max(reaction, 0.0) for name in self.additions}
        )

    def _check_spread(self) -> None:
        """Refuse what the most reactive speaker could not be given when the profile is read, not in the run."""
        if not isinstance(self.spread, bool):
            raise ParameterError("spread", f"spread must be true or false; got {self.spread!r}")
        for reaction in (-LARGEST, LARGEST) if self.spread else ():
            try:
                self.reacting(reaction)
            except ParameterError as error:
                message = (
                    f"spread: true multiplies what a speaker does by {-LARGEST:g} to {LARGEST:g}, and then {error}"
                )
                raise ParameterError(error.key, message) from error
