# SPDX-License-Identifier: Apache-2.0
"""Models of transformers with a head for CTC, decoded greedily."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from stresstest.errors import RecognizerError
from stresstest.recognizers._ctc import BEGINS, Emitted, confidence_of, greedy, words_of
from stresstest.recognizers.base import Transcript

MASKED = ("wav2vec2", "hubert")
"""Types whose padding is masked wherever it could be heard, provided that no layer norms over time."""
OTHERS = {
    "language": None,
    "task": "transcribe",
    "beams": 1,
    "max_new_tokens": None,
    "temperatures": (0.0,),
    "compression_ratio_threshold": None,
    "logprob_threshold": None,
    "no_speech_threshold": None,
    "condition_on_previous_text": False,
}
"""Options of generative models, as they are where nobody set them."""


def refuse_set(options: Any, what: str, *keys: str) -> None:
    """Raises RecognizerError where an option is set that this model has not."""
    wrong = [key for key in keys if getattr(options, key) != OTHERS[key]]
    if wrong:
        raise RecognizerError(
            f"recognizer.{wrong[0]}: {options.model} is {what}, which has no {wrong[0]}; got "
            f"{getattr(options, wrong[0])!r}. Leave it at {OTHERS[wrong[0]]!r}."
        )


class CtcDecoder:
    """Hears waveforms as a CTC model does: the best label of every frame."""

    def __init__(self, options: Any, model: Any, processor: Any) -> None:
        refuse_set(options, "a CTC model", *OTHERS)
        self.model, self.tokenizer = model, processor.tokenizer
        self.extractor = processor.feature_extractor
        self.rate_hz = int(self.extractor.sampling_rate)
        normed = getattr(model.config, "feat_extract_norm", None)
        self.together = model.config.model_type in MASKED and normed == "layer"
        self.blank = int(model.config.pad_token_id)
        names = self.tokenizer.convert_ids_to_tokens(list(range(len(self.tokenizer))))
        self.labels = ["" if name is None else str(name) for name in names]
        self.separator = getattr(self.tokenizer, "word_delimiter_token", None) or " "
        self.silent = set(self.tokenizer.all_special_ids) - {self.tokenizer.convert_tokens_to_ids(self.separator)}

    def hear(self, speech: list[NDArray[np.float32]]) -> list[Transcript]:
        """Transcripts of waveforms, each of shape (frames,)."""
        masked = {"padding": True, "return_attention_mask": True} if self.together else {}
        given = self.extractor(speech, sampling_rate=self.rate_hz, return_tensors="pt", **masked)
        given = given.to(self.model.device)
        if len(speech) == 1 and "input_values" in given:
            given.pop("attention_mask", None)  # all ones
        kept = {k: v.to(self.model.dtype) if v.is_floating_point() else v for k, v in given.items()}
        with torch.inference_mode():
            posteriors = self.model(**kept).logits.float().softmax(-1).cpu().numpy()
        return [self._said(rows, samples.size) for rows, samples in zip(posteriors, speech, strict=True)]

    def _said(self, posteriors: NDArray[np.float32], samples: int) -> Transcript:
        if self.together:
            posteriors = posteriors[: int(self.model._get_feat_extract_output_lengths(torch.tensor(samples)))]
            frame_s = self.model.config.inputs_to_logits_ratio / self.rate_hz
        else:
            frame_s = samples / self.rate_hz / max(1, len(posteriors))
        emitted = [one for one in greedy(posteriors, self.blank) if one.label not in self.silent]
        # merged here: with skip_special_tokens the tokenizer drops blanks first, and "hello" becomes "helo"
        text = self.tokenizer.decode([one.label for one in emitted], group_tokens=False)
        return Transcript(text.strip(), confidence_of(emitted), self._words(emitted, frame_s))

    def _words(self, emitted: list[Emitted], frame_s: float) -> Any:
        known = self.separator != " " or any(label.startswith(BEGINS) for label in self.labels)
        return words_of(emitted, self.labels, self.separator, frame_s) if known else ()
