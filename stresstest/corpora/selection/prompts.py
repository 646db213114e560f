# SPDX-License-Identifier: Apache-2.0
"""Texts that several speakers read: naming them, and taking those alone that every group has read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError
from stresstest.seeds import rng_for

Readings = dict[str, dict[str, list[Utterance]]]
"""Prompt → group → readings, in the order in which speakers are preferred."""


def with_prompts(utterances: Sequence[Utterance]) -> list[Utterance]:
    """The utterances, each with a prompt: its text, and the how-manieth time, by id, that its speaker reads it."""
    times: Counter[tuple[str, str, str]] = Counter()
    prompts = {}
    for u in sorted(utterances, key=lambda u: u.id):
        text = " ".join(u.text.casefold().split())
        prompts[u.id] = u.prompt or f"{text}#{times[u.accent, u.speaker, text]}"
        times[u.accent, u.speaker, text] += 1
    return [replace(u, prompt=prompts[u.id]) for u in utterances]


def matched_prompts(
    groups: Mapping[str, Mapping[str, Sequence[Utterance]]], cap: int | None, seed: int
) -> dict[str, list[Utterance]]:
    """Of each prompt as many readings in every group as the group has with the fewest; none where a group has none.

    Readers who have been taken least come first, and none is taken more than `cap` times; prompts come in a seeded
    order. Raises CorpusError where no prompt is read in every group.
    """
    shared = _shared(groups)
    if not shared:
        raise CorpusError(
            f"corpus.balance=prompts: no text is read in every group ({', '.join(groups)}). Give groups that share "
            "texts (corpus.groups), or balance speakers or words."
        )
    taken: Counter[tuple[str, str]] = Counter()
    chosen: dict[str, list[Utterance]] = {name: [] for name in groups}
    for prompt in sorted(shared, key=lambda p: (rng_for(seed, "selection", "prompts", p).random(), p)):
        able = {name: _able(name, readings, taken, cap) for name, readings in shared[prompt].items()}
        number = min(map(len, able.values()))
        for name, readings in able.items():
            chosen[name] += readings[:number]
            taken.update((name, u.speaker) for u in readings[:number])
    return chosen


def shared_prompts(utterances: Iterable[Utterance]) -> tuple[int, dict[str, int]]:
    """How many prompts every group has read, and how many each group has read at all."""
    own: dict[str, set[str]] = {}
    for u in with_prompts(list(utterances)):
        own.setdefault(u.accent, set()).add(u.prompt)
    shared = set.intersection(*own.values()) if own else set()
    return len(shared), {name: len(prompts) for name, prompts in own.items()}


def _shared(groups: Mapping[str, Mapping[str, Sequence[Utterance]]]) -> Readings:
    readings: Readings = {}
    for name, speakers in groups.items():
        for u in (u for some in speakers.values() for u in some):
            readings.setdefault(u.prompt, {}).setdefault(name, []).append(u)
    return {prompt: own for prompt, own in readings.items() if len(own) == len(groups)}


def _able(
    name: str, readings: Sequence[Utterance], taken: Mapping[tuple[str, str], int], cap: int | None
) -> list[Utterance]:
    """The readings of speakers below the cap, of those who were taken least first."""
    free = [u for u in readings if cap is None or taken.get((name, u.speaker), 0) < cap]
    return sorted(free, key=lambda u: taken.get((name, u.speaker), 0))
