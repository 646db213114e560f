# SPDX-License-Identifier: Apache-2.0
"""What is sent to a service, and how what it answers is read."""

from __future__ import annotations

import io
import re
import wave as wav
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers.base import Word

LANGUAGE = re.compile(r"[a-z]{2,3}(-\w+)*", re.IGNORECASE)
"""A language tag (BCP 47), which `english` is not."""


def wav_bytes(speech: Waveform) -> bytes:
    """A WAV file of the 16-bit PCM whose SHA-256 the results hold."""
    file = io.BytesIO()
    with wav.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(speech.rate_hz)
        out.writeframes(speech.pcm16().astype("<i2").tobytes())
    return file.getvalue()


def word_of(text: str, start_s: Any = None, end_s: Any = None, confidence: Any = None) -> Word:
    """A word as a service tells it; times of which the end comes first, as some servers give them, are left out."""
    start, end = (None if value is None else float(value) for value in (start_s, end_s))
    if start is not None and end is not None and not 0 <= start <= end:
        start = end = None
    return Word(text, start, end, confidence_of(confidence))


def confidence_of(said: Any) -> float | None:
    """A number from 0 to 1; None where a service says none, or one that is no confidence. Rounding is forgiven."""
    value = None if said is None else float(said)
    return None if value is None or not 0 <= value <= 1.001 else min(1.0, value)


def mean_confidence(parts: Iterable[tuple[float | None, float]]) -> float | None:
    """The mean of the (confidence, weight) of an answer's parts; None where a part says none."""
    given = list(parts)
    known = [(value, max(weight, 1e-6)) for value, weight in given if value is not None]
    if not known or len(known) < len(given):
        return None
    return confidence_of(sum(value * weight for value, weight in known) / sum(weight for _, weight in known))


def language_of(said: object) -> str | None:
    """A language as a tag; None where a service says none, or its English name."""
    return said if isinstance(said, str) and LANGUAGE.fullmatch(said) else None


def check_address(option: str, address: str, example: str) -> None:
    """Raise RecognizerError where an option is not the address of a server."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise RecognizerError(
            f"recognizer.{option} takes the address of a server, such as {example}, without a user, a password or a "
            f"query; got {address if not (parts.username or parts.query) else 'one with them'!r}."
        )
