# SPDX-License-Identifier: Apache-2.0
"""utterances × conditions × recognizers → work units with stable ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stresstest.conditions import Condition
from stresstest.corpora import Corpus, Utterance
from stresstest.corpora.selection import fingerprint, select, told
from stresstest.engine.components import construct
from stresstest.errors import CorpusError
from stresstest.study import Study

ROWS_A_UNIT = 64
"""About how many decodes make one unit: what an interruption can lose, for each worker."""

LAST_UNITS = 16
"""A unit takes at most one in so many of the utterances that are left."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Some utterances of one recognizer under some conditions, all in most studies: what is written whole or not."""

    id: str
    recognizer: str
    utterances: tuple[Utterance, ...]
    conditions: tuple[Condition, ...]

    def cells(self, reps: int) -> Iterator[tuple[int, Condition]]:
        """Every (rep, condition) of an utterance, in the order in which they are rendered."""
        for rep in range(reps):
            for condition in self.conditions:
                yield rep, condition


@dataclass(frozen=True, slots=True)
class Plan:
    """What a study asks for, counted out. `corpus_digest` covers the utterances and the bytes of their audio; `choice`
    says in sentences how they were chosen among those of the corpus."""

    study: Study
    corpus: Corpus
    utterances: tuple[Utterance, ...]
    strata: tuple[str, ...]
    corpus_digest: str
    units: tuple[Unit, ...]
    choice: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """The number of rows that the units make."""
        return sum(len(u.utterances) * len(u.conditions) for u in self.units) * self.study.reps

    @property
    def grouped(self) -> tuple[Utterance, ...]:
        """The utterances, each with its group, as the study makes them, in place of its accent."""
        return tuple(replace(u, accent=self.study.group_of(u.accent, u.strata)) for u in self.utterances)

    def only(self, conditions: Sequence[Condition]) -> Plan:
        """The plan of some of the study's conditions, in units of their own."""
        return replace(self, units=tuple(_units(self.study, self.utterances, self.corpus_digest, tuple(conditions))))


def make_plan(study: Study) -> Plan:
    """Load and select the corpus, and cut the work into units. Raises CorpusError and ConfigError."""
    corpus = construct(study.corpus, Corpus)  # type: ignore[type-abstract]
    selection = replace(study.selection, seed=study.selection.seed or study.seed)
    everything = corpus.utterances()
    utterances = tuple(select(everything, selection))
    study.check_groups(study.groups_of((u.accent, u.strata) for u in utterances))
    digest = fingerprint(utterances)
    return Plan(
        study,
        corpus,
        utterances,
        _strata(utterances),
        digest,
        tuple(_units(study, utterances, digest, tuple(study.grid))),
        tuple(told(everything, selection, utterances)),
    )


def _units(
    study: Study, utterances: Sequence[Utterance], digest: str, conditions: tuple[Condition, ...]
) -> Iterator[Unit]:
    most = max(1, ROWS_A_UNIT // (len(conditions) * study.reps))
    some_only = [] if conditions == tuple(study.grid) else [[c.label for c in conditions]]
    for recognizer in study.recognizers:
        for number, (start, stop) in enumerate(_spans(len(utterances), most)):
            some = tuple(utterances[start:stop])
            said = [[u.id, u.prompt] for u in some]
            content = json.dumps([study.decoding_digest, digest, recognizer, said, *some_only])
            short = hashlib.sha256(content.encode()).hexdigest()[:12]
            yield Unit(f"{recognizer}-{number:05d}-{short}", recognizer, some, conditions)


def _spans(count: int, most: int) -> Iterator[tuple[int, int]]:
    """Consecutive spans of `most`, shorter toward the end, so that all workers end together."""
    start = 0
    while start < count:
        stop = start + max(1, min(most, (count - start) // LAST_UNITS))
        yield start, stop
        start = stop


def _strata(utterances: Sequence[Utterance]) -> tuple[str, ...]:
    from stresstest.results import BEFORE_STRATA, DECODED, SCORED

    names = tuple(dict.fromkeys(name for u in utterances for name in u.strata))
    taken = sorted({*BEFORE_STRATA, *DECODED, *SCORED} & set(names))
    if taken:
        raise CorpusError(
            f"The corpus describes its speakers by {', '.join(taken)}, which are names of columns of results.parquet; "
            "rename these columns of the manifest."
        )
    return names
