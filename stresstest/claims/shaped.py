# SPDX-License-Identifier: Apache-2.0
"""Measures steady noise against its table."""

from __future__ import annotations

from collections.abc import Iterator

from stresstest.claims._spectrum import band_claims, rendering_of
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations.shaped import Shaped as Kind
from stresstest.seeds import rng_for


class Shaped(Instrument):
    """The level of each band."""

    def claims(self, kind: Kind) -> Iterator[Claim]:
        """From one long rendering."""
        frames, rate_hz = rendering_of(kind.bands_hz)
        samples = kind.generate(frames, rate_hz, rng_for(0, "claims", "shaped"), ()).samples
        keys = ("bands_hz", "levels_db", "per_hz")
        yield from band_claims(samples, rate_hz, kind.bands_hz, kind.levels_db, kind.per_hz, keys)
