# SPDX-License-Identifier: Apache-2.0
"""What a claim is, and the instrument that measures the claims of one kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Claim:
    """One number that a profile gives and what was measured of it.

    keys: the keys of the layer, or of the profile, that it covers. claimed, measured, tolerance: in `unit`.
    """

    keys: tuple[str, ...]
    what: str
    claimed: float
    measured: float
    tolerance: float
    unit: str = ""

    @property
    def held(self) -> bool:
        """Whether the measurement agrees with the claim; never where it is not a number."""
        return abs(self.measured - self.claimed) <= self.tolerance


class Instrument(ABC):
    """Measures one kind of perturbation: a class in `claims/<kind>.py`, named like the kind, without fields.

    It renders the kind and measures by means of its own, not with the mathematics that made the sound.
    """

    @abstractmethod
    def claims(self, kind: Any) -> Iterator[Claim]:
        """The claims of one built kind; every key that a profile may give is in the `keys` of one."""
