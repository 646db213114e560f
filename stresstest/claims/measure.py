# SPDX-License-Identifier: Apache-2.0
"""Measure what a profile says, and find what it says that nothing measures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stresstest.claims import whole
from stresstest.claims.base import Claim, Instrument
from stresstest.conditions import layers_of
from stresstest.errors import ProfileError, allowed
from stresstest.plugins import catalogue, load
from stresstest.profiles import Layer, Profile


@dataclass(frozen=True, slots=True)
class Examination:
    """What one severity of a profile claims, measured; `uncovered` are the keys that no claim covers."""

    claims: tuple[Claim, ...]
    uncovered: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether every claim holds and every key is covered."""
        return not self.uncovered and all(claim.held for claim in self.claims)


def measure(profile: Profile, severity: str) -> list[Claim]:
    """The claims of one severity, measured. Raises ProfileError as `examine` does."""
    return list(examine(profile, severity).claims)


def examine(profile: Profile, severity: str) -> Examination:
    """Every claim of one severity: of its layers, by the instrument of their kind, and of the whole profile.

    Raises ProfileError for a severity or a claim that there is not, and for layers that cannot be built.
    """
    claims: list[Claim] = []
    uncovered: list[str] = []
    for layer, kind in layers_of(profile, severity):
        found = list(_instrument(layer).claims(kind)) if layer.kind in catalogue("claims") else []
        claims += found
        uncovered += [f"{layer.kind}.{key}" for key in _uncovered(layer.parameters, found)]
    for key in whole.stated(profile, severity):
        measurement = whole.MEASUREMENTS.get(key)
        if measurement is None:
            raise ProfileError(
                f"{profile.origin or profile.name}: nothing measures the claim {key!r} of a {profile.stage} profile; "
                f"{allowed(key, whole.MEASUREMENTS)}."
            )
        claims += measurement(profile, severity)
    return Examination(tuple(claims), tuple(uncovered))


def _instrument(layer: Layer) -> Instrument:
    cls: type[Instrument] = load("claims", layer.kind)
    return cls()


def _uncovered(keys: Iterable[Any], claims: list[Claim]) -> list[str]:
    covered = {key for claim in claims for key in claim.keys}
    return [str(key) for key in keys if key not in covered]
