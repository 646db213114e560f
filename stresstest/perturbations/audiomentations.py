# SPDX-License-Identifier: Apache-2.0
"""Any waveform transform of the library audiomentations, with fixed parameters and this project's own seeds."""

from __future__ import annotations

import inspect
import random
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import AudioError, ParameterError, allowed
from stresstest.perturbations.base import Effect

_NOISE = "it mixes noise past the calibrated SNR; write a profile of the stage noise with the kind recording"
REFUSED = {
    "AddBackgroundNoise": _NOISE,
    "AddShortNoises": _NOISE,
    "ApplyImpulseResponse": "it forces every output to a peak of 0.5; write a profile of the stage room",
    "Lambda": "it runs code, and a profile is data",
}
"""Transforms that no profile may name, and why."""

_UNSEEDED = ("PitchShift", "TimeStretch")
_PHASE_VOCODER = "librosa_phase_vocoder"


@dataclass(frozen=True)
class Audiomentations(Effect):
    """`transform`, a waveform transform of audiomentations by its class name, applied always (p = 1).

    `parameters` are the arguments of its constructor. A pair `min_x`, `max_x` is given as the one value `x`, so that
    nothing but noise and position is left to chance; what is left is drawn from the generator of the call.
    `changes_length` (voice only) permits a result of another length.
    """

    stages: ClassVar[tuple[str, ...]] = ("voice", "device", "channel")

    transform: str
    parameters: Mapping[str, Any] | tuple[tuple[str, Any], ...] = ()
    changes_length: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, Mapping | tuple):
            raise ParameterError(
                "parameters", f"parameters must be a mapping of names to values; got {self.parameters!r}"
            )
        if not isinstance(self.changes_length, bool):
            raise ParameterError("changes_length", f"changes_length must be true or false; got {self.changes_length!r}")
        pairs = tuple(sorted((str(k), _hashable(v)) for k, v in dict(self.parameters).items()))
        object.__setattr__(self, "parameters", pairs)
        arguments = _arguments(_transform_class(self.transform), dict(pairs))
        with _fenced(np.random.Generator(np.random.Philox(0))):
            self._built(arguments)

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The transformed signal. Raises AudioError when the transform fails, warns, or gives no usable signal."""
        with _fenced(rng):
            transform = self._built(_arguments(_transform_class(self.transform), dict(self.parameters)))
            try:
                result = transform(wave.samples.copy(), wave.rate_hz)
            except Exception as error:
                raise AudioError(f"{self._label} fails: {type(error).__name__}: {error}.") from error
        if not isinstance(result, np.ndarray) or result.ndim != 1 or not result.size or not np.isfinite(result).all():
            raise AudioError(f"{self._label} gives no finite mono signal; got {_described(result)}.")
        if result.size != wave.samples.size and not self.changes_length:
            message = f"{self._label} changes the length from {wave.samples.size} to {result.size} samples"
            raise AudioError(f"{message}; only a voice profile may, and says so with changes_length: true.")
        return wave.with_samples(result)

    @property
    def _label(self) -> str:
        return f"The audiomentations transform {self.transform}"

    def _built(self, arguments: Mapping[str, Any]) -> Any:
        try:
            return _transform_class(self.transform)(**arguments, p=1.0)
        except Exception as error:
            message = f"{self.transform} refuses {dict(arguments)}: {error or type(error).__name__}"
            raise ParameterError("parameters", message) from error


def _transform_class(name: object) -> type:
    import audiomentations
    from audiomentations.core.transforms_interface import BaseWaveformTransform

    found = {
        label: value
        for label, value in vars(audiomentations).items()
        if inspect.isclass(value) and issubclass(value, BaseWaveformTransform)
    }
    if name in REFUSED:
        raise ParameterError("transform", f"{name} is not allowed: {REFUSED[str(name)]}")
    if name not in found:
        raise ParameterError("transform", f"unknown transform {name!r}; {allowed(name, found.keys() - REFUSED.keys())}")
    return found[str(name)]


def _arguments(transform: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """The constructor's arguments: each pair `min_x`, `max_x` from the one value `x`."""
    signature = inspect.signature(transform).parameters.values()
    plain = {p.name: p.default for p in signature if p.kind is not p.VAR_KEYWORD and p.name != "p"}
    pairs = [name[4:] for name in plain if name.startswith("min_") and f"max_{name[4:]}" in plain]
    ends = {f"{end}_{name}": name for name in pairs for end in ("min", "max")}
    names = [n for n in plain if n not in ends] + pairs
    for key in given:
        if key not in names:
            raise ParameterError(
                "parameters", f"{transform.__name__} takes no parameter {key!r}; {allowed(key, names)}"
            )
    if missing := [n for n in names if n not in given and (n in pairs or plain[n] is inspect.Parameter.empty)]:
        message = (
            f"{transform.__name__} needs a fixed value for {', '.join(missing)}; its own range would be drawn from"
        )
        raise ParameterError("parameters", message)
    if transform.__name__ in _UNSEEDED and given.get("method") != _PHASE_VOCODER:
        message = f"{transform.__name__} draws from a generator that no seed reaches; use the kind pitch_tempo"
        raise ParameterError("parameters", f"{message}, or method: {_PHASE_VOCODER}")
    return {n: v for n, v in given.items() if n not in pairs} | {end: given[name] for end, name in ends.items()}


@contextmanager
def _fenced(rng: np.random.Generator) -> Iterator[None]:
    """The global generators seeded from `rng` inside, and outside as if nothing had been drawn; warnings are errors."""
    before = random.getstate(), np.random.get_state()
    seeds = rng.integers(2**32, size=2)
    try:
        random.seed(int(seeds[0]))
        np.random.seed(int(seeds[1]))
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            warnings.simplefilter("error", RuntimeWarning)
            yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


def _hashable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_hashable(v) for v in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ParameterError("parameters", f"a parameter is text, a number, true, false or a list of them; got {value!r}")


def _described(result: object) -> str:
    return f"an array of shape {result.shape}" if isinstance(result, np.ndarray) else repr(type(result))
