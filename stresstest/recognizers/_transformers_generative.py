# SPDX-License-Identifier: Apache-2.0
"""Models of transformers that write their answer token by token: Whisper, Moonshine, transducers of Parakeet."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from stresstest.errors import RecognizerError, allowed
from stresstest.recognizers._ctc import rounded
from stresstest.recognizers._transformers_ctc import OTHERS, refuse_set
from stresstest.recognizers.base import Transcript

GENERATIVE = {
    "whisper": "WhisperForConditionalGeneration",
    "moonshine": "MoonshineForConditionalGeneration",
    "parakeet_tdt": "ParakeetForTDT",
    "parakeet_rnnt": "ParakeetForRNNT",
}
"""Type of the model → its class."""
TOKENS_A_SECOND = 6.5
"""Moonshine's model card: more than this is a loop."""
SYMBOLS_A_FRAME = 10
"""A transducer of Parakeet goes on to the next frame behind as many."""
SEED = 0
"""Of Whisper's draws above temperature 0, anew for every waveform."""


def generative(options: Any, model: Any, processor: Any) -> Any:
    """The decoder for a model of GENERATIVE. Raises RecognizerError."""
    cls = {"whisper": WhisperDecoder, "moonshine": MoonshineDecoder}.get(model.config.model_type, TransducerDecoder)
    return cls(options, model, processor)


class _Decoder:
    together = False

    def __init__(self, options: Any, model: Any, processor: Any) -> None:
        self.options, self.model, self.processor = options, model, processor
        self.extractor = processor.feature_extractor
        self.rate_hz = int(self.extractor.sampling_rate)

    def _features(self, speech: list[NDArray[np.float32]], **how: Any) -> dict[str, Any]:
        given = self.extractor(speech, sampling_rate=self.rate_hz, return_tensors="pt", **how).to(self.model.device)
        return {k: v.to(self.model.dtype) if v.is_floating_point() else v for k, v in given.items()}

    def _texts(self, sequences: Any) -> list[str]:
        return [text.strip() for text in self.processor.batch_decode(sequences, skip_special_tokens=True)]

    def _sure(self, made: Any) -> list[float | None]:
        """The geometric mean of the probabilities of the tokens, the end among them."""
        scores = self.model.compute_transition_scores(
            made.sequences, made.scores, getattr(made, "beam_indices", None), normalize_logits=True
        )
        tokens = made.sequences[:, -scores.shape[1] :]
        ends = self.model.generation_config.eos_token_id
        over = torch.isin(tokens, torch.tensor(ends, device=tokens.device).reshape(-1)).long().cumsum(-1)
        said = (over - torch.isin(tokens, torch.tensor(ends, device=tokens.device).reshape(-1)).long()) == 0
        return [
            rounded(float(row[mask].double().mean().exp())) if mask.any() else None
            for row, mask in zip(scores, said, strict=True)
        ]


class MoonshineDecoder(_Decoder):
    """Moonshine; its group norm over time hears padding, so it is one waveform after the other."""

    def __init__(self, options: Any, model: Any, processor: Any) -> None:
        super().__init__(options, model, processor)
        refuse_set(options, "a Moonshine model", *(key for key in OTHERS if key not in ("beams", "max_new_tokens")))

    def hear(self, speech: list[NDArray[np.float32]]) -> list[Transcript]:
        """The transcript of one waveform."""
        most = self.options.max_new_tokens or 1 + int(TOKENS_A_SECOND * speech[0].size / self.rate_hz)
        with torch.inference_mode():
            made = self.model.generate(
                **self._features(speech), max_new_tokens=most, num_beams=self.options.beams, do_sample=False,
                return_dict_in_generate=True, output_scores=True,
            )  # fmt: skip
        pairs = zip(self._texts(made.sequences), self._sure(made), strict=True)
        return [Transcript(text, sure) for text, sure in pairs]


class TransducerDecoder(_Decoder):
    """Transducers of Parakeet, greedy, one waveform after the other."""

    def __init__(self, options: Any, model: Any, processor: Any) -> None:
        super().__init__(options, model, processor)
        refuse_set(options, "a transducer", *OTHERS)

    def hear(self, speech: list[NDArray[np.float32]]) -> list[Transcript]:
        """The transcript of one waveform."""
        with torch.inference_mode():
            features = self._features(speech)
            most = SYMBOLS_A_FRAME * (1 + features["input_features"].shape[1])  # never reached: the audio ends before
            made = self.model.generate(**features, max_new_tokens=most, return_dict_in_generate=True)
        return [Transcript(text) for text in self._texts(made.sequences)]


