# SPDX-License-Identifier: Apache-2.0
"""Whisper's English normalizer (Radford et al. 2022, appendix C): as released, and with its known faults repaired."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from stresstest.text.fillers import FILLER, NUMBER, has_fillers

CACHED_TEXTS = 1 << 16
NEVER = r"(?!)"
"""A pattern that matches nothing."""

_PASSES = 8
_APOSTROPHE = re.compile("[\u2018\u2019\u02bc\uff07]")
_CONTRACTING = "it|he|she|that|this|there|here|what|who|where|when|why|how|let"
_POSSESSIVE = re.compile(rf"\b(?!(?:{_CONTRACTING})')(\w+)'s\b(?!\s+(?:been|gone|got)\b)")
_MILLIMETERS = re.compile(rf"(\d|\b(?:{NUMBER})\s)\s*mm\b")
_INNER_O = re.compile(r"\bo'(?=[a-z])")
_TENTHS = re.compile(r"([€£$]0\.\d)(?!\d)")


@lru_cache(CACHED_TEXTS)
def released(text: str) -> str:
    """What the library gives, in single spaces."""
    return " ".join(_library(None)(text).split())


@lru_cache(CACHED_TEXTS)
def released_with_fillers(text: str) -> str:
    """What the library gives when it leaves fillers in."""
    return " ".join(_library(NEVER)(text).split()) if has_fillers(text) else released(text)


@lru_cache(CACHED_TEXTS)
def repaired(text: str) -> str:
    """The library with its faults repaired, repeated until nothing changes, so that it is idempotent.

    Repaired: a possessive is one word and no "is" ("Mario's castle", whisper_normalizer issue 21); "archaeology" has
    no tag behind it (openai/whisper pull request 2832); uhm, erm, eh and ah are fillers too; a typographic apostrophe
    is an apostrophe; "mm" behind a number is a unit and stays; the o of "o'clock" is no zero; $0.5 is 50 cents. Who
    says "Mario's late" for "Mario is late" has an error more: only words that have no possessive in 's are expanded.
    One pass alone is not idempotent: "two 1" gives "2 one", which gives "21". The second pass is also what takes the
    tag off "archaeology".
    """
    return _settled(text, rf"\b(?:{FILLER})\b")


@lru_cache(CACHED_TEXTS)
def repaired_with_fillers(text: str) -> str:
    """`repaired` with the fillers left in."""
    return _settled(text, NEVER) if has_fillers(text) else repaired(text)


def _settled(text: str, ignored: str) -> str:
    for _ in range(_PASSES):
        before, text = text, _pass(text, ignored)
        if text == before:
            break
    return text


def _pass(text: str, ignored: str) -> str:
    text = _INNER_O.sub("o", _APOSTROPHE.sub("'", text.lower()))
    text = _TENTHS.sub(r"\g<1>0", _MILLIMETERS.sub(r"\1 millimeters", _POSSESSIVE.sub(r"\1s", text)))
    return " ".join(_library(ignored)(text).split())


@cache
def _library(ignored: str | None) -> Callable[[str], str]:
    """The library's function; `ignored`: the pattern of what it takes for a filler, None for its own."""
    from whisper_normalizer.english import EnglishTextNormalizer

    function = EnglishTextNormalizer()
    if ignored is not None:
        function.ignore_patterns = ignored
    made: Callable[[str], str] = function
    return made
