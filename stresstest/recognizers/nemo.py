# SPDX-License-Identifier: Apache-2.0
"""NVIDIA NeMo: a `.nemo` file. Written to the published interface; it has not been run against the library here."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError
from stresstest.recognizers._devices import check_device, free_gpu, torch_device
from stresstest.recognizers._weights import digest, given_path
from stresstest.recognizers._windows import joined, windows
from stresstest.recognizers.base import Failure, Recognizer, Transcript, Word


@dataclass
class Nemo(Recognizer):
    """A recognizer of NeMo, one waveform at a time (docs.nvidia.com/nemo/speech, Inference).

    model: path of a `.nemo` file. word_times: ask for times of words, which Parakeet models give. chunk_length_s:
    longer audio is cut where it is quiet, and the windows are decoded apart; null: never. Raises RecognizerError.
    """

    model: str
    device: str = "auto"
    word_times: bool = False
    chunk_length_s: float | None = 30.0
    _model: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_device(self.device)

    @property
    def rate_hz(self) -> int:
        """16 kHz, that of its models."""
        return 16000

    @property
    def revision(self) -> str:
        """`nemo <version>, torch <version>`, the SHA-256 of the file, and the options."""
        versions = f"nemo {_version()} torch {importlib.metadata.version('torch')}"
        return f"{versions} {digest(given_path('model', self.model))} chunk_length_s={self.chunk_length_s}"

    def open(self) -> None:
        """Load the file. Raises RecognizerError or MissingExtraError."""
        _version()
        path, device = given_path("model", self.model), torch_device(self.device)
        try:
            from nemo.collections.asr.models import ASRModel

            self._model = ASRModel.restore_from(str(path), map_location=device).eval()
        except Exception as error:  # of a dozen of libraries
            raise RecognizerError(
                f"recognizer.model: NeMo cannot load {path} on {device}: {type(error).__name__}: {error}"
            ) from error

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each."""
        if self._model is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        parts = [[(at, self._hear(s)) for at, s in windows(wave, self.chunk_length_s)] for wave in speech]
        return [joined(part, wave.seconds) for part, wave in zip(parts, speech, strict=True)]

    def _hear(self, samples: Any) -> Transcript:
        told = {"timestamps": True} if self.word_times else {}
        (said,) = self._model.transcribe([samples], batch_size=1, verbose=False, **told)
        stamps = (getattr(said, "timestamp", None) or {}).get("word", ()) if self.word_times else ()
        words = tuple(Word(stamp["word"], float(stamp["start"]), float(stamp["end"])) for stamp in stamps)
        return Transcript(said.text.strip(), None, words)

    def close(self) -> None:
        """Free the model, and what torch keeps for it on a GPU."""
        if self._model is not None:
            self._model = None
            free_gpu()


def _version() -> str:
    try:
        return importlib.metadata.version("nemo-toolkit")
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError("recognizer=nemo", "nemo_toolkit", "nemo") from error
