# SPDX-License-Identifier: Apache-2.0
"""Whisper in CTranslate2, by faster-whisper."""

from __future__ import annotations

import dataclasses
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
from stresstest.recognizers._weights import commit_of, digest
from stresstest.recognizers._windows import SHORTEST_S
from stresstest.recognizers.base import Failure, Recognizer, Transcript, Word

TASKS = ("transcribe", "translate")
DEVICES = ("auto", "cpu", "cuda")
COMPUTE_TYPES = (
    "default", "auto", "int8", "int8_float16", "int8_bfloat16", "int8_float32", "int16", "float16", "bfloat16",
    "float32",
)  # fmt: skip
NOT_DECODING = ("model", "commit", "device", "threads", "local_files_only")


@dataclass
class FasterWhisper(Recognizer):
    """A Whisper that was converted to CTranslate2: an id of the hub, `Systran/faster-whisper-small` say, or a folder.

    commit: of a model of the hub; a branch, a tag or null means the commit that the cache has under it, else the hub.
    compute_type: `default` is that of the files. Temperature is 0: the fallback to higher ones draws, from a state of
    the library that goes on from sound to sound and heeds no seed set later, so that an answer would depend on those
    before it; logprob_threshold and no_speech_threshold still say together when nothing was said. word_times: of
    words, by attention, for more time. vad_filter: leave out what Silero takes for no speech. Audio of any length, in
    windows of 30 s one behind the other, as Whisper's authors do. Raises RecognizerError.
    """

    model: str
    commit: str | None = None
    device: str = "auto"
    compute_type: str = "default"
    threads: int = 1
    language: str | None = None
    task: str = "transcribe"
    beams: int = 5
    max_new_tokens: int | None = None
    logprob_threshold: float | None = -1.0
    no_speech_threshold: float | None = 0.6
    condition_on_previous_text: bool = False
    initial_prompt: str | None = None
    vad_filter: bool = False
    word_times: bool = False
    local_files_only: bool = False
    _model: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        choices = {"device": DEVICES, "task": TASKS, "compute_type": COMPUTE_TYPES}
        for key, names in choices.items():
            given = getattr(self, key)
            if given not in names:
                raise RecognizerError(f"recognizer.{key}: got {given!r}; {allowed(given, names)}.")
        for key in ("beams", "threads", "max_new_tokens"):
            given = getattr(self, key)
            if key == "max_new_tokens" and given is None:
                continue
            if isinstance(given, bool) or not isinstance(given, int) or given < 1:
                raise RecognizerError(f"recognizer.{key} takes a whole number, 1 or more; got {given!r}.")

    @property
    def rate_hz(self) -> int:
        """16 kHz, Whisper's."""
        return 16000

    @property
    def revision(self) -> str:
        """The versions of faster-whisper and CTranslate2, the model with its commit or its SHA-256, the options."""
        commit = self._commit()
        which = f"{self.model}@{commit}" if commit else f"folder={digest(Path(self.model).expanduser())}"
        options = [
            f"{f.name}={getattr(self, f.name)}"
            for f in dataclasses.fields(self)
            if f.init and f.name not in NOT_DECODING
        ]
        versions = [f"{library} {_version(library)}" for library in ("faster-whisper", "ctranslate2")]
        return " ".join([*versions, which, *options])

    def _commit(self) -> str | None:
        return commit_of("faster_whisper", self.model, self.commit, self.local_files_only)

    def open(self) -> None:
        """Load the model, from the hub where it is named by an id. Raises RecognizerError or MissingExtraError."""
        _version("faster-whisper")
        import faster_whisper

        folder = Path(self.model).expanduser()
        if folder.is_dir():
            _check_folder(folder)
        try:
            model = faster_whisper.WhisperModel(
                str(folder) if folder.is_dir() else self.model, self.device, compute_type=self.compute_type,
                cpu_threads=self.threads, local_files_only=self.local_files_only, revision=self._commit(),
            )  # fmt: skip
        except RecognizerError:
            raise
        except Exception as error:  # of CTranslate2, tokenizers and the hub
            raise RecognizerError(
                f"recognizer.model: {self.model} cannot be loaded with device={self.device}, compute_type="
                f"{self.compute_type}: {str(error).strip() or type(error).__name__}"
            ) from error
        if self.language is not None and self.language not in model.supported_languages:
            raise RecognizerError(
                f"recognizer.language: got {self.language!r}; {allowed(self.language, model.supported_languages)}."
            )
        self._model = model

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each."""
        if self._model is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        return [self._hear(wave) for wave in speech]

    def _hear(self, wave: Waveform) -> Transcript:
        shortest = round(SHORTEST_S * wave.rate_hz)
        samples = np.pad(wave.samples, (0, max(0, shortest - wave.samples.size)))
        found, about = self._model.transcribe(
            samples, language=self.language, task=self.task, beam_size=self.beams, temperature=0.0,
            max_new_tokens=self.max_new_tokens, initial_prompt=self.initial_prompt, vad_filter=self.vad_filter,
            log_prob_threshold=self.logprob_threshold, no_speech_threshold=self.no_speech_threshold,
            condition_on_previous_text=self.condition_on_previous_text, word_timestamps=self.word_times,
        )  # fmt: skip
        segments = list(found)
        return Transcript(
            "".join(segment.text for segment in segments).strip(),
            _sure(segments),
            tuple(_word(word, wave.seconds) for segment in segments for word in segment.words or ()),
            about.language,
        )

    def close(self) -> None:
        """Free the model."""
        self._model = None


def _check_folder(folder: Path) -> None:
    missing = [name for name in ("model.bin", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise RecognizerError(
            f"recognizer.model: the folder {folder} has no {' and no '.join(missing)}. Convert a Whisper with: "
            f"ct2-transformers-converter --model openai/whisper-small --output_dir {folder} "
            "--copy_files tokenizer.json preprocessor_config.json"
        )


def _sure(segments: Sequence[Any]) -> float | None:
    """The geometric mean of the probabilities of the tokens of all segments; None where there is none."""
    counts = [len(segment.tokens) for segment in segments]
    if not sum(counts):
        return None
    logs = [segment.avg_logprob for segment in segments]
    return rounded(math.exp(min(0.0, float(np.average(logs, weights=counts)))))


def _word(word: Any, ends_s: float) -> Word:
    start, end = (round(min(float(t), ends_s), 3) for t in (word.start, word.end))
    return Word(word.word.strip(), start, max(start, end), rounded(float(word.probability)))


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError("recognizer=faster_whisper", library, "faster_whisper") from error
