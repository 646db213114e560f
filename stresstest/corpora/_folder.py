# SPDX-License-Identifier: Apache-2.0
"""What the data sets share that are read from the folder layout in which they are published."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import ClassVar

from stresstest.audio import files
from stresstest.corpora._manifest_rules import END_TOLERANCE_S
from stresstest.corpora.base import Corpus, Utterance
from stresstest.errors import CorpusError, allowed

NO_AUDIO = "without audio"
NO_TEXT = "without text"
NO_ACCENT = "without an accent label"


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader must know of a published data set; an empty text says nothing."""

    name: str
    license: str
    citation: str
    accent_labels: str
    limits: str = ""
    pseudo_speakers: str = ""


@dataclass(frozen=True)
class FolderCorpus(Corpus):
    """A data set in a folder as it was unpacked.

    A subclass gives CARD, the files that NEEDED globs for, and `_read`. What has no audio, text or label is left out,
    counted by reason, and said in the card; so are segments that end behind their file. Construction raises
    CorpusError where a needed file is missing.
    """

    path: str

    CARD: ClassVar[Card]
    NEEDED: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        missing = self._missing(self.folder)
        if missing:
            inside = next((str(f) for f in sorted(self.folder.glob("*/")) if not self._missing(f)), None)
            raise CorpusError(
                f"{self.path}: not a folder of {self.CARD.name}, for there is no {missing}. Give the folder that holds "
                + (f"{', '.join(self.NEEDED)}." if inside is None else f"it: {inside}.")
            )

    def _missing(self, folder: Path) -> str:
        """The first needed file that the folder lacks, or nothing."""
        return next((pattern for pattern in self.NEEDED if next(folder.glob(pattern), None) is None), "")

    @property
    def folder(self) -> Path:
        """The data set's folder."""
        return Path(self.path).expanduser()

    @abstractmethod
    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        """Every utterance, in any order; counts in `left_out`, by reason, what is none. Raises CorpusError."""

    @cached_property
    def _found(self) -> tuple[tuple[Utterance, ...], Counter[str]]:
        left_out: Counter[str] = Counter()
        found: dict[str, Utterance] = {}
        for u in self._inside(left_out):
            if u.id in found:
                raise CorpusError(
                    f"{self.path}: {u.audio} and {found[u.id].audio} are the same utterance {u.id!r}. Remove one copy."
                )
            found[u.id] = u
        if not found:
            raise CorpusError(f"{self.path}: no utterance is found{_reasons(left_out)}. Unpack the whole data set.")
        return tuple(sorted(found.values(), key=lambda u: (u.speaker, u.id))), +left_out

    def _inside(self, left_out: Counter[str]) -> Iterator[Utterance]:
        """The utterances without segments that end behind their file, whose header is read once."""
        length = cache(lambda file: files.probe(file).seconds)
        for u in self._read(left_out):
            if u.end is None or u.end <= length(u.audio) + END_TOLERANCE_S:
                yield u
            else:
                left_out["past the end of the recording"] += 1

    def utterances(self) -> Sequence[Utterance]:
        """Every utterance with audio, text and a label, by speaker and id. The folder is read once."""
        return self._found[0]

    def card(self) -> Mapping[str, str]:
        """CARD, and in its `limits` what is left out."""
        utterances, left_out = self._found
        counts = f"{len(utterances)} utterances are used{_reasons(left_out)}." if left_out else ""
        card = asdict(self.CARD)
        card["limits"] = " ".join(filter(None, (card["limits"], counts)))
        return {key: value for key, value in card.items() if value}


def _reasons(left_out: Counter[str]) -> str:
    return "; left out: " + ", ".join(f"{n} {why}" for why, n in sorted(left_out.items())) if left_out else ""


def one_of(option: str, value: str, names: Sequence[str]) -> None:
    """Raises CorpusError, naming the option, where the value is not one of the names."""
    if value not in names:
        raise CorpusError(f"corpus.{option} is {value!r}; {allowed(value, names)}.")


def gender(given: str) -> str:
    """`female`, `male`, another word as it is given, or `na` for none.

    >>> gender("F"), gender("famale"), gender("Male"), gender(" "), gender("Non-binary")
    ('female', 'female', 'male', 'na', 'non-binary')
    """
    word = given.strip().casefold()
    return {"f": "female", "famale": "female", "m": "male", "": "na", "nan": "na"}.get(word, word)


def age(given: object) -> str:
    """Years as text, or `na` for what is no age of a living person.

    >>> age("23.0"), age(30), age("1234"), age("")
    ('23', '30', 'na', 'na')
    """
    try:
        years = int(float(str(given)))
    except (ValueError, OverflowError):
        return "na"
    return str(years) if 0 < years < 120 else "na"
