# SPDX-License-Identifier: Apache-2.0
"""Normalizers for other languages and scripts than English, by what Unicode says and a few rules of languages.

A normalizer is told in one string, so that a run that names it can be scored again from its files alone:
`language:tr`, `language:zh,unit=character`, `language:ar,marks=drop`, `language:de,variants=grösse>größe|ok>okay`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from stresstest.errors import ConfigError, allowed

PREFIX = "language:"
UNITS = ("word", "character")
MARKS = ("keep", "drop")
UNSPACED = frozenset(("zh", "yue", "wuu", "nan", "ja", "th", "lo", "km", "my", "bo"))
"""Languages written without spaces between words: characters are counted (CER)."""

DOTTED = frozenset(("tr", "az"))
"""I is the capital of ı there, and İ that of i."""

TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
APOSTROPHES = "'\u2018\u2019\u02bb\u02bc\u05f3\uff07"
VOWEL_MARKS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
"""Hebrew points and Arabic harakat, which most texts leave out."""

TATWEEL = "\u0640"


@dataclass(frozen=True, slots=True)
class Language:
    """How texts of a language are made comparable.

    language: a BCP 47 tag. unit: `word` or `character`, what is counted. marks: whether vowel marks of Arabic and
    Hebrew stay; diacritics of other scripts always do. variants: a spelling → the one that stands for it, normalized.
    """

    language: str
    unit: str
    marks: str = "keep"
    variants: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Everything in one string, which `parsed` reads."""
        unit = [] if self.unit == default_unit(self.language) else [f"unit={self.unit}"]
        marks = [] if self.marks == "keep" else [f"marks={self.marks}"]
        pairs = "|".join(f"{a}>{b}" for a, b in sorted(self.variants.items()))
        return PREFIX + ",".join([self.language, *unit, *marks, *([f"variants={pairs}"] if pairs else [])])


def default_unit(language: str) -> str:
    """`character` for languages without spaces between words."""
    return "character" if language.split("-")[0] in UNSPACED else "word"


def language(tag: Any, unit: Any = None, marks: Any = "keep", variants: Any = None) -> Language:
    """From the keys of conf/normalizer/language.yaml; variants: `{SPELLING: [OTHER, …]}`. Raises ConfigError.

    >>> language("en", variants={"color": ["colour"]}).name
    'language:en,variants=colour>color'
    """
    if not isinstance(tag, str) or not TAG.fullmatch(tag):
        raise ConfigError(f"normalizer.language takes a language tag, as tr, zh or pt-BR; got {tag!r}.")
    for key, value, names in (("unit", unit, (None, *UNITS)), ("marks", marks, MARKS)):
        if value not in names:
            raise ConfigError(f"normalizer.{key} is {value!r}; {allowed(value, [n for n in names if n])}.")
    plain = Language(tag, unit or default_unit(tag), marks)
    return Language(tag, plain.unit, marks, _inverted(variants or {}, plain))


def parsed(name: str) -> Language:
    """What a name says. Raises ConfigError."""
    tag, *parts = name.removeprefix(PREFIX).split(",")
    given = dict(part.split("=", 1) for part in parts if "=" in part)
    if len(given) != len(parts) or set(given) - {"unit", "marks", "variants"}:
        raise ConfigError(
            f"The normalizer {name!r} cannot be read; allowed: language:TAG,unit=…,marks=…,variants=a>b|c>d."
        )
    pairs = [pair.split(">") for pair in given.get("variants", "").split("|") if pair]
    if any(len(pair) != 2 for pair in pairs):
        raise ConfigError(f"The normalizer {name!r} has variants that cannot be read; allowed are a>b|c>d.")
    found: dict[str, list[str]] = {}
    for other, spelling in pairs:
        found.setdefault(spelling, []).append(other)
    return language(tag, given.get("unit"), given.get("marks", "keep"), found)


def normalized(text: str, how: Language) -> str:
    """The text in words, or in characters, that single spaces separate.

    >>> normalized("IŞIK’ın", language("tr")), normalized("你好,CT!", language("zh"))
    ("ışık'ın", '你 好 c t')
    """
    words = _plain(text, how.language.split("-")[0] in DOTTED, how.marks == "drop")
    if how.variants:
        words = _pattern(tuple(how.variants), how.unit).sub(lambda match: how.variants[match[0]], words)
    return " ".join(words.replace(" ", "")) if how.unit == "character" else words


def normalize(how: Language) -> Any:
    """`normalized` of one language, with a memory of texts."""
    return lru_cache(1 << 16)(partial(normalized, how=how))


@lru_cache(1 << 16)
def _plain(text: str, dotted: bool, without_marks: bool) -> str:
    """NFKC, case folding, words of letters, marks, digits and inner apostrophes; joiners and tatweel go."""
    text = unicodedata.normalize("NFKC", text)
    if dotted:
        text = text.replace("I", "ı").replace("İ", "i")
    text = unicodedata.normalize("NFKC", text.casefold())
    if without_marks:
        text = VOWEL_MARKS.sub("", text)
    kept = "".join(map(_kept, text))
    return " ".join(word for word in (w.strip("'") for w in kept.split()) if word)


@lru_cache(1 << 16)
def _kept(character: str) -> str:
    """The character, an apostrophe for its forms, nothing for what is not seen, a space for anything else."""
    if character in APOSTROPHES:
        return "'"
    kind = unicodedata.category(character)
    if character == TATWEEL or kind == "Cf":
        return ""
    return character if kind[0] in "LMN" else " "


@lru_cache(64)
def _pattern(spellings: tuple[str, ...], unit: str) -> re.Pattern[str]:
    """The spellings, longest first; whole words where words are counted."""
    either = "|".join(re.escape(s) for s in sorted(spellings, key=lambda s: (-len(s), s)))
    return re.compile(either if unit == "character" else rf"(?<!\S)(?:{either})(?!\S)")


def _inverted(given: Any, how: Language) -> dict[str, str]:
    """Other spelling → spelling, both normalized."""
    found: dict[str, str] = {}
    if not isinstance(given, Mapping):
        raise ConfigError(f"normalizer.variants takes spellings, each with a list of others; got {given!r}.")
    for spelling, others in given.items():
        if not isinstance(others, list | tuple):
            raise ConfigError(f"normalizer.variants: {spelling!r} takes a list of other spellings; got {others!r}.")
        for other in others:
            one, other_one = (_plain(str(t), how.language in DOTTED, how.marks == "drop") for t in (spelling, other))
            if not one or not other_one or found.setdefault(other_one, one) != one:
                raise ConfigError(f"normalizer.variants: {other!r} stands for nothing, or for two spellings.")
    if chained := sorted(set(found) & set(found.values())):
        raise ConfigError(
            f"normalizer.variants: {chained[0]!r} is a spelling and another one's variant. Use one of them."
        )
    return found
