# SPDX-License-Identifier: Apache-2.0
"""How a group's words go wrong: kinds of error, transcripts that are empty or invented, and speakers one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.disparity.groups import bounds
from stresstest.disparity.tally import Tally
from stresstest.disparity.word_f1 import f1_limits
from stresstest.seeds import rng_for
from stresstest.statistics import Interval, SpeakerCounts, rate_intervals
from stresstest.statistics.shares import share_intervals, speaker_mean_intervals
from stresstest.statistics.threads import in_order

Entry = dict[str, Any]
FloatArray = NDArray[np.float64]

DRAWS = 2_000
"""Bootstrap replicates behind the interval of a kind of error: there are three of them where there is one WER."""


def fill(groups: Mapping[str, Sequence[Entry]], tally: Tally, seed: int, replicates: int) -> None:
    """Widen each group's entries, one a condition, by how its words go wrong and by the bounds of its F1."""
    bounded = f1_limits(tally)
    made = in_order(
        lambda name: mistakes(tally, name, rng_for(seed, "disparity", "bootstrap", name), min(replicates, DRAWS)),
        groups,
    )
    for (name, entries), found in zip(groups.items(), made, strict=True):
        for entry, how, (low, high) in zip(entries, found, bounded[name], strict=True):
            entry |= {**how, "f1_low": low, "f1_high": high}


def mistakes(tally: Tally, group: str, rng: np.random.Generator, replicates: int) -> list[Entry]:
    """One entry for each condition of the tally, to stand beside the pooled counts of a group.

    Rates are fractions of the words of the reference; those of the kinds of error have intervals by the rule of the
    WER's (`substitution_low`, `substitution_high` …). An utterance is hallucinated when its errors outnumber its words,
    and empty when it has words and its transcript none; failed decodes are neither. Silence: utterances without a
    word in the reference, and the words that were recognized there.
    """
    table = tally.table.of(group)
    mean, intervals = speaker_mean_intervals(table)
    items = _Items(tally, group)
    kinds = items.intervals(rng, replicates)
    hallucinated, empty = items.share(items.errors > items.words), items.share(items.recognized == 0)
    return [
        {
            **items.kinds(c),
            **{f"{kind}_{end}": value for kind, found in kinds.items() for end, value in bounds(found[c]).items()},
            "speaker_mean": {"wer": mean[c], **bounds(intervals[c])},
            "speaker_median": _median(table.errors[:, c], table.words[:, c]),
            "utterance_median": _median(items.errors[c], items.words[c]),
            "hallucinated": hallucinated[c],
            "empty": empty[c],
            "silence": items.silence(c),
        }
        for c in range(len(tally.labels))
    ]


class _Items:
    """The scored decodes of a group, (conditions, items); a decode that failed or is missing has no words at all."""

    def __init__(self, tally: Tally, group: str) -> None:
        self.tally, self.group, self.members = tally, group, tally.members(group)
        rows = [tally.row(label) for label in tally.labels]
        counts = tally.cube.counts[rows][:, self.members].astype(np.float64)
        self.hits, self.substitutions, self.deletions, self.insertions = np.moveaxis(counts, -1, 0)
        self.words = self.hits + self.substitutions + self.deletions
        self.errors = self.substitutions + self.deletions + self.insertions
        self.recognized = self.hits + self.substitutions + self.insertions
        self.silent = tally.cube.ok[rows][:, self.members] & (self.words == 0)

    def kinds(self, c: int) -> Entry:
        """Each kind of error by itself, and the WER when no utterance counts for more than its words."""
        words = float(self.words[c].sum())
        kinds = {
            "substitution_rate": self.substitutions[c],
            "deletion_rate": self.deletions[c],
            "insertion_rate": self.insertions[c],
            "wer_capped": np.minimum(self.errors[c], self.words[c]),
        }
        return {name: float(values.sum()) / words if words else float("nan") for name, values in kinds.items()}

    def intervals(self, rng: np.random.Generator, replicates: int) -> dict[str, list[Interval | None]]:
        """Kind of error → the interval of its rate in each condition; one draw of speakers serves all of them."""
        kinds = {"substitution": self.substitutions, "deletion": self.deletions, "insertion": self.insertions}
        events = np.concatenate([self.tally.by_speaker(values, self.members) for values in kinds.values()], axis=1)
        words = np.tile(self.tally.by_speaker(self.words, self.members), len(kinds))
        found = rate_intervals(SpeakerCounts(*self.tally.people, events, words).of(self.group), rng, replicates)
        width = len(self.tally.labels)
        return {kind: found[k * width : (k + 1) * width] for k, kind in enumerate(kinds)}

    def silence(self, c: int) -> Entry:
        """Utterances without a word in the reference, and words recognized in them."""
        return {"utterances": int(self.silent[c].sum()), "words": int(self.insertions[c][self.silent[c]].sum())}

    def share(self, events: NDArray[np.bool_]) -> list[Entry]:
        """The share of utterances with words of which an event is true, for each condition, over speakers."""
        spoken = self.words > 0
        summed = (self.tally.by_speaker(v.astype(np.float64), self.members) for v in (events & spoken, spoken))
        counts = SpeakerCounts(*self.tally.people, *summed).of(self.group)
        number, trials = counts.errors.sum(axis=0), counts.words.sum(axis=0)
        return [
            {"utterances": int(n), "rate": n / m if m else float("nan"), **bounds(interval)}
            for n, m, interval in zip(number.tolist(), trials.tolist(), share_intervals(counts), strict=True)
        ]


def _median(errors: FloatArray, words: FloatArray) -> float:
    return float(np.median(errors[words > 0] / words[words > 0])) if (words > 0).any() else float("nan")
