# SPDX-License-Identifier: Apache-2.0
"""Checks of parameters that several kinds share; each raises ParameterError."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from stresstest.errors import ParameterError
from stresstest.perturbations.base import check_number

MAX_ENTRIES = 100
"""The longest list that a profile may give."""


def check_numbers(key: str, values: object, low: float, high: float, unit: str = "", least: int = 1) -> None:
    """A list of `least` to MAX_ENTRIES numbers, each from `low` to `high`."""
    if not isinstance(values, tuple) or not least <= len(values) <= MAX_ENTRIES:
        raise ParameterError(key, f"{key} must be a list of {least} to {MAX_ENTRIES} numbers; got {values!r}")
    for value in values:
        check_number(key, value, low, high, unit)


def check_rising(key: str, values: tuple[float, ...]) -> None:
    """Numbers, each above the one before."""
    if any(later <= earlier for earlier, later in pairwise(values)):
        raise ParameterError(key, f"{key} must rise from each number to the next; got {list(values)}")


def check_same_length(key: str, values: tuple[object, ...], other_key: str, other: tuple[object, ...]) -> None:
    """One entry for each entry of another list."""
    if len(values) != len(other):
        raise ParameterError(
            key, f"{key} must have one number for each of {other_key} ({len(other)}); it has {len(values)}"
        )


def check_harmonics(key: str, harmonics: object) -> None:
    """Pairs (k, dB): k a number from 1 to 40, each once, not whole for an inharmonic partial; at most 20 pairs."""
    if not isinstance(harmonics, tuple) or not 1 <= len(harmonics) <= 20:
        raise ParameterError(key, f"{key} must be a list of 1 to 20 pairs [k, dB]; got {harmonics!r}")
    for pair in harmonics:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ParameterError(key, f"each of {key} must be a pair [k, dB]; got {pair!r}")
        check_number(key, pair[0], 1, 40)
        check_number(key, pair[1], -100, 40, "dB")
    if len({pair[0] for pair in harmonics}) < len(harmonics):
        raise ParameterError(key, f"{key} must name each k once; got {[list(pair) for pair in harmonics]}")


def check_file(key: str, value: object) -> None:
    """A path, made absolute by the loader of the profile."""
    if not isinstance(value, Path) or not value.is_absolute():
        raise ParameterError(key, f"{key} must be the absolute path of an audio file; got {value!r}")
