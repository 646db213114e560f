# SPDX-License-Identifier: Apache-2.0
"""Whisper in whisper.cpp, by pywhispercpp; its command-line program and its server run through other back ends."""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError, allowed
from stresstest.recognizers._ctc import rounded
from stresstest.recognizers._weights import digest, given_path
from stresstest.recognizers.base import Failure, Recognizer, Transcript

MAGIC = b"lmgg"
SHORTEST_S = 0.2
"""whisper.cpp hears nothing that is shorter than 100 ms by its count, which comes out shorter."""


@dataclass
class WhisperCpp(Recognizer):
    """A model file of whisper.cpp (ggml). language: code; null: English for English models, else detected.

    beams: 1 is greedy. Temperature is 0: whisper.cpp's fallback to higher ones draws, so it is off. max_tokens: of a
    segment; 0: no limit. Audio of any length, in windows of 30 s one behind the other. A file that is damaged inside
    ends the process: whisper.cpp does so. Raises RecognizerError.
    """

    model: str
    language: str | None = None
    translate: bool = False
    beams: int = 1
    max_tokens: int = 0
    initial_prompt: str | None = None
    threads: int = 1
    _model: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for key, least in (("beams", 1), ("threads", 1), ("max_tokens", 0)):
            given = getattr(self, key)
            if isinstance(given, bool) or not isinstance(given, int) or given < least:
                raise RecognizerError(f"recognizer.{key} takes a whole number, {least} or more; got {given!r}.")

    @property
    def rate_hz(self) -> int:
        """16 kHz, Whisper's."""
        return 16000

    @property
    def revision(self) -> str:
        """`pywhispercpp <version>, whisper_cpp`, the SHA-256 of the model file, and the options."""
        keys = ("language", "translate", "beams", "max_tokens", "initial_prompt")
        options = [f"{key}={getattr(self, key)}" for key in keys]
        return " ".join(
            [f"whisper_cpp by pywhispercpp {_version()}", digest(given_path("model", self.model)), *options]
        )

    def open(self) -> None:
        """Load the file. Raises RecognizerError or MissingExtraError."""
        _version()
        from pywhispercpp.model import Model

        path = given_path("model", self.model)
        _check_magic(path)
        known = Model.available_languages()
        if self.language is not None and self.language not in known:
            raise RecognizerError(f"recognizer.language: got {self.language!r}; {allowed(self.language, known)}.")
        given: dict[str, Any] = {
            "n_threads": self.threads, "temperature": 0.0, "temperature_inc": 0.0, "no_context": True,
            "translate": self.translate, "max_tokens": self.max_tokens, "print_progress": False,
            "print_realtime": False, "print_timestamps": False,
        }  # fmt: skip
        given |= {k: getattr(self, k) for k in ("language", "initial_prompt") if getattr(self, k) is not None}
        if self.beams > 1:
            given["beam_search"] = {"beam_size": self.beams, "patience": -1.0}
        try:
            self._model = Model(
                str(path), params_sampling_strategy=int(self.beams > 1), redirect_whispercpp_logs_to=None, **given
            )
        except Exception as error:  # of its bindings
            raise RecognizerError(f"recognizer.model: whisper.cpp refuses {path}: {error}.") from error

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each."""
        if self._model is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        return [self._hear(wave) for wave in speech]

    def _hear(self, wave: Waveform) -> Transcript:
        shortest = round(SHORTEST_S * self.rate_hz)
        samples = np.pad(wave.samples, (0, max(0, shortest - wave.samples.size)))
        segments = self._model.transcribe(np.ascontiguousarray(samples, np.float32), extract_probability=True)
        sure = [float(segment.probability) for segment in segments]
        mean = sum(sure) / len(sure) if sure else math.nan
        text = "".join(segment.text for segment in segments).strip()
        return Transcript(text, None if math.isnan(mean) else rounded(mean))

    def close(self) -> None:
        """Free the model."""
        self._model = None


def _check_magic(path: Path) -> None:
    """whisper.cpp only prints that it takes no other file, and then ends the process with the first decode."""
    with path.open("rb") as file:
        begins = file.read(len(MAGIC))
    if begins != MAGIC:
        raise RecognizerError(
            f"recognizer.model: {path} is no model of whisper.cpp: it begins with {begins!r}, not {MAGIC!r}. Take a "
            "ggml-*.bin file of huggingface.co/ggerganov/whisper.cpp, or convert a model with whisper.cpp's scripts."
        )


def _version() -> str:
    try:
        return importlib.metadata.version("pywhispercpp")
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError("recognizer=whisper_cpp", "pywhispercpp", "whisper_cpp") from error
