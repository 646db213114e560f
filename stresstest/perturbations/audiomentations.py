# SPDX-License-Identifier: Apache-2.0
"""Any waveform transform of the library audiomentations, with fixed parameters and this project's own seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.files import probe
from stresstest.audio.levels import rms_dbov
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations._audiomentations import FILES, arguments, fenced, hashable, transform_class
from stresstest.perturbations._checks import check_file
from stresstest.perturbations.base import Effect

LONGEST_S = 3600


@dataclass(frozen=True)
class Audiomentations(Effect):
    """`transform`, a waveform transform of audiomentations by its class name, applied always (p = 1).

    `parameters` are the arguments of its constructor. A pair `min_x`, `max_x` is given as `x`: one value, so that
    nothing but noise and position is left to chance, or [low, high]. What is left is drawn from the generator of the
    call. `file` is the noise or impulse response of the transforms that read one. `keep_level` brings the result back
    to the RMS of what came in, for transforms that force a level of their own (an impulse response: a peak of 0.5);
    without it the level changes as `level_change_db` says. `changes_length` (voice only) permits a result of another
    length. A delay that the transform brings stays.
    """

    stages: ClassVar[tuple[str, ...]] = ("voice", "device", "channel")

    transform: str
    parameters: Mapping[str, Any] | tuple[tuple[str, Any], ...] = ()
    file: Path | None = None
    keep_level: bool = False
    changes_length: bool = False

    def __post_init__(self) -> None:
        for key in ("keep_level", "changes_length"):
            if not isinstance(getattr(self, key), bool):
                raise ParameterError(key, f"{key} must be true or false; got {getattr(self, key)!r}")
        given = _mapping(self.parameters)
        object.__setattr__(self, "parameters", tuple(sorted((k, hashable(v)) for k, v in given.items())))
        self._check_file()
        with fenced(np.random.Generator(np.random.Philox(0))):
            self._built()

    def _check_file(self) -> None:
        transform_class(self.transform)
        if self.transform in FILES:
            check_file("file", self.file)
        elif self.file is not None:
            raise ParameterError("file", f"{self.transform} reads no file; leave the key file out")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The transformed signal. Raises AudioError when the transform fails, warns, or gives no usable signal."""
        result = self._transformed(wave, rng)
        if result.samples.size != wave.samples.size and not self.changes_length:
            message = f"{self._label} changes the length from {wave.samples.size} to {result.samples.size} samples"
            raise AudioError(f"{message}; only a voice profile may, and says so with changes_length: true.")
        return result.scaled_db(-_difference_db(wave, result)) if self.keep_level else result

    def level_change_db(self, wave: Waveform, rng: np.random.Generator) -> float:
        """RMS of the result over the RMS of `wave`, in dB; it may depend on the signal. Raises AudioError."""
        return _difference_db(wave, self.apply(wave, rng))

    def _transformed(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        if self.file is not None:
            _check_length(self.file)
        with fenced(rng):
            transform = self._built()
            try:
                result = transform(wave.samples.copy(), wave.rate_hz)
            except Exception as error:
                raise AudioError(f"{self._label} fails: {type(error).__name__}: {error}.") from error
        if not isinstance(result, np.ndarray) or result.ndim != 1 or not result.size or not np.isfinite(result).all():
            raise AudioError(f"{self._label} gives no finite mono signal; got {_described(result)}.")
        with np.errstate(over="ignore"):  # Waveform says it in a sentence
            return wave.with_samples(result)

    @property
    def _label(self) -> str:
        return f"The audiomentations transform {self.transform}"

    def _built(self) -> Any:
        made = transform_class(self.transform)
        chosen = arguments(made, dict(self.parameters))
        files = {FILES[self.transform]: str(self.file)} if self.file is not None else {}
        try:
            return made(**chosen, **files, p=1.0)
        except Exception as error:
            message = f"{self.transform} refuses {chosen}: {error or type(error).__name__}"
            raise ParameterError("parameters", message) from error


def _mapping(parameters: Any) -> dict[str, Any]:
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    well_formed = isinstance(pairs, Iterable) and not isinstance(pairs, str)
    pairs = list(pairs) if well_formed else [pairs]
    if not all(isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise ParameterError("parameters", f"parameters must be a mapping of names to values; got {parameters!r}")
    return dict(pairs)


def _check_length(file: Path) -> None:
    """Read nothing that is empty, on which the library loops without end, or longer than an hour."""
    seconds = probe(file).seconds
    if not 0 < seconds <= LONGEST_S:
        raise AudioError(f"{file}: lasts {seconds:.0f} s; a file may last up to {LONGEST_S} s and may not be empty.")


def _difference_db(before: Waveform, after: Waveform) -> float:
    return rms_dbov(after.samples) - rms_dbov(before.samples)


def _described(result: object) -> str:
    return f"an array of shape {result.shape}" if isinstance(result, np.ndarray) else repr(type(result))
