# SPDX-License-Identifier: Apache-2.0
"""Versioned text normalizers: one is applied to reference and hypothesis alike, and named beside the score."""

from __future__ import annotations

import importlib.metadata
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from stresstest.errors import ConfigError, allowed

_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
_CACHED_TEXTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Normalizer:
    """A function from text to text that says which version it is; equal name and version give equal text."""

    name: str
    version: str
    function: Callable[[str], str]

    def __call__(self, text: str) -> str:
        """Words separated by single spaces; the empty string where nothing is left."""
        return self.function(text)

    @property
    def signature(self) -> str:
        """Name and version in one string, as printed beside a score."""
        return f"{self.name} {self.version}"


def normalizer(name: str) -> Normalizer:
    """The normalizer called `name`, one of `NORMALIZERS`. Raises ConfigError for any other name.

    >>> normalizer("basic")("Don't  STOP – it’s 5 mg!")
    "don't stop it's 5 mg"
    """
    if name not in NORMALIZERS:
        raise ConfigError(f"There is no normalizer {name!r}; {allowed(name, NORMALIZERS)}.")
    return NORMALIZERS[name]()


def _whisper_english() -> Normalizer:
    """Whisper's English normalizer (Radford et al. 2022, appendix C), from the library whisper-normalizer.

    It lowercases, drops brackets and fillers, expands contractions, folds British into American spelling and
    writes numbers as digits. Two habits matter when words are counted: runs of digit words become one word
    ("eight eight five" gives "885", so one wrong digit is one wrong word of one), and a possessive is read as
    "is" ("Mario's castle" gives "mario is castle").
    """
    version = importlib.metadata.version("whisper-normalizer")
    return Normalizer("whisper_english", f"1 (whisper-normalizer {version})", _apply_whisper)


def _basic() -> Normalizer:
    """NFKC, case folding, every character but letters, marks, digits and word-internal apostrophes to a space."""
    return Normalizer("basic", f"1 (Unicode {unicodedata.unidata_version})", _apply_basic)


@lru_cache(_CACHED_TEXTS)
def _apply_whisper(text: str) -> str:
    return " ".join(_whisper_function()(text).split())


@cache
def _whisper_function() -> Callable[[str], str]:
    from whisper_normalizer.english import EnglishTextNormalizer

    function: Callable[[str], str] = EnglishTextNormalizer()
    return function


@lru_cache(_CACHED_TEXTS)
def _apply_basic(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = "".join(_kept(character) for character in folded).split()
    return " ".join(word for word in (word.strip("'") for word in words) if word)


def _kept(character: str) -> str:
    """The character itself, a plain apostrophe for its typographic forms, a space for anything else."""
    if character in _APOSTROPHES or character == "'":
        return "'"
    return character if unicodedata.category(character)[0] in "LMN" else " "


NORMALIZERS: Mapping[str, Callable[[], Normalizer]] = {"whisper_english": _whisper_english, "basic": _basic}
"""Every normalizer by name; the value makes it."""
