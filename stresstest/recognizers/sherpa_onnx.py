# SPDX-License-Identifier: Apache-2.0
"""Models in ONNX files, by sherpa-onnx of the k2 project: transducers, CTC models and Whisper."""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError, allowed
from stresstest.recognizers._ctc import BEGINS, rounded
from stresstest.recognizers._weights import digest, given_path
from stresstest.recognizers._windows import joined, windows
from stresstest.recognizers.base import Failure, Recognizer, Transcript, Word

KINDS = {
    "transducer": ("encoder", "decoder", "joiner", "tokens"),
    "nemo_transducer": ("encoder", "decoder", "joiner", "tokens"),
    "zipformer_ctc": ("model", "tokens"),
    "nemo_ctc": ("model", "tokens"),
    "wenet_ctc": ("model", "tokens"),
    "whisper": ("encoder", "decoder", "tokens"),
}
"""Kind of model → the files that it consists of."""
DECODINGS = ("greedy_search", "modified_beam_search")
PROVIDERS = ("cpu", "cuda", "coreml")
WHISPER_S = 30.0


@dataclass
class SherpaOnnx(Recognizer):
    """An offline recognizer of sherpa-onnx. kind: one of KINDS; files: name → path, the names that the kind has there.

    decoding: greedy_search, or modified_beam_search for transducers, of `beams` paths. language: Whisper's; empty: it
    detects it. provider: of ONNX Runtime; sherpa-onnx takes the CPU, saying so, where its wheel has no other.
    chunk_length_s: longer audio is cut where it is quiet and the windows are decoded apart, for Whisper 30 s at most;
    null: never. batch_size: waveforms at once where padding is not heard, which these files do not say: 1 unless you
    have tried. A file that is no such model ends the process: sherpa-onnx does so. Raises RecognizerError.
    """

    kind: str
    files: Mapping[str, str]
    decoding: str = "greedy_search"
    beams: int = 4
    language: str = ""
    threads: int = 1
    provider: str = "cpu"
    chunk_length_s: float | None = 30.0
    batch_size: int = 1
    _recognizer: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for key, names in (("kind", tuple(KINDS)), ("decoding", DECODINGS), ("provider", PROVIDERS)):
            given = getattr(self, key)
            if given not in names:
                raise RecognizerError(f"recognizer.{key}: got {given!r}; {allowed(given, names)}.")
        if set(self.files) != set(KINDS[self.kind]):
            raise RecognizerError(
                f"recognizer.files: {self.kind} consists of {', '.join(KINDS[self.kind])}; got "
                f"{', '.join(sorted(self.files)) or 'none'}."
            )
        if self.decoding == "modified_beam_search" and "joiner" not in self.files:
            raise RecognizerError(f"recognizer.decoding: modified_beam_search is for transducers, not for {self.kind}.")
        if self.language and self.kind != "whisper":
            raise RecognizerError(f"recognizer.language is Whisper's; {self.kind} has none. Leave it empty.")
        if self.kind == "whisper" and (self.chunk_length_s is None or self.chunk_length_s > WHISPER_S):
            raise RecognizerError(
                f"recognizer.chunk_length_s: Whisper hears {WHISPER_S:g} s at once; got {self.chunk_length_s!r}."
            )

    @property
    def rate_hz(self) -> int:
        """16 kHz, that of its features."""
        return 16000

    @property
    def revision(self) -> str:
        """`sherpa-onnx <version>`, the kind with the SHA-256 of every file, and the options."""
        hashes = [f"{name}={digest(path)}" for name, path in sorted(self._paths().items())]
        options = [f"{key}={getattr(self, key)}" for key in ("decoding", "beams", "language", "chunk_length_s")]
        return " ".join([f"sherpa-onnx {_version()}", self.kind, *hashes, *options])

    def _paths(self) -> dict[str, Path]:
        return {name: given_path(f"files.{name}", path) for name, path in self.files.items()}

    def open(self) -> None:
        """Load the files. Raises RecognizerError or MissingExtraError."""
        _version()
        import sherpa_onnx

        given: dict[str, Any] = {name: str(path) for name, path in self._paths().items()}
        given |= {"num_threads": self.threads, "provider": self.provider, "decoding_method": self.decoding}
        if "joiner" in self.files:
            given |= {"max_active_paths": self.beams, "model_type": self.kind}
        if self.kind == "whisper":
            given |= {"language": self.language}
        maker = "transducer" if "joiner" in self.files else self.kind
        try:
            self._recognizer = getattr(sherpa_onnx.OfflineRecognizer, f"from_{maker}")(**given)
        except Exception as error:  # of its bindings
            raise RecognizerError(f"sherpa-onnx refuses {self.kind} of {dict(self.files)}: {error}") from error

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each; words with the times at which they begin where the model tells them."""
        if self._recognizer is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        cut = [windows(wave, self.chunk_length_s) for wave in speech]
        heard = iter(self._heard([samples for parts in cut for _, samples in parts]))
        pairs = [[(at, next(heard)) for at, _ in parts] for parts in cut]
        return [joined(parts, wave.seconds) for parts, wave in zip(pairs, speech, strict=True)]

    def _heard(self, samples: list[NDArray[np.float32]]) -> list[Transcript]:
        size, answers = self.batch_size, []
        for part in (samples[k : k + size] for k in range(0, len(samples), size)):
            streams = [self._stream(one) for one in part]
            self._recognizer.decode_streams(streams)
            answers += [_transcript(stream.result) for stream in streams]
        return answers

    def _stream(self, samples: NDArray[np.float32]) -> Any:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(self.rate_hz, samples)
        return stream

    def close(self) -> None:
        """Free the model."""
        self._recognizer = None


def _transcript(result: Any) -> Transcript:
    logs = list(result.ys_log_probs)
    sure = rounded(math.exp(min(0.0, sum(logs) / len(logs)))) if logs else None
    return Transcript(result.text.strip(), sure, _words(result), result.lang.strip("<|>") or None)


def _words(result: Any) -> tuple[Word, ...]:
    """Tokens joined to words where they make the text: a token that begins a word begins with a space or a mark."""
    starts = [round(float(t), 3) for t in result.timestamps]
    words: list[tuple[str, float]] = []
    for token, start in zip(result.tokens, starts, strict=False):
        if token.startswith((BEGINS, " ")) or not words:
            words.append((token.strip(f"{BEGINS} "), start))
        else:
            words[-1] = (words[-1][0] + token, words[-1][1])
    same = [text for text, _ in words] == result.text.split()
    return tuple(Word(text, start) for text, start in words) if same and len(starts) == len(result.tokens) else ()


def _version() -> str:
    try:
        return importlib.metadata.version("sherpa-onnx")
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError("recognizer=sherpa_onnx", "sherpa-onnx", "sherpa_onnx") from error
