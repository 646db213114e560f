# SPDX-License-Identifier: Apache-2.0
"""How a thousand speakers share out over an effect as listed, reversed, and none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from stresstest.claims.base import Claim
from stresstest.seeds import rng_for

SPEAKERS = 1000
AS_LISTED, REVERSED, NONE = 0.60, 0.14, 0.26
SIZE, SIZE_SD = 1.0, 0.4


def spread_claims(kind: Any, reaction: Callable[[Any], float], reverses: bool = True) -> Iterator[Claim]:
    """The shares of speakers, within three standard deviations of a binomial, and the mean size of a reaction.

    `reaction` says how strongly a kind as a speaker shows it does what `kind` does: 1 as much, 0 nothing. Where
    nothing can be done in reverse, speakers who would do so do nothing.
    """
    rngs = (rng_for(0, "speaker", number) for number in range(SPEAKERS))
    reactions = np.array([reaction(kind.for_speaker(rng)) for rng in rngs])
    listed, reversed_ = (AS_LISTED, REVERSED if reverses else 0.0) if kind.spread else (1.0, 0.0)
    found = {"as listed": (listed, reactions > 1e-9), "reversed": (reversed_, reactions < -1e-9)}
    found["without a reaction"] = (1 - listed - reversed_, np.abs(reactions) <= 1e-9)
    for name, (share, speakers) in found.items():
        tolerance = float(3 * np.sqrt(share * (1 - share) / SPEAKERS))
        what = f"share of {SPEAKERS} speakers {name}, within three binomial standard deviations"
        yield Claim(("spread",), what, share, float(speakers.mean()), max(tolerance, 1e-9))
    sizes = np.abs(reactions[np.abs(reactions) > 1e-9])
    tolerance = float(3 * SIZE_SD / np.sqrt(sizes.size)) if kind.spread else 1e-9
    yield Claim(("spread",), "mean size of the reactions there are", SIZE, float(sizes.mean()), tolerance)


def reaction_along(kind: Any, linear: tuple[str, ...], factors: tuple[str, ...]) -> Callable[[Any], float] | None:
    """The reaction read from the first cue that `kind` has: a linear one that is not 0 or a factor that is not 1."""
    for name in linear:
        if getattr(kind, name):
            return lambda shown: float(getattr(shown, name) / getattr(kind, name))
    for name in factors:
        if getattr(kind, name) != 1:
            return lambda shown: float(np.log(getattr(shown, name)) / np.log(getattr(kind, name)))
    return None
