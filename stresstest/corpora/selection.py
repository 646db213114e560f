# SPDX-License-Identifier: Apache-2.0
"""Which utterances of a corpus a study uses, and what they add up to."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from stresstest.audio import files
from stresstest.corpora.base import Selection, Utterance
from stresstest.errors import AudioError, CorpusError, allowed
from stresstest.seeds import rng_for

T = TypeVar("T")

BALANCES = ("speakers", "words")

Group = list[list[Utterance]]
"""The utterances of one accent, a list a speaker; speakers and utterances in the seeded order of preference."""


def select(utterances: Sequence[Utterance], selection: Selection) -> list[Utterance]:
    """The chosen utterances, ordered by group (as `groups` gives them, else by name), speaker and id.

    The steps: `groups`; at most `max_utterances_per_speaker`, a seeded choice that grows when the cap is raised;
    `min_speakers`; `balance`, which takes as many speakers as the smallest group has, or utterances of all speakers
    in turn until a group has as many words as the smallest. Speakers are told apart by accent and name. Raises
    CorpusError for a value that is not allowed, an unknown group, a duplicate id, and when nothing is left.
    """
    _check(utterances, selection)
    utterances = with_prompts(utterances)
    names = selection.groups or sorted({u.accent for u in utterances})
    groups = {name: _group(utterances, name, selection) for name in dict.fromkeys(names)}
    kept = {name: group for name, group in groups.items() if len(group) >= selection.min_speakers}
    if not kept:
        counts = ", ".join(f"{name} {len(group)}" for name, group in groups.items()) or "none"
        raise CorpusError(
            f"The selection leaves nothing: min_speakers={selection.min_speakers}, but the speakers of each group are "
            f"{counts}. Lower corpus.min_speakers or choose other groups."
        )
    if selection.balance == "speakers":
        least = min(map(len, kept.values()))
        kept = {name: group[:least] for name, group in kept.items()}
    chosen = {name: [u for speaker in group for u in speaker] for name, group in kept.items()}
    if selection.balance == "words":
        least = min(sum(map(_words, group)) for group in chosen.values())
        chosen = {name: _until(group, least) for name, group in kept.items()}
    return [u for group in chosen.values() for u in sorted(group, key=lambda u: (u.speaker, u.id))]


def with_prompts(utterances: Sequence[Utterance]) -> list[Utterance]:
    """The utterances, each with a prompt: its text, and the how-manieth time, by id, that its speaker reads it."""
    times: Counter[tuple[str, str, str]] = Counter()
    prompts = {}
    for u in sorted(utterances, key=lambda u: u.id):
        text = " ".join(u.text.casefold().split())
        prompts[u.id] = u.prompt or f"{text}#{times[u.accent, u.speaker, text]}"
        times[u.accent, u.speaker, text] += 1
    return [replace(u, prompt=prompts[u.id]) for u in utterances]


def describe(utterances: Iterable[Utterance]) -> dict[str, dict[str, float]]:
    """For each group, in order of appearance: `speakers`, `utterances`, `words` (split at white space), `minutes`.

    Minutes come from the headers of the files; `unreadable` is there, and counts utterances, where some have none.
    """
    table: dict[str, dict[str, float]] = {}
    speakers = set()
    for u in utterances:
        row = table.setdefault(u.accent, {"speakers": 0, "utterances": 0, "words": 0, "minutes": 0.0})
        row["speakers"] += (u.accent, u.speaker) not in speakers
        speakers.add((u.accent, u.speaker))
        row["utterances"] += 1
        row["words"] += _words(u)
        try:
            row["minutes"] += _seconds(u) / 60
        except AudioError:
            row["unreadable"] = row.get("unreadable", 0) + 1
    return table


def recording_limits(utterances: Iterable[Utterance], rate_hz: int) -> list[str]:
    """Sentences about the files behind utterances that are rendered at `rate_hz`: narrow bands, several channels.

    The rate and the channels come from the headers; files without a readable one are passed over.
    """
    of_accent: Counter[str] = Counter()
    narrow: Counter[str] = Counter()
    mixed: Counter[str] = Counter()
    for u in utterances:
        of_accent[u.accent] += 1
        with contextlib.suppress(AudioError):
            info = files.probe(u.audio)
            narrow[u.accent] += info.rate_hz < rate_hz
            mixed[u.accent] += info.channels > 1
    found = []
    if narrow.total():
        found.append(
            f"Recorded at less than the working rate of {rate_hz / 1000:g} kHz: {_shares(narrow, of_accent)}. Such "
            f"speech ends at half its own rate, while noise and SNR reach to {rate_hz / 2000:g} kHz: within the band "
            "of the speech the SNR is higher than its name says (render.rate_hz sets the working rate)."
        )
    if mixed.total():
        found.append(f"Recorded in several channels and mixed down to one: {_shares(mixed, of_accent)}.")
    return found


def _shares(some: Counter[str], of_accent: Counter[str]) -> str:
    return ", ".join(f"{accent} {some[accent]} of {total}" for accent, total in of_accent.items())


def fingerprint(utterances: Iterable[Utterance]) -> str:
    """SHA-256, in hexadecimal, over id, text, speaker, accent and segment of each utterance and the bytes of its file.

    The order of the utterances and the place of the files do not matter. Raises CorpusError for a file that is gone.
    """
    hashes: dict[Path, str] = {}
    records = []
    for u in utterances:
        if u.audio not in hashes:
            hashes[u.audio] = _file_hash(u)
        records.append(json.dumps([u.id, u.text, u.speaker, u.accent, u.start, u.end, hashes[u.audio]]))
    return hashlib.sha256("\n".join(sorted(records)).encode()).hexdigest()


def _check(utterances: Sequence[Utterance], selection: Selection) -> None:
    if selection.balance not in (None, *BALANCES):
        raise CorpusError(f"corpus.balance is {selection.balance!r}; {allowed(selection.balance, BALANCES)}, or null.")
    for key in ("min_speakers", "max_utterances_per_speaker"):
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
    accents = {u.accent for u in utterances}
    for name in selection.groups or ():
        if name not in accents:
            raise CorpusError(f"corpus.groups: there is no group {name!r}; {allowed(name, accents)}.")


def _group(utterances: Sequence[Utterance], accent: str, selection: Selection) -> Group:
    speakers: dict[str, list[Utterance]] = {}
    for u in utterances:
        if u.accent == accent:
            speakers.setdefault(u.speaker, []).append(u)
    names = _shuffled(sorted(speakers), selection.seed, "speakers", accent)
    cap = selection.max_utterances_per_speaker
    return [_preferred(speakers[name], selection.seed)[:cap] for name in names]


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


def _until(group: Group, words: int) -> list[Utterance]:
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


def _seconds(utterance: Utterance) -> float:
    length = files.probe(utterance.audio).seconds
    return min(length, length if utterance.end is None else utterance.end) - (utterance.start or 0.0)


def _file_hash(utterance: Utterance) -> str:
    try:
        return hashlib.sha256(utterance.audio.read_bytes()).hexdigest()
    except OSError as error:
        raise CorpusError(f"{utterance.audio}: the audio of {utterance.id!r} cannot be read ({error}).") from error