class WhisperDecoder(_Decoder):
    """Whisper: windows of 30 s, filled up with silence, so that waveforms of a batch do not hear each other."""

    def __init__(self, options: Any, model: Any, processor: Any) -> None:
        super().__init__(options, model, processor)
        self.languages = dict(getattr(model.generation_config, "lang_to_id", None) or {})
        self.language = self._code(options.language)
        self.together = tuple(options.temperatures) == (0.0,)
        self.window = int(self.extractor.n_samples)
        if options.chunk_length_s is not None and options.chunk_length_s * self.rate_hz > self.window:
            raise RecognizerError(
                f"recognizer.chunk_length_s: Whisper hears {self.window / self.rate_hz:g} s at once; got "
                f"{options.chunk_length_s:g}. Give no more, or null for its sequential decoding."
            )

    def _code(self, language: str | None) -> str | None:
        if not self.languages:
            refuse_set(self.options, "a Whisper model for one language", "language", "task")
            return None
        names = [key.strip("<|>") for key in self.languages]
        if language is not None and language not in names:
            raise RecognizerError(f"recognizer.language: got {language!r}; {allowed(language, names)}.")
        return language

    def hear(self, speech: list[NDArray[np.float32]]) -> list[Transcript]:
        """Transcripts; draws, if any, are those of SEED."""
        with torch.inference_mode(), torch.random.fork_rng():
            torch.manual_seed(SEED)
            long = [samples.size > self.window for samples in speech]
            if not any(long):
                return self._short(speech)
            return [(self._long if far else self._short)([one])[0] for one, far in zip(speech, long, strict=True)]

    def _short(self, speech: list[NDArray[np.float32]]) -> list[Transcript]:
        features = self._features(speech)
        spoken = self._spoken(features["input_features"])
        made = self.model.generate(
            **features, **self._how(spoken), suppress_tokens=self._unsaid(), return_timestamps=False,
            return_dict_in_generate=True, output_scores=True,
        )  # fmt: skip
        sure = self._sure(made) if self.together else [None] * len(speech)
        said = zip(self._texts(made.sequences), sure, spoken, strict=True)
        return [Transcript(text, confidence, language=language) for text, confidence, language in said]

    def _unsaid(self) -> list[int]:
        """Tokens of time, beside those that the model itself suppresses: behind one, generate() would begin again and
        give the rest alone."""
        config = self.model.generation_config
        first = getattr(config, "no_timestamps_token_id", self.model.config.vocab_size - 1) + 1
        return [*(config.suppress_tokens or ()), *range(first, self.model.config.vocab_size)]

    def _long(self, speech: list[NDArray[np.float32]]) -> list[Transcript]:
        features = self._features(speech, truncation=False, padding="longest", return_attention_mask=True)
        spoken = self._spoken(features["input_features"][..., : self.extractor.nb_max_frames])
        how = self._how(spoken) | {"condition_on_prev_tokens": self.options.condition_on_previous_text}
        sequences = self.model.generate(**features, **how, return_timestamps=True)
        return [Transcript(text, language=spoken[0]) for text in self._texts(sequences)]

    def _spoken(self, features: Any) -> list[str | None]:
        """The language of each: as given, else as detected in the first window; None where the model has one."""
        if self.language is not None or not self.languages:
            return [self.language] * len(features)
        codes = {number: token.strip("<|>") for token, number in self.languages.items()}
        return [codes[int(token)] for token in self.model.detect_language(input_features=features).reshape(-1)]

    def _how(self, spoken: list[str | None]) -> dict[str, Any]:
        given = self.options
        temperatures = tuple(float(t) for t in given.temperatures)
        how: dict[str, Any] = {
            "num_beams": given.beams,
            "temperature": temperatures if len(temperatures) > 1 else temperatures[0],
            "compression_ratio_threshold": given.compression_ratio_threshold,
            "logprob_threshold": given.logprob_threshold,
            "no_speech_threshold": given.no_speech_threshold,
        }
        if self.languages:
            how |= {"language": spoken, "task": given.task}
        if given.max_new_tokens is not None:
            how["max_new_tokens"] = given.max_new_tokens
        return how
