# SPDX-License-Identifier: Apache-2.0
"""What only shows between utterances: one recording twice, one text twice, one speaker in two accents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stresstest.corpora.audit.remark import Remark
from stresstest.corpora.base import Utterance

SHOWN = 3
"""So many examples are shown where a remark is about many utterances."""


def twin_remarks(utterances: Sequence[Utterance], hashes: Mapping[Path, str]) -> Iterator[Remark]:
    """Remarks on several utterances at once; hashes: file → SHA-256 of its bytes."""
    yield from _same_ids(utterances)
    yield from _same_audio(utterances, hashes)
    yield from _same_texts(utterances)
    yield from _accents(utterances)


def _same_ids(utterances: Sequence[Utterance]) -> Iterator[Remark]:
    number = Counter(u.id for u in utterances)
    for u in utterances:
        if number[u.id] > 1:
            yield Remark(str(u.audio), u.id, "duplicate", f"{number[u.id]} utterances have this id. Ids are unique.")


def _same_audio(utterances: Sequence[Utterance], hashes: Mapping[Path, str]) -> Iterator[Remark]:
    heard: defaultdict[tuple[str, float, float | None], list[Utterance]] = defaultdict(list)
    for u in utterances:
        if u.audio in hashes:
            heard[hashes[u.audio], u.start or 0.0, u.end].append(u)
    for same in heard.values():
        for u in same[1:] if len({u.id for u in same}) > 1 else ():
            says = f"the audio is that of {same[0].id!r} ({same[0].audio}), byte for byte. Keep one of the two."
            yield Remark(str(u.audio), u.id, "duplicate", says)


def _same_texts(utterances: Sequence[Utterance]) -> Iterator[Remark]:
    times = Counter((u.speaker, " ".join(u.text.casefold().split())) for u in utterances)
    again = {pair: number for pair, number in times.items() if number > 1}
    if again:
        shown = "; ".join(f"{speaker!r} {number} times {text!r}" for (speaker, text), number in _first(again))
        says = f"{len(again)} texts are read more than once by one speaker ({shown}): takes, or copies?"
        yield Remark("", "", "repeated text", says, refused=False)


def _accents(utterances: Sequence[Utterance]) -> Iterator[Remark]:
    accents: dict[str, dict[str, None]] = {}
    for u in utterances:
        accents.setdefault(u.speaker, {})[u.accent] = None
    for speaker, own in accents.items():
        if len(own) > 1:
            says = f"speaker {speaker!r} has several accents ({', '.join(own)}) and counts as one speaker in each."
            yield Remark("", "", "two accents", says, refused=False)


def _first(again: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    return sorted(again.items())[:SHOWN]
