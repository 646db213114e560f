# SPDX-License-Identifier: Apache-2.0
"""A recognizer whose true word error rates are chosen: it hears nothing, and its transcripts are drawn from a law.

With it the whole pipeline, scoring included, runs on a world whose answer is known. What it says about a corpus is
never evidence about people or recognizers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import ConfigError, allowed
from stresstest.recognizers.base import Cell, Failure, ToldRecognizer, Transcript
from stresstest.seeds import rng_for
from stresstest.statistics.worlds import GroupLaw

RECIPE = 1
"""Counts changes to how an answer is drawn: part of the revision."""

MADE_UP = ("bimpol", "dorvex", "fandrik", "gluvasp", "jorbik", "kelvrum", "mospaf", "nurgwit", "plozdan", "quavist",
           "rozbeld", "stramvu", "tolgrep", "vumpasc", "wexlord", "zandofi")  # fmt: skip
"""What is heard in place of a word, or where none was: words that no text holds and no normalizer changes."""


@dataclass
class KnownTruth(ToldRecognizer):
    """Draws counts from a `GroupLaw` (statistics/worlds.py) and writes the transcript that has them.

    seed: of all draws. law: what holds for every accent, any of GroupLaw's fields; groups: accent → what differs
    there. noise_shift_db: noise profile → how many dB more SNR it takes than the thresholds say. factors: profile of
    another stage → what multiplies the rate; other_factor: the same for a profile that is not named. A reference of
    plain words is aligned to exactly the counts that were drawn; where a normalizer joins or splits words of a
    reference, counts follow the normalizer. Raises ConfigError.
    """

    seed: int = 0
    law: Mapping[str, float] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    noise_shift_db: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    other_factor: float = 1.2

    def __post_init__(self) -> None:
        for accent in ("", *self.groups):
            self.law_of(accent)
        for key, value in {**self.factors, "other_factor": self.other_factor}.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
                raise ConfigError(f"recognizer=known_truth: {key} takes a factor from 0 to 100; got {value!r}.")

    @property
    def rate_hz(self) -> int:
        """16 kHz; nothing is heard."""
        return 16000

    @property
    def revision(self) -> str:
        """The recipe, the seed and every option."""
        return f"known_truth {RECIPE} {json.dumps(asdict(self), sort_keys=True)}"

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """A waveform alone has no known truth: refused."""
        return [Failure("refused", "known_truth answers what it is told about a cell, not sound.") for _ in speech]

    def answer(self, cell: Cell) -> Transcript | Failure:
        """The transcript of a cell: a function of the options and the names in the cell."""
        law = self.law_of(cell.accent)
        nominal = self.nominal(cell.accent, cell.path)
        rng = rng_for(self.seed, "known_truth", cell.accent, cell.speaker, cell.utterance, cell.condition, cell.rep)
        if rng.random() < law.failure_rate:
            return Failure("refused", f"known_truth fails {100 * law.failure_rate:g} % of the decodes of this accent.")
        words = cell.reference.split()
        counts = law.draw(nominal, self.factor(cell.accent, cell.speaker, cell.condition), len(words), rng)
        return Transcript(" ".join(misheard(words, counts.tolist(), rng)))

    def law_of(self, accent: str) -> GroupLaw:
        """The law of an accent. Raises ConfigError."""
        given = {**self.law, **self.groups.get(accent, {})}
        names = [f.name for f in fields(GroupLaw)]
        for key in given:
            if key not in names:
                raise ConfigError(f"recognizer=known_truth: a law has no {key!r}; {allowed(key, names)}.")
        try:
            return GroupLaw(**given)
        except ValueError as error:
            raise ConfigError(f"recognizer=known_truth, accent {accent or 'any'}: {error}") from error

    def nominal(self, accent: str, path: Mapping[str, Any]) -> float:
        """The rate in a condition of a speaker of an accent whose own factors are 1. path: as in a Cell."""
        named = {axis: str(value) for axis, value in path.items() if axis not in ("snr_db", "speech_dba")}
        shift = self.noise_shift_db.get(named.pop("noise", ""), 0.0)
        factor = float(np.prod([self.factors.get(name, self.other_factor) for name in named.values()]))
        return self.law_of(accent).nominal(path.get("snr_db"), shift, factor)

    def truth(self, accent: str, path: Mapping[str, Any]) -> float:
        """The true word error rate of an accent in a condition: what a run estimates."""
        return self.law_of(accent).expected(self.nominal(accent, path))

    def factor(self, accent: str, speaker: str, condition: str) -> float:
        """What multiplies the rate for a speaker in a condition."""
        law = self.law_of(accent)
        own = law.speaker_factors(rng_for(self.seed, "known_truth speaker", accent, speaker), ())
        there = law.response_factors(rng_for(self.seed, "known_truth response", accent, speaker, condition), ())
        return float(own * there)


def misheard(words: Sequence[str], counts: Sequence[int], rng: np.random.Generator) -> list[str]:
    """A hypothesis whose best alignment with `words` has exactly these hits, substitutions, deletions, insertions.

    What is wrong is none of the reference's words, so that the longest common subsequence is the hits. With no
    insertion or no deletion the edit distance is then the sum of the counts, and no other split of it is as short.
    Raises ValueError where the counts do not fit the words or hold both deletions and insertions.
    """
    hits, substituted, deleted, inserted = counts
    if hits + substituted + deleted != len(words) or (deleted and inserted):
        raise ValueError(f"No transcript of a reference of {len(words)} words has the counts {list(counts)}.")
    known = {word.casefold() for word in words}
    foreign = [word for word in MADE_UP if word not in known]
    order = rng.permutation(len(words)).tolist()
    wrong, gone = set(order[:substituted]), set(order[substituted : substituted + deleted])
    heard = [_any(foreign, rng) if k in wrong else word for k, word in enumerate(words) if k not in gone]
    for place in sorted(rng.integers(len(heard) + 1, size=inserted).tolist(), reverse=True):
        heard.insert(place, _any(foreign, rng))
    return heard


def _any(words: Sequence[str], rng: np.random.Generator) -> str:
    return words[int(rng.integers(len(words)))]
