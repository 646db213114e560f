# SPDX-License-Identifier: Apache-2.0
"""Draw sentences from a JSGF grammar: sequences, alternatives, groups and options, no loops.

The part of the Java Speech Grammar Format (W3C note, 2000) that has a bounded language; PocketSphinx reads the same
file, so that what is spoken and what can be recognized have one source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stresstest.errors import CorpusError

TOKEN = re.compile(r"<[^<>\s]+>|[()\[\]|]|[^\s()\[\]|<>;=]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences, each equally likely; an item is a word, a `<rule>` or another choice."""

    sequences: tuple[tuple[str | Choice, ...], ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules by name; `start` is the first public one."""

    rules: dict[str, Choice]
    start: str

    def sentence(self, rng: np.random.Generator, rule: str | None = None) -> str:
        """One sentence of `rule` (default: the start); at each choice the sequences are equally likely."""
        return " ".join(self._expand(self.rules[rule or self.start], rng))

    def _expand(self, choice: Choice, rng: np.random.Generator) -> list[str]:
        words: list[str] = []
        for item in choice.sequences[int(rng.integers(len(choice.sequences)))]:
            if isinstance(item, Choice):
                words += self._expand(item, rng)
            elif item.startswith("<"):
                words += self._expand(self.rules[item], rng)
            else:
                words.append(item)
        return words


def read_grammar(path: Path) -> Grammar:
    """The grammar in a file. Raises CorpusError for loops, weights, tags, imports, undefined and recursive rules."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.S)
    rules: dict[str, Choice] = {}
    public = []
    for statement in filter(None, map(str.strip, text.split(";"))):
        if statement.startswith(("#JSGF", "grammar ")):
            continue
        match = re.fullmatch(r"(public\s+)?(<[\w.-]+>)\s*=(.*)", statement, flags=re.S)
        if match is None or re.search(r"[*+{}/\"]", match[3]):
            raise CorpusError(f"{path}: cannot draw from {statement!r}; allowed: <rule> = words, <rules>, |, (), [].")
        rules[match[2]] = _Parser(path, match[3]).parse()
        public += [match[2]] if match[1] else []
    if not public:
        raise CorpusError(f"{path}: no rule is public. Put `public` before the rule that a sentence starts from.")
    _check_references(path, rules)
    return Grammar(rules, public[0])


class _Parser:
    """Recursive descent over one rule's right-hand side."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.tokens = TOKEN.findall(text)

    def parse(self) -> Choice:
        choice = self._choice()
        if self.tokens:
            raise self._error(f"an unexpected {self.tokens[0]!r}")
        return choice

    def _choice(self) -> Choice:
        sequences = [self._sequence()]
        while self.tokens and self.tokens[0] == "|":
            self.tokens.pop(0)
            sequences.append(self._sequence())
        return Choice(tuple(sequences))

    def _sequence(self) -> tuple[str | Choice, ...]:
        items: list[str | Choice] = []
        while self.tokens and self.tokens[0] not in "|)]":
            token = self.tokens.pop(0)
            items.append(self._group(token) if token in "([" else token)
        if not items:
            raise self._error("an empty alternative")
        return tuple(items)

    def _group(self, opening: str) -> Choice:
        inner = self._choice()
        closing = ")" if opening == "(" else "]"
        if not self.tokens or self.tokens.pop(0) != closing:
            raise self._error(f"a {opening!r} without its {closing!r}")
        return inner if opening == "(" else Choice(((inner,), ()))

    def _error(self, what: str) -> CorpusError:
        return CorpusError(f"{self.path}: {what} in the rule {' '.join(self.text.split())!r}.")


def _check_references(path: Path, rules: dict[str, Choice]) -> None:
    """Every rule named is defined, and none leads back to itself."""

    def visit(choice: Choice, above: tuple[str, ...]) -> None:
        for item in (i for sequence in choice.sequences for i in sequence):
            if isinstance(item, Choice):
                visit(item, above)
            elif item.startswith("<"):
                if item not in rules:
                    raise CorpusError(f"{path}: {above[-1]} uses {item}, which is not defined.")
                if item in above:
                    raise CorpusError(f"{path}: {item} leads back to itself; a grammar to draw from has no recursion.")
                visit(rules[item], (*above, item))

    for name, choice in rules.items():
        visit(choice, (name,))
