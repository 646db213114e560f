# SPDX-License-Identifier: Apache-2.0
"""wav2vec 2.0 and HuBERT of torchaudio: its bundles, or weights of one's own; greedy or with a beam."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError, allowed
from stresstest.recognizers._ctc import Emitted, along, confidence_of, greedy, words_of
from stresstest.recognizers._devices import check_device, free_gpu, torch_device
from stresstest.recognizers._weights import digest, given_path
from stresstest.recognizers._windows import joined, windows
from stresstest.recognizers.base import Failure, Recognizer, Transcript

BLANK, SEPARATOR = "-", "|"
BEAM_TOKENS, BEAM_THRESHOLD = 20, 30.0
"""Labels that a beam tries a frame, and by how many nats it may be worse than the best."""


@dataclass
class Torchaudio(Recognizer):
    """A bundle of torchaudio.pipelines, `WAV2VEC2_ASR_BASE_960H` say, or weights with their architecture.

    weights: with a bundle, the file that torchaudio would fetch, under its published name; without one, a state that
    `torch.save` wrote of a model of `torchaudio.models.wav2vec2_model` with the arguments `architecture`, whose outputs
    are `labels`: the blank first, "|" between words. normalize: zero mean and unit variance of the waveform, as the
    large models want; a bundle knows. beams: 1 is greedy; more is a search for the likeliest words without a language
    model (flashlight-text, which torchaudio's own decoder was made of; 2.11 has none). chunk_length_s: longer audio is
    cut where it is quiet, and the windows are decoded apart; null: never. One waveform at a time. Raises
    RecognizerError.
    """

    bundle: str | None = "WAV2VEC2_ASR_BASE_960H"
    weights: str | None = None
    architecture: Mapping[str, Any] | None = None
    labels: Sequence[str] | None = None
    normalize: bool = False
    device: str = "auto"
    beams: int = 1
    chunk_length_s: float | None = 30.0
    _model: Any = field(default=None, init=False, repr=False, compare=False)
    _search: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_device(self.device)
        own = [self.weights is not None, self.architecture is not None, self.labels is not None]
        if self.bundle is None and not all(own):
            raise RecognizerError(
                "recognizer=torchaudio takes a bundle, or weights with architecture and labels; got "
                f"bundle=null, weights={self.weights!r}, architecture and labels "
                f"{'given' if own[1] and own[2] else 'not both given'}."
            )
        if self.bundle is not None and (any(own[1:]) or self.normalize):
            raise RecognizerError(
                f"recognizer.bundle: {self.bundle} knows its architecture, labels and normalization. Set them to null "
                "(normalize to false), or bundle to null."
            )
        if isinstance(self.beams, bool) or not isinstance(self.beams, int) or self.beams < 1:
            raise RecognizerError(f"recognizer.beams takes a whole number, 1 or more; got {self.beams!r}.")

    @property
    def rate_hz(self) -> int:
        """16 kHz, that of all these models."""
        return 16000

    @property
    def revision(self) -> str:
        """`torchaudio <version>, torch <version>`, the bundle, the SHA-256 of a file given, and the options."""
        versions = [f"{library} {importlib.metadata.version(library)}" for library in ("torchaudio", "torch")]
        weights = "published" if self.weights is None else digest(given_path("weights", self.weights))
        own = [f"architecture={_plain(self.architecture)}", f"labels={''.join(self.labels or ())}"]
        options = [f"normalize={self.normalize}", f"beams={self.beams}", f"chunk_length_s={self.chunk_length_s}"]
        return " ".join([*versions, f"bundle={self.bundle}", f"weights={weights}", *own, *options])

    def open(self) -> None:
        """Load the weights; those of a bundle are fetched where they are not here. Raises RecognizerError or
        MissingExtraError."""
        device = torch_device(self.device)
        try:
            model = self._own() if self.bundle is None else self._bundled(self.bundle)
        except RecognizerError:
            raise
        except Exception as error:  # pickles, keys, shapes and downloads fail in ways of their own
            raise RecognizerError(
                f"recognizer=torchaudio cannot load {self.weights or self.bundle}: {type(error).__name__}: {error}. "
                "Check the file, the architecture and the network."
            ) from error
        self._model = model.to(device).eval()
        self._search = _beam_search(self._labels, self.beams) if self.beams > 1 else None

    def _bundled(self, name: str) -> Any:
        import torchaudio

        names = [n for n in dir(torchaudio.pipelines) if hasattr(getattr(torchaudio.pipelines, n), "get_labels")]
        usable = [n for n in names if "ASR" in n]
        if name not in usable:
            raise RecognizerError(f"recognizer.bundle: got {name!r}; {allowed(name, usable)}.")
        bundle = getattr(torchaudio.pipelines, name)
        self._labels = tuple(bundle.get_labels(blank=BLANK))
        if self.weights is None:
            return bundle.get_model()
        path, wanted = given_path("weights", self.weights), bundle._path.rpartition("/")[2]
        if path.name != wanted:
            raise RecognizerError(f"recognizer.weights: {name} is in a file named {wanted}; got {path}.")
        return bundle.get_model(dl_kwargs={"model_dir": str(path.parent)})

    def _own(self) -> Any:
        import torch
        import torchaudio

        model = torchaudio.models.wav2vec2_model(**_plain(self.architecture))
        path = given_path("weights", str(self.weights))
        model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._labels = tuple(self.labels or ())
        if model.aux is None or model.aux.out_features != len(self._labels) or SEPARATOR not in self._labels:
            raise RecognizerError(
                f"recognizer.labels: the model has {model.aux and model.aux.out_features} outputs; got "
                f"{len(self._labels)} labels. One each is wanted, the blank first, {SEPARATOR!r} among them."
            )
        return model

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each, with words and their times."""
        if self._model is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        parts = [[(at, self._hear(s)) for at, s in windows(wave, self.chunk_length_s)] for wave in speech]
        return [joined(part, wave.seconds) for part, wave in zip(parts, speech, strict=True)]

    def _hear(self, samples: NDArray[np.float32]) -> Transcript:
        import torch

        with torch.inference_mode():
            given = torch.tensor(samples, device=next(self._model.parameters()).device)[None]
            if self.normalize:
                given = torch.nn.functional.layer_norm(given, given.shape)
            logs = self._model(given)[0][0].float().log_softmax(-1).cpu().numpy()
        emitted = self._emitted(logs)
        words = words_of(emitted, self._labels, SEPARATOR, samples.size / self.rate_hz / max(1, len(logs)))
        return Transcript(" ".join(word.text for word in words), confidence_of(emitted), words)

    def _emitted(self, logs: NDArray[np.float32]) -> list[Emitted]:
        posteriors = np.exp(logs)
        if self._search is None or not logs.size:
            return greedy(posteriors, 0)
        kept = np.ascontiguousarray(logs, np.float32)
        found = self._search.decode(kept.ctypes.data, *kept.shape)
        return _likeliest(found, self._labels, posteriors)

    def close(self) -> None:
        """Free the model, and what torch keeps for it on a GPU."""
        if self._model is not None:
            self._model = self._search = None
            free_gpu()


def _likeliest(found: Sequence[Any], labels: Sequence[str], posteriors: NDArray[np.float32]) -> list[Emitted]:
    """The best path of the likeliest words: the search keeps paths apart that differ in a blank or "|" at an end."""
    paths = [along(np.asarray(one.tokens[1:-1]), posteriors, 0) for one in found]
    texts = [tuple(word.text for word in words_of(path, labels, SEPARATOR, 0.0)) for path in paths]
    weights = np.exp([one.score - found[0].score for one in found])
    sums = {text: sum(w for w, other in zip(weights, texts, strict=True) if other == text) for text in texts}
    return paths[texts.index(max(texts, key=lambda text: sums[text]))]


def _plain(given: Any) -> Any:
    """Mappings and lists of a configuration as torchaudio wants them."""
    if isinstance(given, Mapping):
        return {key: _plain(value) for key, value in given.items()}
    return [_plain(value) for value in given] if isinstance(given, list | tuple) else given


def _beam_search(labels: Sequence[str], beams: int) -> Any:
    """A search that sums over the paths of a text. Raises MissingExtraError."""
    try:
        from flashlight.lib.text.decoder import CriterionType, LexiconFreeDecoder, LexiconFreeDecoderOptions, ZeroLM
    except ImportError as error:
        raise MissingExtraError("recognizer=torchaudio with beams above 1", "flashlight-text", "torchaudio") from error
    options = LexiconFreeDecoderOptions(
        beam_size=beams, beam_size_token=min(BEAM_TOKENS, len(labels)), beam_threshold=BEAM_THRESHOLD, lm_weight=0.0,
        sil_score=0.0, log_add=True, criterion_type=CriterionType.CTC,
    )  # fmt: skip
    return LexiconFreeDecoder(options, ZeroLM(), list(labels).index(SEPARATOR), 0, [])
