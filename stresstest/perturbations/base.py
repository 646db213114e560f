# SPDX-License-Identifier: Apache-2.0
"""The three roles a kind can play: an effect, a source of noise, a room.

A kind is a frozen dataclass in a file of its own. Its fields are the keys a profile may give, units in the name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import ParameterError, allowed


@dataclass(frozen=True)
class Perturbation(ABC):  # noqa: B024 - its abstract methods are those of the three roles
    """One kind of perturbation with its parameters; `__post_init__` checks them and raises ParameterError."""

    stages: ClassVar[tuple[str, ...]] = ()
    """The stages of the signal path where the kind makes sense."""

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """Build from the keys of a profile. Raises ParameterError for an unknown, missing or malformed key."""
        known, kind = {f.name: f for f in fields(cls)}, cls.__module__.rpartition(".")[2]
        for key in parameters:
            if key not in known:
                raise ParameterError(key, f"unknown key {key!r}; {allowed(key, known)}")
        for name, field in known.items():
            if name not in parameters and field.default is MISSING and field.default_factory is MISSING:
                raise ParameterError(name, f"the key {name!r} is missing; the kind {kind!r} needs it")
        return cls(**{k: _frozen(v) for k, v in parameters.items()})


class Effect(Perturbation):
    """Changes a signal. `linear` effects may be applied to speech and noise apart (`path: speech` or `noise`)."""

    linear: ClassVar[bool] = False

    @abstractmethod
    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The changed signal at the same rate; only a voice effect may change its length."""

    def for_speaker(self, rng: np.random.Generator) -> Self:
        """The effect as one speaker shows it; `rng` depends on the speaker alone. By default all speakers agree."""
        return self


@dataclass(frozen=True, slots=True)
class Sound:
    """Noise as generated, at any level: samples float64 (frames,) and where it sounds, bool (frames,)."""

    samples: NDArray[np.float64]
    active: NDArray[np.bool_]


class Source(Perturbation):
    """Makes noise. `needs_pool`: built from other speakers' speech, which the engine hands over."""

    needs_pool: ClassVar[bool] = False

    @abstractmethod
    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """`frames` samples at `rate_hz`; sounds somewhere in them, never silent throughout. Raises AudioError."""


@dataclass(frozen=True, slots=True)
class RoomResponse:
    """An impulse response, float64 (taps,), and the index of its direct sound."""

    samples: NDArray[np.float64]
    direct: int


class Room(Perturbation):
    """Gives an impulse response."""

    @abstractmethod
    def response(self, rate_hz: int, rng: np.random.Generator) -> RoomResponse:
        """The response at `rate_hz`; its direct sound has amplitude 1. Raises AudioError."""


def check_number(key: str, value: object, low: float, high: float, unit: str = "") -> float:
    """`value` as a float when it is a finite number from `low` to `high`; raises ParameterError with the range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        limits = f"from {low:g} to {high:g}{' ' + unit if unit else ''}"
        raise ParameterError(key, f"{key} must be a number {limits}; got {value!r}")
    return float(value)


def _frozen(value: Any) -> Any:
    """Lists as tuples, mappings as tuples of pairs, all the way down, so that a kind is hashable."""
    if isinstance(value, Mapping):
        return tuple((key, _frozen(v)) for key, v in value.items())
    if isinstance(value, list | tuple):
        return tuple(_frozen(v) for v in value)
    return value
