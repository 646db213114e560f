# SPDX-License-Identifier: Apache-2.0
"""What a selection has done, in sentences, for the plan, the description of a corpus and the provenance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from stresstest.corpora.base import Selection, Utterance
from stresstest.corpora.selection.choice import candidates
from stresstest.corpora.selection.labels import LabelMap

BALANCED = {
    "speakers": "as many speakers in every group",
    "words": "about as many words in every group",
    "prompts": "only texts that every group has read, each equally often in every group",
}


def told(utterances: Sequence[Utterance], selection: Selection, chosen: Sequence[Utterance]) -> list[str]:
    """One sentence for each step that was asked for, with its numbers; empty where everything is used.

    utterances: the corpus; chosen: what `select` made of it.
    """
    if len(chosen) == len(utterances) and selection.labels is None:
        return []
    return [*_labels(utterances, selection), *_narrowed(utterances, selection, chosen), _used(utterances, chosen)]


def _labels(utterances: Sequence[Utterance], selection: Selection) -> Iterator[str]:
    if selection.labels is None:
        return
    found, number = LabelMap.of(selection.labels), Counter(u.accent for u in utterances)
    joined: dict[str, list[str]] = {}
    for label, accent in found.accents.items():
        if number[label]:
            joined.setdefault(accent, []).append(label)
    yield "Accents from labels: " + "; ".join(f"{a} from {', '.join(ls)}" for a, ls in sorted(joined.items())) + "."
    reasons: Counter[str] = Counter()
    for label, reason in found.drop.items():
        reasons[reason] += number[label]
    if +reasons:
        dropped = "; ".join(f"{n} ({why})" for why, n in sorted((+reasons).items()))
        yield f"Utterances whose label is dropped: {dropped}."


def _narrowed(utterances: Sequence[Utterance], selection: Selection, chosen: Sequence[Utterance]) -> Iterator[str]:
    found = candidates(utterances, selection)
    if selection.partition:
        yield (
            f"Partition {selection.partition}: {_speakers(found)} of {_speakers(utterances)} speakers; the others are "
            "in no study of this partition."
        )
    if selection.groups:
        found = [u for u in found if u.accent in selection.groups]
    kept = {u.accent for u in chosen}
    few = Counter(accent for accent, _ in {(u.accent, u.speaker) for u in found} if accent not in kept)
    if few:
        small = ", ".join(f"{name} ({number})" for name, number in sorted(few.items()))
        yield f"Groups of fewer than {selection.min_speakers} speakers, left out: {small}."
    if selection.max_speakers:
        yield f"At most {_count(selection.max_speakers, 'speaker')} of a group."
    if selection.max_utterances_per_speaker:
        yield f"At most {_count(selection.max_utterances_per_speaker, 'utterance')} of a speaker."
    if selection.balance:
        yield f"Balanced by {selection.balance}: {BALANCED[selection.balance]}."
    if selection.stratify:
        same = "the same in every group" if selection.balance == "speakers" else "evenly as far as they go"
        yield f"Speakers by {', '.join(selection.stratify)}: {same}."


def _used(utterances: Sequence[Utterance], chosen: Sequence[Utterance]) -> str:
    return (
        f"Used: {len(chosen)} of {len(utterances)} utterances, {_speakers(chosen)} of {_speakers(utterances)} speakers."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _speakers(utterances: Sequence[Utterance]) -> int:
    return len({u.speaker for u in utterances})
