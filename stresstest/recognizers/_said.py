# SPDX-License-Identifier: Apache-2.0
"""What programs and functions of others say, as a Transcript; what is none becomes a Failure that says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stresstest.recognizers.base import Failure, Transcript, Word

KEYS = ("text", "confidence", "words", "language")
WORD_KEYS = ("text", "start_s", "end_s", "confidence")


def transcript_of(said: object) -> Transcript | Failure:
    """From a text, a mapping with KEYS (words: a list of texts or of mappings with WORD_KEYS), or what it is already.

    Other keys are left out: programs print much besides. Never raises.
    """
    if isinstance(said, Transcript | Failure):
        return said
    if isinstance(said, str):
        return Transcript(said.strip())
    if not isinstance(said, Mapping) or not isinstance(said.get("text"), str):
        return Failure("bad_output", f"a text, or a mapping with a text under 'text', was expected; got {said!r:.200}")
    try:
        words, language = tuple(_word(word) for word in said.get("words") or ()), said.get("language") or None
        if language is not None and not isinstance(language, str):
            raise TypeError(f"a language is a code, a text; got {language!r}")
        return Transcript(said["text"].strip(), _number(said.get("confidence")), words, language)
    except (TypeError, ValueError, AttributeError) as error:
        return Failure("bad_output", f"the answer beside its text cannot be read: {error}; got {said!r:.200}")


def _word(said: Any) -> Word:
    if isinstance(said, str):
        return Word(said)
    if not isinstance(said.get("text"), str):
        raise ValueError(f"a word needs a text under 'text' ({', '.join(WORD_KEYS)}); got {said!r:.100}")
    return Word(said["text"], *(_number(said.get(key)) for key in WORD_KEYS[1:]))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
