# SPDX-License-Identifier: Apache-2.0
"""What a study is put together from, besides its conditions: components, how audio is made, what is acceptable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stresstest.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Component:
    """A class, as `package.module.Class`, and the options of its constructor."""

    target: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How audio is made.

    rate_hz: the working sample rate; SNR is set in the band 0 to rate_hz/2. speech_level_dbov: active speech level
    (ITU-T P.56) to which each utterance is brought first. padding_ms: silence before and after the speech, which
    noise fills. snr_weighting: None or "A". snr_reference: "on", "long_term", or None for what each profile says.
    level_mode: `fixed_snr` sets the SNR against the changed voice; `fixed_noise` keeps the noise at the level that
    the unchanged voice would ask for, so that a softer voice has a lower SNR.
    """

    rate_hz: int = 16000
    speech_level_dbov: float = -26.0
    padding_ms: float = 250.0
    snr_weighting: str | None = None
    snr_reference: str | None = None
    level_mode: str = "fixed_snr"

    def __post_init__(self) -> None:
        _one_of("render.snr_weighting", self.snr_weighting, (None, "A"))
        _one_of("render.snr_reference", self.snr_reference, (None, "on", "long_term"))
        _one_of("render.level_mode", self.level_mode, ("fixed_snr", "fixed_noise"))
        within("render.rate_hz", self.rate_hz, 8000, 48000, "Hz")
        if self.rate_hz != int(self.rate_hz):
            raise ConfigError(f"render.rate_hz takes a whole number of Hz; got {self.rate_hz!r}.")
        within("render.speech_level_dbov", self.speech_level_dbov, -50, -15, "dBov")
        within("render.padding_ms", self.padding_ms, 0, 5000, "ms")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What the deployer declares acceptable, before the run, as fractions.

    max_gap: the largest max–min gap in WER. target_wer: the WER at which groups are compared in decibels; None: the
    first of 50, 30, 20 and 10 % that most groups pass.
    """

    max_gap: float = 0.10
    target_wer: float | None = None

    def __post_init__(self) -> None:
        within("study.tolerance.max_gap", self.max_gap, 0, 1, "(a fraction: 0.10 is ten points of WER)")
        if self.target_wer is not None:
            within("study.tolerance.target_wer", self.target_wer, 0.01, 0.99, "(a fraction: 0.2 is a WER of 20 %)")


def _one_of(key: str, value: object, options: tuple[str | None, ...]) -> None:
    if value not in options:
        names = ", ".join("null" if o is None else o for o in options)
        raise ConfigError(f"{key} takes one of {names}; got {value!r}.")


def within(key: str, value: object, low: float, high: float, unit: str) -> None:
    """Raise ConfigError where a value is no number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{key} takes a number from {low:g} to {high:g} {unit}; got {value!r}.")
