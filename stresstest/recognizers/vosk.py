# SPDX-License-Identifier: Apache-2.0
"""Vosk: Kaldi models in a folder, offline."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError
from stresstest.recognizers._ctc import rounded
from stresstest.recognizers._weights import digest, given_path
from stresstest.recognizers._windows import SHORTEST_S
from stresstest.recognizers.base import Failure, Recognizer, Transcript, Word


@dataclass
class Vosk(Recognizer):
    """A model folder of Vosk, unpacked; every waveform is decoded from a fresh start.

    grammar: phrases that may be said, `[unk]` among them for anything else; null: the model's own. Only models with a
    dynamic graph heed one. rate: of the model, in Hz (8000 for telephone models). Raises RecognizerError.
    """

    model: str
    grammar: Sequence[str] | None = None
    rate: int = 16000
    _model: Any = field(default=None, init=False, repr=False, compare=False)

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`vosk <version>`, the SHA-256 of the folder, and the options."""
        folder = digest(given_path("model", self.model, folder=True))
        return f"vosk {_version()} folder={folder} grammar={self._grammar()} rate={self.rate}"

    def _grammar(self) -> str | None:
        return None if self.grammar is None else json.dumps(list(self.grammar), ensure_ascii=False)

    def open(self) -> None:
        """Load the model. Raises RecognizerError or MissingExtraError."""
        _version()
        import vosk

        path = given_path("model", self.model, folder=True)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(model_path=str(path))
        except Exception as error:  # Vosk raises nothing else
            raise RecognizerError(
                f"recognizer.model: Vosk finds no model in {path}. The folder has am/, conf/ and graph/ in it, as "
                "the archives of alphacephei.com/vosk/models unpack."
            ) from error

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each, with words, their times and confidences."""
        if self._model is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        return [self._hear(wave) for wave in speech]

    def _hear(self, wave: Waveform) -> Transcript:
        import vosk

        given = [] if self.grammar is None else [self._grammar()]
        decoder = vosk.KaldiRecognizer(self._model, float(self.rate), *given)
        decoder.SetWords(True)
        shortest = round(SHORTEST_S * self.rate)
        samples = np.pad(wave.pcm16(), (0, max(0, shortest - wave.samples.size)))
        parts = [decoder.Result()] if decoder.AcceptWaveform(samples.astype("<i2").tobytes()) else []
        return transcript_of_results([json.loads(part) for part in [*parts, decoder.FinalResult()]], wave.seconds)

    def close(self) -> None:
        """Free the model."""
        self._model = None


def transcript_of_results(results: Sequence[Mapping[str, Any]], ends_s: float) -> Transcript:
    """From what Vosk gives an end of speech: `text`, and `result` with `word`, `start`, `end` and `conf`."""
    words = tuple(
        Word(w["word"], min(w["start"], ends_s), min(w["end"], ends_s), rounded(w["conf"]))
        for result in results
        for w in result.get("result", ())
    )
    sure = [word.confidence for word in words if word.confidence is not None]
    text = " ".join(result["text"] for result in results if result.get("text"))
    return Transcript(text, rounded(sum(sure) / len(sure)) if sure else None, words)


def _version() -> str:
    try:
        return importlib.metadata.version("vosk")
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError("recognizer=vosk", "vosk", "vosk") from error
