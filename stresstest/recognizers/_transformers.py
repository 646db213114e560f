# SPDX-License-Identifier: Apache-2.0
"""Loads a model of transformers and finds out how it is decoded. Imports transformers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import transformers

from stresstest.errors import RecognizerError
from stresstest.recognizers._devices import torch_device
from stresstest.recognizers._transformers_ctc import CtcDecoder
from stresstest.recognizers._transformers_generative import GENERATIVE, generative

if TYPE_CHECKING:
    from stresstest.recognizers.transformers import Transformers

TRAINING_ONLY = ("masked_spec_embed",)
"""Weights that only training uses; published checkpoints of wav2vec 2.0 go without."""


def opened(options: Transformers, commit: str | None) -> Any:
    """The decoder of a model, on its device. Raises RecognizerError."""
    device = torch_device(options.device)
    _hush()
    given: dict[str, Any] = {
        "revision": commit or "main",
        "local_files_only": options.local_files_only,
        "trust_remote_code": options.trust_remote_code,
    }
    try:
        config = transformers.AutoConfig.from_pretrained(options.model, **given)
        cls = _class_for(options.model, config)
        processor = transformers.AutoProcessor.from_pretrained(options.model, **given)
        model, info = cls.from_pretrained(options.model, dtype=options.dtype, output_loading_info=True, **given)
        _check_complete(options.model, cls.__name__, info)
        model.to(device).eval()
    except RecognizerError:
        raise
    except Exception as error:  # of any kind: these files are read by a dozen of libraries
        raise RecognizerError(
            f"recognizer.model: {options.model} cannot be loaded with dtype={options.dtype} on {device}: "
            f"{type(error).__name__}: {str(error).strip() or 'no more is said'}"
        ) from error
    if config.model_type in GENERATIVE:
        return generative(options, model, processor)
    return CtcDecoder(options, model, processor)


def _hush() -> None:
    """No progress bars and no advice with every decode, unless somebody has asked for them."""
    if "TRANSFORMERS_VERBOSITY" not in os.environ:
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()


def _class_for(name: str, config: Any) -> Any:
    """The class with the head for recognition; a model type that has two gets the one that its config names."""
    if config.model_type in GENERATIVE:
        found = getattr(transformers, GENERATIVE[config.model_type], None)
        if found is not None:
            return found
    elif type(config) in transformers.MODEL_FOR_CTC_MAPPING:
        return transformers.MODEL_FOR_CTC_MAPPING[type(config)]
    raise RecognizerError(
        f"recognizer.model: {name} is of the type {config.model_type!r}, whose decoding is not known here "
        f"(transformers {transformers.__version__}). Allowed: {', '.join(GENERATIVE)} and types "
        "with a head for CTC. Others can be called with recognizer=python."
    )


def _check_complete(name: str, cls: str, info: Any) -> None:
    """Weights that the files lack would be random: an encoder without a head answers at random."""
    missing = sorted(key for key in info["missing_keys"] if not key.endswith(TRAINING_ONLY))
    if missing:
        shown = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        raise RecognizerError(
            f"recognizer.model: {name} lacks {len(missing)} weights of {cls} ({shown}), which would be random. "
            "It is perhaps a model that was not fine-tuned for recognition; give one that was."
        )
