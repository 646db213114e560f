# SPDX-License-Identifier: Apache-2.0
"""Functions and a class that someone might call a recognizer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS = ("zero", "one", "two", "three")


def loud(samples: NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """A word a quarter of the audio, by its level, with times."""
    parts, seconds = np.array_split(samples, 4), samples.size / rate_hz
    said = [WORDS[min(3, int(20 * np.abs(part).mean())) if part.size else 0] for part in parts]
    words = [{"text": w, "start_s": seconds * k / 4, "end_s": seconds * (k + 1) / 4} for k, w in enumerate(said)]
    return {"text": " ".join(said), "words": words, "confidence": 0.5, "model": "made up"}


def louds(several: list[NDArray[np.float32]], rate_hz: int) -> list[dict[str, Any]]:
    """The same for several at once."""
    return [loud(samples, rate_hz) for samples in several]


class Model:
    """Loaded once; takes several at once."""

    def __init__(self, answer: str = "yes") -> None:
        self.answer = answer

    def __call__(self, several: list[NDArray[np.float32]], rate_hz: int) -> list[str]:
        return [self.answer for _ in several]


def says(samples: NDArray[np.float32], rate_hz: int, text: str = "") -> str:
    return text


def nothing(samples: NDArray[np.float32], rate_hz: int) -> None:
    return None
