# SPDX-License-Identifier: Apache-2.0
"""Scenes: a condition asked for in absolute levels, from which the signal-to-noise ratio follows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from stresstest.conditions import Condition, split_reference
from stresstest.errors import ConfigError, allowed
from stresstest.profiles.library import Library

QUIET_DBA = 45.0
"""Up to this ambient level nobody raises the voice (Lombard effect)."""

LIMITS: Mapping[str, tuple[float, float, str]] = {
    "ambient_dba": (0, 140, "dB(A)"),
    "distance_m": (0.01, 50, "m"),
    "talker_dba": (20, 120, "dB(A) at 1 m"),
    "lombard_db_per_db": (0, 1, "dB a dB"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A talker at a distance from a device in a noisy place.

    ambient_dba: level of the noise at the device, in dB(A), long-term or while it sounds as the noise profile says.
    distance_m: from the mouth to the device, in the free field. talker_dba: level of the talker's speech at 1 m in
    quiet, 57 to 60 dB(A) for casual speech. lombard_db_per_db: how much louder a talker speaks for each dB of noise
    above 45 dB(A); 0.3 to 0.5 is usual. voice, room, device, channel: profiles, as in a condition. The voice's own
    sound is not changed by the Lombard lift; name a Lombard profile as `voice` for that.
    """

    name: str
    noise: str
    ambient_dba: float
    distance_m: float
    talker_dba: float = 60.0
    lombard_db_per_db: float = 0.4
    voice: str | None = None
    room: str | None = None
    device: str | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        for key, (low, high, unit) in LIMITS.items():
            value = getattr(self, key)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ConfigError(
                    f"The scene {self.name!r}: {key} takes a number from {low:g} to {high:g} {unit}; got {value!r}."
                )

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Scene:
        """From the keys of a grid's `scenes`. Raises ConfigError for a key that is unknown or missing."""
        known = [f.name for f in fields(cls)]
        for key in mapping:
            if key not in known:
                raise ConfigError(f"A scene has no key {key!r}; {allowed(key, known)}.")
        for key in ("name", "noise", "ambient_dba", "distance_m"):
            if mapping.get(key) is None:
                name = mapping.get("name", "without a name")
                raise ConfigError(f"The scene {name!r} lacks {key}; every scene gives it.")
        return cls(**mapping)

    @property
    def lift_db(self) -> float:
        """How much louder than in quiet the talker speaks."""
        return self.lombard_db_per_db * max(0.0, self.ambient_dba - QUIET_DBA)

    @property
    def speech_dba(self) -> float:
        """Level of the direct speech at the device in dB(A), to 0.1 dB.

        >>> Scene("bedside", "white", ambient_dba=60, distance_m=1).speech_dba
        66.0
        """
        return round(self.talker_dba + self.lift_db - 20 * math.log10(self.distance_m), 1)

    @property
    def snr_db(self) -> float:
        """The signal-to-noise ratio at the device, both A-weighted, in dB.

        >>> Scene("bedside", "white", ambient_dba=60, distance_m=1).snr_db
        6.0
        """
        return round(self.speech_dba - self.ambient_dba, 1)

    @property
    def condition(self) -> Condition:
        """The condition that the scene comes to; its `speech_dba` is there where there is a device to hear it."""
        return Condition(
            voice=self.voice,
            room=self.room,
            noise=self.noise,
            snr_db=self.snr_db,
            speech_dba=self.speech_dba if self.device else None,
            device=self.device,
            channel=self.channel,
        )


def scenes_of(entries: Sequence[Any], library: Library) -> tuple[Scene, ...]:
    """The scenes of a grid; one without an ambient_dba takes the level_dba of its noise profile. Raises ConfigError."""
    scenes = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise ConfigError(f"grid.scenes: a scene takes keys with values; got {entry!r}.")
        given = dict(entry)
        if given.get("ambient_dba") is None and isinstance(given.get("noise"), str):
            given["ambient_dba"] = library.get("noise", split_reference(given["noise"])[0]).level_dba
        scenes.append(Scene.from_mapping(given))
    return tuple(scenes)
