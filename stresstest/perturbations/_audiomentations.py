# SPDX-License-Identifier: Apache-2.0
"""Transforms of audiomentations by name, their arguments within bounds, and the fence around their chance."""

from __future__ import annotations

import importlib
import inspect
import random
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from stresstest.errors import MissingExtraError, ParameterError, allowed

REFUSED = {"Lambda": "it runs code, and a profile is data"}
"""Transforms that no profile may name, and why."""

FILES = {"AddBackgroundNoise": "sounds_path", "AddShortNoises": "sounds_path", "ApplyImpulseResponse": "ir_path"}
"""Transforms that read a file, and their argument for it; a profile gives it as `file`."""

EXTRA = "audiomentations"
LIBRARIES = {
    "Limiter": "numpy_audio_limiter",
    "LoudnessNormalization": "loudness",
    "Mp3Compression": "fast_mp3_augment",
    "RoomSimulator": "pyroomacoustics",
}
"""Transforms that need a library which audiomentations does not bring."""

_WITHHELD = {*FILES.values(), "p", "backend", "lru_cache_size", "noise_transform", "part_transform",
             "ray_tracing_options", "signal_gain_in_db_during_noise"}  # fmt: skip
"""Arguments that are paths, code, a choice of external programs, or without effect on the sound."""

_WIDEST = (-1e6, 1e6)
_LIMITS: Mapping[str, tuple[float, float]] = {
    "absorption_value": (0.01, 1), "attack": (1e-5, 10), "burst_probability": (1e-9, 0.9),
    "crossfade_duration": (0, 60), "duration": (0, 60), "duration_samples": (1, 3e7), "duration_seconds": (0.001, 600),
    "fade_duration": (0, 60), "fade_in_time": (0, 60), "fade_out_time": (0, 60), "max_order": (0, 30),
    "n_fft": (16, 65536), "part_duration": (0.001, 60), "pause_factor_during_burst": (0.05, 10), "release": (1e-5, 10),
    "repeats": (1, 20), "rolloff": (6, 120), "sample_rate": (100, 192000), "size_x": (0.5, 50), "size_y": (0.5, 50),
    "size_z": (0.5, 50), "target_rt60": (0.05, 5), "time_between_sounds": (0.05, 600), "top_db": (1, 200),
}  # fmt: skip
"""What a number may be where the library sets no limit to the work or the memory that it costs."""

_HARMLESS = r".* had to be resampled from .*"
"""The one warning that is no failure: a file of another rate, resampled by soxr."""


def transform_class(name: object) -> type:
    """The waveform transform of this name. Raises ParameterError, and MissingExtraError where it needs a library."""
    import audiomentations
    from audiomentations.core.transforms_interface import BaseWaveformTransform

    found = {
        label: value
        for label, value in vars(audiomentations).items()
        if inspect.isclass(value) and issubclass(value, BaseWaveformTransform)
    }
    if not isinstance(name, str) or name not in found:
        raise ParameterError("transform", f"unknown transform {name!r}; {allowed(name, found.keys() - REFUSED.keys())}")
    if name in REFUSED:
        raise ParameterError("transform", f"{name} is not allowed: {REFUSED[name]}")
    if name in LIBRARIES:
        try:
            importlib.import_module(LIBRARIES[name])
        except ImportError as error:
            raise MissingExtraError(f"The transform {name} of audiomentations", LIBRARIES[name], EXTRA) from error
    return found[name]


def arguments(transform: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """The constructor's arguments, `p` and files apart: each pair `min_x`, `max_x` from `x`, a number or [low, high].

    Raises ParameterError for an unknown, missing, mistyped or unbounded one.
    """
    signature = inspect.signature(transform).parameters.values()
    plain = {p.name: p.default for p in signature if p.kind is not p.VAR_KEYWORD and p.name not in _WITHHELD}
    pairs = [name[4:] for name in plain if name.startswith("min_") and f"max_{name[4:]}" in plain]
    ends = {f"{end}_{name}" for name in pairs for end in ("min", "max")}
    names = [n for n in plain if n not in ends] + pairs
    for key in given:
        if key not in names:
            raise _refused(f"{transform.__name__} takes no parameter {key!r}; {allowed(key, names)}")
    if missing := [n for n in pairs if n not in given]:
        wanted = f"a fixed value for {', '.join(missing)}; its own range would be drawn from"
        raise _refused(f"{transform.__name__} needs {wanted}")
    built: dict[str, object] = {}
    for name, value in given.items():
        if name in pairs:
            built[f"min_{name}"], built[f"max_{name}"] = _range(name, value)
        else:
            built[name] = _typed(name, value, plain[name])
    return built


def _range(name: str, value: object) -> tuple[float, float]:
    low, high = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
    return _number(name, low), _number(name, high)


def _number(name: str, value: object) -> float:
    low, high = _LIMITS.get(name, _WIDEST)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _refused(f"{name} must be a number from {low:g} to {high:g}, or two of them; got {value!r}")
    return value


def _typed(name: str, value: object, default: object) -> object:
    """A value of the type of the argument's default."""
    if isinstance(default, bool | str):
        if not isinstance(value, type(default)):
            wanted = "text" if isinstance(default, str) else "true or false"
            raise _refused(f"{name} must be {wanted}; got {value!r}")
        return value
    return _number(name, value)


def _refused(message: str) -> ParameterError:
    return ParameterError("parameters", message)


def hashable(value: Any) -> Any:
    """Text, numbers, true, false and null, and lists of them as tuples. Raises ParameterError for anything else."""
    if isinstance(value, list | tuple):
        return tuple(hashable(v) for v in value)
    if value is None or isinstance(value, str | int | float | bool | Path):
        return value
    raise _refused(f"a parameter is text, a number, true, false or a list of them; got {value!r}")


@contextmanager
def fenced(rng: np.random.Generator) -> Iterator[None]:
    """Every generator that a transform draws from, seeded from `rng`; outside as if nothing had been drawn.

    Warnings about the signal are errors inside. python-stretch's generator is otherwise seeded by the machine.
    """
    import python_stretch

    before = random.getstate(), np.random.get_state()
    seeds = [int(seed) for seed in rng.integers(2**32, size=2)]
    random.seed(seeds[0])
    np.random.seed(seeds[1])
    _seed_rooms(seeds[0])
    try:
        with warnings.catch_warnings(), _seeded_stretch(python_stretch.Signalsmith, seeds[1] >> 1):
            for harmless in (DeprecationWarning, FutureWarning):
                warnings.simplefilter("ignore", harmless)
            for serious in (UserWarning, RuntimeWarning):
                warnings.simplefilter("error", serious)
            warnings.filterwarnings("ignore", _HARMLESS, UserWarning)
            yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


@contextmanager
def _seeded_stretch(module: ModuleType, seed: int) -> Iterator[None]:
    stretch = module.Stretch
    module.Stretch = lambda: stretch(seed)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.Stretch = stretch  # type: ignore[attr-defined]


def _seed_rooms(seed: int) -> None:
    """Ray tracing of pyroomacoustics, where a transform has imported it; nothing else here draws from it."""
    rooms = sys.modules.get("pyroomacoustics")
    if rooms is not None:
        rooms.random.seed(seed)
