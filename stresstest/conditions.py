# SPDX-License-Identifier: Apache-2.0
"""Conditions: one point of the signal path each, and the grid of them that a study asks about."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from stresstest.errors import ConfigError, ParameterError, ProfileError, allowed
from stresstest.perturbations import Effect, Perturbation, Room, Source
from stresstest.plugins import load
from stresstest.profiles import STAGES, Layer, Profile

AXES = ("voice", "room", "noise", "snr_db", "speech_dba", "device", "channel")
"""What a condition can vary, in the order of the signal path."""

LEVELS = ("snr_db", "speech_dba")
"""The axes that are numbers; every other one names a profile."""

ROLES: Mapping[str, type[Perturbation]] = {
    "voice": Effect, "room": Room, "noise": Source, "device": Effect, "channel": Effect,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """At most one profile a stage, as `name` or `name@severity`, and the SNR in dB where there is noise.

    speech_dba: level of the speech at the device in dB(A), where the absolute level counts: against the device's own
    noise and overload. Without it speech meets every device at the level that the study sets.

    >>> Condition(noise="ward_babble", snr_db=10).label
    'noise=ward_babble/snr_db=10'
    """

    voice: str | None = None
    room: str | None = None
    noise: str | None = None
    snr_db: float | None = None
    speech_dba: float | None = None
    device: str | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        for axis, value in self.path:
            if axis not in LEVELS and not (isinstance(value, str) and value and "/" not in value):
                raise ConfigError(
                    f"The axis {axis} of a condition takes the name of one profile, without a slash; got {value!r}."
                )
        if (self.noise is None) != (self.snr_db is None):
            missing = "a noise" if self.noise is None else "an snr_db"
            raise ConfigError(f"The condition {dict(self.path)} lacks {missing}: noise and snr_db come together.")
        if self.speech_dba is not None and self.device is None:
            raise ConfigError(f"The condition {dict(self.path)} lacks a device: speech_dba is the level at a device.")
        for axis in LEVELS:
            if getattr(self, axis) is not None:
                object.__setattr__(self, axis, _level(axis, getattr(self, axis)))

    @property
    def path(self) -> tuple[tuple[str, str | float], ...]:
        """The stages that do something, in the order of the signal path; empty for CLEAN."""
        return tuple((axis, getattr(self, axis)) for axis in AXES if getattr(self, axis) is not None)

    @property
    def label(self) -> str:
        """The name of the condition in every file; `parse` reads it back."""
        return "/".join(f"{axis}={_text(value)}" for axis, value in self.path) or "clean"

    @property
    def title(self) -> str:
        """The condition in a few words for a reader."""
        noise = [f"{self.noise} {_text(self.snr_db)} dB"] if self.noise and self.snr_db is not None else []
        heard = [] if self.speech_dba is None else [f"speech {_text(self.speech_dba)} dBA"]
        parts = [self.voice, self.room, *noise, *heard, self.device, self.channel]
        return " + ".join(p.replace("_", " ") for p in parts if p) or "clean"

    @classmethod
    def parse(cls, label: str) -> Condition:
        """The condition with this label. Raises ConfigError."""
        if label == "clean":
            return CLEAN
        pairs = [part.partition("=") for part in label.split("/")]
        mapping = {axis: value for axis, _, value in pairs}
        if len(mapping) < len(pairs):
            raise ConfigError(f"The label {label!r} names an axis twice; a condition has each axis at most once.")
        return cls.from_mapping(mapping)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Condition:
        """From axis → value; a value of None means the stage does nothing. Raises ConfigError for an unknown axis."""
        for axis in mapping:
            if axis not in AXES:
                raise ConfigError(f"A condition has no axis {axis!r}; {allowed(axis, AXES)}.")
        return cls(**mapping)


CLEAN = Condition()


@dataclass(frozen=True, slots=True)
class ConditionGrid:
    """The conditions of a study: CLEAN once and first, no duplicates."""

    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if not self.conditions or self.conditions[0] != CLEAN:
            raise ConfigError("A grid starts with the clean condition.")
        if len(set(self.conditions)) != len(self.conditions):
            raise ConfigError("A grid has each condition once.")

    def __iter__(self) -> Iterator[Condition]:
        return iter(self.conditions)

    def __len__(self) -> int:
        return len(self.conditions)

    @classmethod
    def from_axes(
        cls,
        axes: Mapping[str, Sequence[Any] | None],
        exclude: Iterable[Mapping[str, Any]] = (),
        extra: Iterable[Mapping[str, Any]] = (),
        control_of: Callable[[str, str], str | None] = lambda stage, reference: None,
    ) -> ConditionGrid:
        """The product of `axes`, less what `exclude` matches, plus single conditions, plus the controls they need.

        axes: axis → values, where null stands for "nothing at this stage". exclude: axis → value or values, all of
        which must match. control_of(stage, reference): the profile against which effects of a profile are read.
        Raises ConfigError for an unknown axis or a noise without an SNR.
        """
        for mapping in (axes, *exclude):
            for axis in mapping:
                if axis not in AXES:
                    raise ConfigError(f"A grid has no axis {axis!r}; {allowed(axis, AXES)}.")
        wanted = [c for c in _product(axes) if not any(_matches(c, rule) for rule in exclude)]
        wanted += [Condition.from_mapping(single) for single in extra]
        controls = [control for c in wanted if (control := control_condition(c, control_of)) is not None]
        return cls(tuple(dict.fromkeys([CLEAN, *wanted, *controls])))


def _product(axes: Mapping[str, Sequence[Any] | None]) -> Iterator[Condition]:
    values = {axis: list(axes.get(axis) or [None]) for axis in AXES}
    if any(n is not None for n in values["noise"]) and values["snr_db"] == [None]:
        raise ConfigError("The axis noise of the grid needs an axis snr_db, in dB; for example snr_db: [20, 10, 5].")
    if values["noise"] == [None] and values["snr_db"] != [None]:
        raise ConfigError("The axis snr_db of the grid needs an axis noise; name at least one noise profile.")
    for combination in itertools.product(*values.values()):
        point = dict(zip(AXES, combination, strict=True))
        if point["noise"] is None:
            point["snr_db"] = None
        if point["device"] is None:
            point["speech_dba"] = None
        yield Condition.from_mapping(point)


def _matches(condition: Condition, rule: Mapping[str, Any]) -> bool:
    def fits(axis: str, value: Any) -> bool:
        options = value if isinstance(value, list | tuple) else [value]
        return getattr(condition, axis) in [_level(axis, o) if axis in LEVELS and o is not None else o for o in options]

    return bool(rule) and all(fits(axis, value) for axis, value in rule.items())


def _control(condition: Condition, stage: str, control_of: Callable[[str, str], str | None]) -> str | None:
    reference = getattr(condition, stage)
    return control_of(stage, reference) if reference else None


def control_condition(condition: Condition, control_of: Callable[[str, str], str | None]) -> Condition | None:
    """The condition with each profile that has a control replaced by it; None where no profile has one."""
    changes: dict[str, Any] = {s: n for s in STAGES if (n := _control(condition, s, control_of))}
    return replace(condition, **changes) if changes else None


def split_reference(reference: str) -> tuple[str, str]:
    """`name@severity` as (name, severity); the severity is empty where none is given."""
    name, _, severity = reference.partition("@")
    return name, severity


def layers_of(profile: Profile, severity: str) -> tuple[tuple[Layer, Perturbation], ...]:
    """The kinds that a profile names at one severity, built from their parameters.

    Raises ProfileError, with the file and line, for an unknown severity, a kind of the wrong role, or a parameter
    that the kind refuses.
    """
    if severity not in profile.severities:
        names = [s for s in profile.severities if s]
        hint = f"{allowed(severity, names)}; write {profile.name}@NAME" if names else "it has none"
        raise ProfileError(f"The {profile.stage} profile {profile.name!r} has no severity {severity!r}; {hint}.")
    return tuple((layer, _build(profile, layer)) for layer in profile.severities[severity])


def _build(profile: Profile, layer: Layer) -> Perturbation:
    kind = load("perturbations", layer.kind)
    place, named = str(profile.origin or f"{profile.stage}/{profile.name}"), layer.lines.get("kind")
    at_kind = f"{place}:{named}" if named else place
    if not issubclass(kind, ROLES[profile.stage]) or profile.stage not in kind.stages:
        where = ", ".join(kind.stages) if issubclass(kind, Perturbation) else "no stage"
        raise ProfileError(
            f"{at_kind}: the kind {layer.kind!r} is for {where}; the profile's stage is {profile.stage}."
        )
    if layer.path != "mixture" and not (issubclass(kind, Effect) and kind.linear):
        raise ProfileError(
            f"{at_kind}: the kind {layer.kind!r} is not linear, so it cannot act on the path {layer.path!r} alone; "
            "give it path: mixture."
        )
    try:
        return kind.from_parameters(layer.parameters)
    except ParameterError as error:
        line = layer.lines.get(error.key)
        raise ProfileError(f"{f'{place}:{line}' if line else at_kind}: {error}.") from error


def _level(axis: str, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = float("nan")
    low, high, unit = (-60, 100, "dB") if axis == "snr_db" else (0, 140, "dB(A)")
    if isinstance(value, bool) or not low <= number <= high:
        raise ConfigError(f"{axis} takes a number of {unit} from {low} to {high}; got {value!r}.")
    return number + 0.0


def _text(value: object) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


assert [f.name for f in fields(Condition)] == list(AXES)
