# SPDX-License-Identifier: Apache-2.0
"""Which utterances of a corpus a study uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from stresstest.corpora.base import Selection, Utterance
from stresstest.corpora.selection.labels import LabelMap
from stresstest.corpora.selection.prompts import matched_prompts, with_prompts
from stresstest.corpora.selection.strata import in_turn, matched, stratum_of
from stresstest.errors import CorpusError, allowed
from stresstest.seeds import rng_for

T = TypeVar("T")

BALANCES = ("speakers", "words", "prompts")
PARTITIONS = ("dev", "test")
COUNTS = ("min_speakers", "max_speakers", "max_utterances_per_speaker")

Group = dict[str, list[Utterance]]
"""Speaker → utterances of one accent; speakers and utterances in the seeded order of preference."""


def select(utterances: Sequence[Utterance], selection: Selection) -> list[Utterance]:
    """The chosen utterances, ordered by group (as `groups` gives them, else by name), speaker and id.

    The steps: `labels`; `partition`; `groups`; at most `max_utterances_per_speaker`, a seeded choice that grows when
    the cap is raised; `min_speakers`; `balance=speakers`, which takes as many speakers as the smallest group has, with
    `stratify` as many of each stratum; at most `max_speakers` of a group, whose strata take turns; `balance=words`,
    which takes utterances of all speakers in turn until a group has as many words as the smallest, or
    `balance=prompts`, which takes equally many readings of each text that every group has read. Speakers are told
    apart by accent and name. Raises CorpusError for a value that is not allowed, an unknown group, column or label, a
    duplicate id, and when nothing is left.
    """
    _check(utterances, selection)
    by_prompt = selection.balance == "prompts"
    kept = _large_enough(_groups(utterances, selection, None if by_prompt else selection.max_utterances_per_speaker),
                         selection)  # fmt: skip
    if selection.balance == "speakers":
        kept = matched(kept, selection.stratify or ())
    kept = {name: dict(list(group.items())[: selection.max_speakers]) for name, group in kept.items()}
    chosen = {name: [u for speaker in group.values() for u in speaker] for name, group in kept.items()}
    if selection.balance == "words":
        least = min(sum(map(_words, group)) for group in chosen.values())
        chosen = {name: _until(list(group.values()), least) for name, group in kept.items()}
    if by_prompt:
        chosen = matched_prompts(kept, selection.max_utterances_per_speaker, selection.seed)
    return [u for group in chosen.values() for u in sorted(group, key=lambda u: (u.speaker, u.id))]


def part_of(speaker: str) -> str:
    """The partition a speaker belongs to, by name alone: under no seed and in no study is one in both."""
    return PARTITIONS[int(rng_for(0, "partition", speaker).integers(2))]


def candidates(utterances: Sequence[Utterance], selection: Selection) -> Sequence[Utterance]:
    """The utterances under their new labels and of the partition: those among which is chosen."""
    if selection.labels is not None:
        utterances = LabelMap.of(selection.labels).relabeled(utterances)
    if selection.partition is not None:
        parts = {speaker: part_of(speaker) for speaker in {u.speaker for u in utterances}}
        utterances = [u for u in utterances if parts[u.speaker] == selection.partition]
    return utterances


def _groups(utterances: Sequence[Utterance], selection: Selection, cap: int | None) -> Mapping[str, Group]:
    found = with_prompts(candidates(utterances, selection))
    accents = {u.accent for u in found}
    for name in selection.groups or ():
        if name not in accents:
            raise CorpusError(f"corpus.groups: there is no group {name!r}; {allowed(name, accents)}.")
    names = selection.groups or sorted(accents)
    return {name: _group(found, name, selection, cap) for name in dict.fromkeys(names)}


def _large_enough(groups: Mapping[str, Group], selection: Selection) -> dict[str, Group]:
    kept = {name: group for name, group in groups.items() if len(group) >= selection.min_speakers}
    if not kept:
        counts = ", ".join(f"{name} {len(group)}" for name, group in groups.items()) or "none"
        raise CorpusError(
            f"The selection leaves nothing: min_speakers={selection.min_speakers}, but the speakers of each group are "
            f"{counts}. Lower corpus.min_speakers or choose other groups."
        )
    return kept


def _check(utterances: Sequence[Utterance], selection: Selection) -> None:
    for key, names in (("balance", BALANCES), ("partition", PARTITIONS)):
        value = getattr(selection, key)
        if value not in (None, *names):
            raise CorpusError(f"corpus.{key} is {value!r}; {allowed(value, names)}, or null.")
    for key in COUNTS:
        value = getattr(selection, key)
        if value is not None and value < 1:
            raise CorpusError(f"corpus.{key} is {value}; allowed are whole numbers from 1.")
    if not utterances:
        raise CorpusError("The corpus has no utterances. Check corpus.path.")
    seen = set()
    for u in utterances:
        if u.id in seen:
            raise CorpusError(f"The corpus has the id {u.id!r} twice. Ids are unique.")
        seen.add(u.id)


def _group(utterances: Sequence[Utterance], accent: str, selection: Selection, cap: int | None) -> Group:
    speakers: dict[str, list[Utterance]] = {}
    for u in utterances:
        if u.accent == accent:
            speakers.setdefault(u.speaker, []).append(u)
    names = _shuffled(sorted(speakers), selection.seed, "speakers", accent)
    if selection.stratify:
        names = in_turn(names, {name: stratum_of(name, speakers[name], selection.stratify) for name in names})
    return {name: _preferred(speakers[name], selection.seed)[:cap] for name in names}


def _preferred(utterances: Sequence[Utterance], seed: int) -> list[Utterance]:
    """One speaker's utterances in an order that depends on their texts alone: who reads the same keeps the same."""
    takes: Counter[str] = Counter()
    ranked = []
    for u in sorted(utterances, key=lambda u: u.id):
        takes[u.text] += 1
        ranked.append((rng_for(seed, "selection", "utterances", u.text, takes[u.text]).random(), u.id, u))
    return [u for _, _, u in sorted(ranked, key=lambda item: item[:2])]


def _shuffled(items: Sequence[T], seed: int, *names: str) -> list[T]:
    return [items[i] for i in rng_for(seed, "selection", *names).permutation(len(items))]


def _until(group: Sequence[Sequence[Utterance]], words: int) -> list[Utterance]:
    """Utterances of every speaker in turn until they have so many words."""
    taken: list[Utterance] = []
    for turn in range(max(map(len, group))):
        for u in (speaker[turn] for speaker in group if turn < len(speaker)):
            if sum(map(_words, taken)) >= words:
                return taken
            taken.append(u)
    return taken


def _words(utterance: Utterance) -> int:
    return len(utterance.text.split())
