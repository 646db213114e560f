# SPDX-License-Identifier: Apache-2.0
"""Any Python callable as a recognizer: a function, or a class that loads a model and is called."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._said import transcript_of
from stresstest.recognizers.base import Failure, Recognizer, Transcript


@dataclass
class Python(Recognizer):
    """Calls `function(samples, rate_hz)` of a module in `allowed_packages`.

    function: `package.module.name`. samples: float32, shape (frames,), full scale 1.0, at `rate`, in Hz. It answers
    with the text, or with what `Transcript` holds as a mapping (`text`, `confidence`, `words`, `language`), a
    Transcript or a Failure. A class is made once, with `options`, and called; a function is given them with each call.
    batch_size: above 1, `samples` is a list of that many arrays at most, and so is the answer. version: what the
    revision should say beside the SHA-256 of the module's file, the model's version say. Raises RecognizerError.
    """

    function: str
    rate: int = 16000
    batch_size: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None
    allowed_packages: Sequence[str] = ("stresstest",)
    _call: Callable[..., Any] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.function, str) or "." not in self.function:
            raise RecognizerError(f"recognizer.function names a callable as module.name; got {self.function!r}.")
        package = self.function.split(".")[0]
        if package not in self.allowed_packages:
            raise RecognizerError(
                f"recognizer.function: {self.function} is not in an allowed package; allowed: "
                f"{', '.join(self.allowed_packages)}. Where you trust it, add "
                f"allowed_packages=[{','.join([*self.allowed_packages, package])}]."
            )

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`python <function>`, the SHA-256 of its module's file, the version, and the options."""
        module, _, _ = self.function.rpartition(".")
        parts = [f"python {self.function}", f"file={_file_digest(module)}", f"version={self.version}"]
        return " ".join([*parts, f"options={json.dumps(dict(self.options), sort_keys=True, default=str)}"])

    def open(self) -> None:
        """Import the module, and make the object where `function` is a class. Raises RecognizerError."""
        module, _, name = self.function.rpartition(".")
        try:
            found = getattr(importlib.import_module(module), name)
            made = found(**self.options) if inspect.isclass(found) else found
        except Exception as error:
            raise RecognizerError(
                f"recognizer.function: {self.function} cannot be loaded with the options {dict(self.options)}: "
                f"{type(error).__name__}: {error}."
            ) from error
        if not callable(made):
            raise RecognizerError(f"recognizer.function: {self.function} is a {type(made).__name__}; it is not called.")
        given = {} if inspect.isclass(found) else dict(self.options)
        self._call = lambda samples: made(samples, self.rate, **given)

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One answer each; what is no answer is a Failure of kind `bad_output`."""
        if self._call is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        if self.batch_size == 1:
            return [transcript_of(self._call(wave.samples)) for wave in speech]
        said = list(self._call([wave.samples for wave in speech]))
        if len(said) != len(speech):
            raise ValueError(f"{self.function} answers {len(said)} for {len(speech)} waveforms; one each is wanted.")
        return [transcript_of(one) for one in said]

    def close(self) -> None:
        """Let go of the object."""
        self._call = None


def _file_digest(module: str) -> str:
    """SHA-256 of a module's file; raises RecognizerError where there is no such module."""
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise RecognizerError(
            f"recognizer.function: there is no module {module!r} here. It is looked for in the current folder, in "
            "PYTHONPATH and among the installed packages."
        )
    return hashlib.sha256(Path(found.origin).read_bytes()).hexdigest() if found.origin else "none"
