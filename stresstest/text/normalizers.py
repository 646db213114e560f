# SPDX-License-Identifier: Apache-2.0
"""Versioned text normalizers: one is applied to reference and hypothesis alike, and named beside the score."""

from __future__ import annotations

import importlib.metadata
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from stresstest.errors import ConfigError, allowed
from stresstest.text import languages, whisper
from stresstest.text.fillers import without_fillers

_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
FILLER_CHOICES = ("keep", "drop")
"""What a normalizer can do with hesitations."""


@dataclass(frozen=True, slots=True)
class Normalizer:
    """A function from text to text that says which version it is; equal name, version and fillers give equal text.

    fillers: `keep` or `drop`, what it does with hesitations. unit: `word` or `character`, what the parts between its
    spaces are.
    """

    name: str
    version: str
    function: Callable[[str], str]
    fillers: str
    unit: str = "word"

    def __call__(self, text: str) -> str:
        """Words, or characters, separated by single spaces; the empty string where nothing is left."""
        return self.function(text)

    @property
    def signature(self) -> str:
        """Name and version in one string, as printed beside a score."""
        return f"{self.name} {self.version}"


def normalizer(name: str, fillers: str | None = None) -> Normalizer:
    """The normalizer called `name`, one of `NORMALIZERS` or of a language (`language:tr`, see `text.languages`).

    `fillers` None: it treats hesitations in its own way; those of a language keep them in any case.

    Raises ConfigError for any other name, and for fillers that are not one of `FILLER_CHOICES`.

    >>> normalizer("basic")("Don't  STOP – it’s 5 mg!")
    "don't stop it's 5 mg"
    >>> normalizer("basic", "drop")("Um, five mm")
    'five mm'
    """
    if name.startswith(languages.PREFIX):
        return _of_language(name)
    if name not in NORMALIZERS:
        raise ConfigError(f"There is no normalizer {name!r}; {allowed(name, NORMALIZERS)}, or language:TAG.")
    if fillers is not None and fillers not in FILLER_CHOICES:
        raise ConfigError(f"A normalizer cannot {fillers!r} fillers; {allowed(fillers, FILLER_CHOICES)}.")
    return NORMALIZERS[name](fillers)


def _whisper_english(fillers: str | None) -> Normalizer:
    """Whisper's English normalizer, its known faults repaired (`whisper.repaired` lists them).

    It lowercases, drops brackets and fillers, expands contractions, folds British into American spelling and
    writes numbers as digits. One habit matters when words are counted: runs of digit words become one word
    ("eight eight five" gives "885", so one wrong digit is one wrong word of one).
    """
    function = whisper.repaired_with_fillers if fillers == "keep" else whisper.repaired
    return Normalizer("whisper_english", f"2 ({_whisper_version()})", function, fillers or "drop")


def _whisper_original(fillers: str | None) -> Normalizer:
    """Whisper's English normalizer as released, faults included, for comparison with published error rates."""
    function = whisper.released_with_fillers if fillers == "keep" else whisper.released
    return Normalizer("whisper_original", f"1 ({_whisper_version()})", function, fillers or "drop")


def _whisper_version() -> str:
    return f"whisper-normalizer {importlib.metadata.version('whisper-normalizer')}"


def _basic(fillers: str | None) -> Normalizer:
    """NFKC, case folding, every character but letters, marks, digits and word-internal apostrophes to a space."""
    function = _apply_basic_drop if fillers == "drop" else _apply_basic
    return Normalizer("basic", f"1 (Unicode {unicodedata.unidata_version})", function, fillers or "keep")


def _of_language(name: str) -> Normalizer:
    """What the name says, of characters where the language has no spaces."""
    how = languages.parsed(name)
    return Normalizer(
        how.name, f"1 (Unicode {unicodedata.unidata_version})", languages.normalize(how), "keep", how.unit
    )


def _apply_basic_drop(text: str) -> str:
    return without_fillers(_apply_basic(text))


@lru_cache(whisper.CACHED_TEXTS)
def _apply_basic(text: str) -> str:
    if text.isascii():  # NFKC changes nothing there, and folding is lower case
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = folded.translate(_KEPT)
    words = kept.split()
    return " ".join(word for word in (w.strip("'") for w in words) if word) if "'" in kept else " ".join(words)


class _Kept(dict[int, str]):
    """Code point → the character itself, a plain apostrophe for its typographic forms, a space for anything else."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _APOSTROPHES or character == "'":
            kept = "'"
        else:
            kept = character if unicodedata.category(character)[0] in "LMN" else " "
        self[code] = kept
        return kept


_KEPT = _Kept()


NORMALIZERS: Mapping[str, Callable[[str | None], Normalizer]] = {
    "whisper_english": _whisper_english,
    "whisper_original": _whisper_original,
    "basic": _basic,
}
"""Every normalizer by name; the value makes it."""
