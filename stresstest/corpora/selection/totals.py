# SPDX-License-Identifier: Apache-2.0
"""What the utterances of a selection add up to, and what their files can hold."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable

from stresstest.audio import files
from stresstest.corpora.base import Utterance
from stresstest.errors import AudioError


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
        row["words"] += len(u.text.split())
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


def _seconds(utterance: Utterance) -> float:
    length = files.probe(utterance.audio).seconds
    return min(length, length if utterance.end is None else utterance.end) - (utterance.start or 0.0)
