# SPDX-License-Identifier: Apache-2.0
"""What a study claims before it is run: bounds on a figure of a group in a condition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from stresstest.errors import ConfigError, allowed

MEASURES = ("wer", "f1", "did", "log_did")
"""WER and F1 as fractions; change of WER beyond the other groups', as a fraction and as a log ratio."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A bound on `measure`, declared beforehand.

    condition: a condition's label or a scene's name. group: None means every group. Exactly one of at_most and
    at_least is given; WER, F1 and did are fractions (0.1 is ten points).
    """

    measure: str
    condition: str
    group: str | None = None
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ConfigError(f"study.claims: there is no measure {self.measure!r}; {allowed(self.measure, MEASURES)}.")
        for key, text in (("condition", self.condition), ("group", self.group or "every")):
            if not isinstance(text, str) or not text.strip():
                raise ConfigError(f"study.claims: {key} takes a name; got {text!r}.")
        given = [v for v in (self.at_most, self.at_least) if v is not None]
        if len(given) != 1:
            raise ConfigError(f"study.claims: a claim about {self.measure} takes one of at_most and at_least.")
        if isinstance(given[0], bool) or not isinstance(given[0], int | float) or not math.isfinite(given[0]):
            raise ConfigError(f"study.claims: the bound of {self.measure} takes a number; got {given[0]!r}.")

    @property
    def limit(self) -> float:
        """The bound."""
        return float(self.at_most if self.at_most is not None else self.at_least or 0.0)

    @property
    def sign(self) -> int:
        """+1 where larger values break the claim, -1 where smaller ones do."""
        return 1 if self.at_most is not None else -1

    @property
    def text(self) -> str:
        """The claim in words, as `f1 >= 0.84 for every group under noise=ward_babble/snr_db=10`."""
        side = "<=" if self.sign > 0 else ">="
        return f"{self.measure} {side} {self.limit:g} for {self.group or 'every group'} under {self.condition}"

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Claim:
        """From the keys of an entry of `study.claims`. Raises ConfigError for a key that is unknown or missing."""
        known = [f.name for f in fields(cls)]
        for key in mapping:
            if key not in known:
                raise ConfigError(f"study.claims: there is no key {key!r}; {allowed(key, known)}.")
        if missing := [key for key in ("measure", "condition") if mapping.get(key) is None]:
            raise ConfigError(f"study.claims: a claim needs the key {missing[0]!r}; its keys are {', '.join(known)}.")
        return cls(**mapping)
