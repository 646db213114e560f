# SPDX-License-Identifier: Apache-2.0
"""What a corpus is, and the selection that every corpus shares."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from stresstest.errors import CorpusError

NAMES = ("id", "speaker", "accent")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of surrogate pairs: not to be told apart by eye, not to be written to a file."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech and what was said in it.

    `start` and `end` are seconds in the file (None: the whole file). `strata` holds every other column of the
    manifest (`gender`, `age`, …) as text. `prompt` is one for all speakers who read the same text, and names the
    draw of noise: the same words are hit for every accent. The selection fills it where a corpus leaves it empty.
    """

    id: str
    audio: Path
    text: str
    speaker: str
    accent: str
    strata: Mapping[str, str] = field(default_factory=dict)
    start: float | None = None
    end: float | None = None
    prompt: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "text", "speaker", "accent"):
            if not str(getattr(self, name)).strip():
                raise CorpusError(f"Utterance {self.id!r}: {name} is empty; every utterance needs one.")
        for name in NAMES:
            if UNPRINTABLE.search(str(getattr(self, name))):
                raise CorpusError(
                    f"Utterance {self.id!r}: {name} {getattr(self, name)!r} holds a control character; allowed is "
                    "printable text."
                )


class Corpus(ABC):
    """A source of utterances. Subclasses are frozen dataclasses: fields are options of `conf/corpus/<name>.yaml`."""

    synthetic: ClassVar[bool] = False
    """Synthesized voices: shown as such wherever the corpus is shown."""

    @abstractmethod
    def utterances(self) -> Sequence[Utterance]:
        """Every utterance, in a fixed order; ids are unique. Raises CorpusError."""

    @abstractmethod
    def card(self) -> Mapping[str, str]:
        """What a reader must know: `name`, `license`, `citation`, `accent_labels` (who gave them), and where they
        apply `limits` (sentences) and `pseudo_speakers` (a sentence when the corpus has no speaker ids)."""


LATER = ("labels", "partition", "max_speakers", "stratify")
"""Options of a selection that its first version did not have."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which utterances of a corpus a study uses.

    groups: accents to keep, in this order (None: all). labels: `{accents: {NEW: [OLD, …]}, drop: {REASON: [OLD, …]}}`,
    which has a place for every label of the corpus. partition: `dev` or `test`, one half of the speakers each.
    min_speakers: drop accents with fewer. max_speakers: of an accent. stratify: columns whose values take turns when
    speakers are chosen. balance: `speakers` (equal speakers a group; with `stratify`, of each stratum), `words` (about
    equal words a group), `prompts` (texts that every group has read, equally often) or None. seed: of the choices.
    """

    groups: tuple[str, ...] | None = None
    labels: Mapping[str, Any] | None = None
    partition: str | None = None
    min_speakers: int = 1
    max_speakers: int | None = None
    max_utterances_per_speaker: int | None = None
    stratify: tuple[str, ...] | None = None
    balance: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("groups", "stratify"):
            object.__setattr__(self, name, tuple(getattr(self, name) or ()) or None)

    def to_mapping(self) -> dict[str, Any]:
        """Plain data, as `Selection(**mapping)` takes it. Options that came later are there only where they are given,
        so that runs begun before them are the same study and go on."""
        said = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return {k: v for k, v in said.items() if v is not None or k not in LATER}
