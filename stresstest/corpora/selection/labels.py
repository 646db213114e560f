# SPDX-License-Identifier: Apache-2.0
"""A map of labels: what speakers or collectors call an accent → the accents of a study, or a reason to leave it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError, allowed

KEYS = ("accents", "drop")
SHOWN = 20
"""At most so many labels are listed in a message, the commonest first."""


@dataclass(frozen=True, slots=True)
class LabelMap:
    """`accents`: label → accent. `drop`: label → why utterances with it are left out."""

    accents: Mapping[str, str]
    drop: Mapping[str, str]

    @classmethod
    def of(cls, given: Any) -> LabelMap:
        """From `{accents: {ACCENT: [LABEL, …]}, drop: {REASON: [LABEL, …]}}`; either key may be missing.

        Raises CorpusError for anything else, and for a label that comes twice.
        """
        if not isinstance(given, Mapping) or not given:
            raise CorpusError(f"corpus.labels takes the keys {' and '.join(KEYS)}; got {given!r}.")
        for key in given:
            if key not in KEYS:
                raise CorpusError(f"corpus.labels: there is no key {key!r}; {allowed(key, KEYS)}.")
        seen: dict[str, str] = {}
        return cls(*(_inverted(key, given.get(key) or {}, seen) for key in KEYS))

    def relabeled(self, utterances: Sequence[Utterance]) -> list[Utterance]:
        """The utterances under their new accents, without what is dropped. Raises CorpusError for labels unknown."""
        number = Counter(u.accent for u in utterances)
        unknown = [label for label, _ in number.most_common() if label not in self.accents and label not in self.drop]
        if unknown:
            listed = ", ".join(f"{label!r} ({number[label]})" for label in unknown[:SHOWN])
            more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
            raise CorpusError(
                f"corpus.labels has no place for {len(unknown)} of {len(number)} labels (utterances): {listed}{more}. "
                "Put each under an accent of `accents` or a reason of `drop`."
            )
        return [replace(u, accent=self.accents[u.accent]) for u in utterances if u.accent in self.accents]


def _inverted(key: str, given: Any, seen: dict[str, str]) -> dict[str, str]:
    """Label → what it stands under."""
    if not isinstance(given, Mapping):
        raise CorpusError(f"corpus.labels.{key} takes names, each with a list of labels; got {given!r}.")
    found = {}
    for name, labels in given.items():
        if not isinstance(name, str) or not name.strip():
            raise CorpusError(f"corpus.labels.{key}: a name is a text; got {name!r}. Put it in quotes.")
        if not isinstance(labels, list | tuple) or not all(isinstance(label, str) for label in labels):
            raise CorpusError(f"corpus.labels.{key}.{name} takes a list of labels; got {labels!r}. Put them in quotes.")
        for label in labels:
            if label in seen:
                raise CorpusError(f"corpus.labels has {label!r} twice, under {seen[label]!r} and {name!r}.")
            seen[label] = found[label] = name
    return found
