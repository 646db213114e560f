# SPDX-License-Identifier: Apache-2.0
"""Speech recognizers of Hugging Face transformers: Whisper, Moonshine, Parakeet, and any CTC model."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError, allowed
from stresstest.recognizers._devices import check_device, free_gpu
from stresstest.recognizers._weights import commit_of, digest, hub_file
from stresstest.recognizers._windows import joined, windows
from stresstest.recognizers.base import Failure, Recognizer, Transcript

DTYPES = ("auto", "float32", "float16", "bfloat16")
TASKS = ("transcribe", "translate")
RATE_HZ = 16000
"""Assumed where the model's files are not here yet; `open` sees to it that they agree."""
NOT_DECODING = ("model", "commit", "device", "batch_size", "local_files_only", "trust_remote_code")


@dataclass
class Transformers(Recognizer):
    """A model of the hub, `owner/name`, or a folder with one.

    commit: of a model of the hub, 40 hexadecimal digits; a branch, a tag or null means the commit that the hub's cache
    here has under it, else the hub. dtype: of the weights; `auto`: as they are stored. chunk_length_s: longer audio is
    cut at quiet places into windows, which are decoded apart and joined; null: Whisper's own sequential decoding of
    what is longer than 30 s, and one piece for other models. batch_size: waveforms at once where the model masks the
    padding (Whisper at one temperature; wav2vec 2.0 and HuBERT whose feature encoder has layer norm); others would
    answer differently, so that they decode one after the other. trust_remote_code: run Python that the
    model's authors ship; false refuses such a model.

    Of Whisper alone: language, task, temperatures (more than one is its fallback, which draws; every waveform is drawn
    for alike), compression_ratio_threshold, logprob_threshold, no_speech_threshold, condition_on_previous_text (in
    sequential decoding). beams and max_new_tokens: of Whisper and Moonshine, whose own limit is 6.5 tokens a second.
    Raises RecognizerError.
    """

    model: str
    commit: str | None = None
    dtype: str = "float32"
    device: str = "auto"
    batch_size: int = 1
    language: str | None = None
    task: str = "transcribe"
    beams: int = 1
    max_new_tokens: int | None = None
    temperatures: Sequence[float] = (0.0,)
    compression_ratio_threshold: float | None = None
    logprob_threshold: float | None = None
    no_speech_threshold: float | None = None
    condition_on_previous_text: bool = False
    chunk_length_s: float | None = 30.0
    local_files_only: bool = False
    trust_remote_code: bool = False
    _decoder: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_device(self.device)
        for key, choices in (("dtype", DTYPES), ("task", TASKS)):
            if getattr(self, key) not in choices:
                given = getattr(self, key)
                raise RecognizerError(f"recognizer.{key}: got {given!r}; {allowed(given, choices)}.")
        for key, least in (("batch_size", 1), ("beams", 1), ("max_new_tokens", 1), ("chunk_length_s", 1)):
            _check_number(key, getattr(self, key), least, optional=key in ("max_new_tokens", "chunk_length_s"))
        self.temperatures = tuple(self.temperatures)
        if not self.temperatures or not all(isinstance(t, int | float) and 0 <= t <= 2 for t in self.temperatures):
            raise RecognizerError(f"recognizer.temperatures takes numbers from 0 to 2; got {self.temperatures!r}.")

    @property
    def rate_hz(self) -> int:
        """What the model's feature extractor says; 16 kHz where its files are not here yet."""
        for name, key in (("preprocessor_config.json", None), ("processor_config.json", "feature_extractor")):
            path = self._file(name)
            if path is not None:
                config = json.loads(path.read_text(encoding="utf-8"))
                config = config if key is None else config.get(key, {})
                if "sampling_rate" in config:
                    return int(config["sampling_rate"])
        return RATE_HZ

    def _file(self, name: str) -> Path | None:
        folder = Path(self.model).expanduser()
        if folder.is_dir():
            return folder / name if (folder / name).is_file() else None
        return hub_file(self.model, name, self.commit)

    @property
    def revision(self) -> str:
        """`transformers <version>, torch <version>`, the model with its commit or its SHA-256, the options."""
        commit = self._commit()
        which = f"{self.model}@{commit}" if commit else f"folder={digest(Path(self.model).expanduser())}"
        options = [
            f"{f.name}={getattr(self, f.name)}"
            for f in dataclasses.fields(self)
            if f.init and f.name not in NOT_DECODING
        ]
        versions = f"transformers {_version('transformers')} torch {importlib.metadata.version('torch')}"
        return " ".join([versions, which, *options])

    def _commit(self) -> str | None:
        return commit_of("transformers", self.model, self.commit, self.local_files_only)

    def open(self) -> None:
        """Load the model, from the hub where it is named by an id. Raises RecognizerError or MissingExtraError."""
        _version("transformers")
        from stresstest.recognizers._transformers import opened

        self._decoder = opened(self, self._commit())
        if self._decoder.rate_hz != self.rate_hz:
            raise RecognizerError(
                f"recognizer.model: {self.model} wants {self._decoder.rate_hz} Hz, which was not known before it was "
                f"fetched ({self.rate_hz} Hz was assumed). It is here now: give the same command again."
            )

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each. A batch that does not fit in memory raises, and so does a waveform by itself."""
        if self._decoder is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        cut = [windows(wave, self.chunk_length_s) for wave in speech]
        heard = iter(self._heard([samples for parts in cut for _, samples in parts]))
        pairs = [[(at, next(heard)) for at, _ in parts] for parts in cut]
        return [joined(parts, wave.seconds) for parts, wave in zip(pairs, speech, strict=True)]

    def _heard(self, samples: list[Any]) -> list[Transcript]:
        size = self.batch_size if self._decoder.together else 1
        parts = [samples[k : k + size] for k in range(0, len(samples), size)]
        return [one for part in parts for one in self._decoder.hear(part)]

    def close(self) -> None:
        """Free the model, and what torch keeps for it on a GPU."""
        if self._decoder is not None:
            self._decoder = None
            free_gpu()


def _check_number(key: str, given: object, least: int, *, optional: bool) -> None:
    if optional and given is None:
        return
    kinds = int | float if key.endswith("_s") else int
    if isinstance(given, bool) or not isinstance(given, kinds) or given < least:
        whole = "a number" if key.endswith("_s") else "a whole number"
        raise RecognizerError(f"recognizer.{key} takes {whole}, {least} or more{' or null' * optional}; got {given!r}.")


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtraError("recognizer=transformers", library, "transformers") from error
