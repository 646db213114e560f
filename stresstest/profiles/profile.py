# SPDX-License-Identifier: Apache-2.0
"""A profile as a value: pure data, independent of the kinds that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAGES = ("voice", "room", "noise", "device", "channel")
"""The signal path; the order is always this one."""

PROVENANCES = ("standard", "measured", "archetype")


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind with its parameters.

    `path` (device only) is `speech`, `noise` or `mixture`: which signal passes. `level_db` (noise only) is the
    level relative to the other layers. `lines` gives the line of each key in the profile's file, for messages.
    """

    kind: str
    parameters: Mapping[str, Any]
    path: str = "mixture"
    level_db: float = 0.0
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A physical claim about one stage of the signal path.

    `severities` maps the name of a severity to its layers, mildest first; a profile without severities has the
    single entry "". `control` names the profile of the same stage against which effects are read (the
    passthrough of a vocoder). `snr_reference` (noise only) is `on` or `long_term`. `digest` is the SHA-256 of
    what determines the sound: parameters and the bytes of files named by them, not the prose.

    Noise only: `fluctuation_db` is the standard deviation of a slow log-normal modulation of its level,
    `fluctuation_s` the correlation time of that; `level_dba` is the typical level in the place, in dB(A). Device
    only: `full_scale_spl_db` is the level in dB SPL of a sound whose RMS is 0 dBov. `claims` states what the whole
    profile measures beyond its parameters: name → number, or a list of (Hz, dB) points.
    """

    name: str
    stage: str
    summary: str
    provenance: str
    source: str
    license: str
    severities: Mapping[str, tuple[Layer, ...]]
    digest: str
    control: str | None = None
    snr_reference: str = "on"
    fluctuation_db: float = 0.0
    fluctuation_s: float = 10.0
    level_dba: float | None = None
    full_scale_spl_db: float | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    origin: Path | None = field(default=None, compare=False)
