# SPDX-License-Identifier: Apache-2.0
"""What is said of one group, or of everybody, under one condition with two systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stresstest.disparity.counterparts import Counterparts
from stresstest.disparity.groups import bounds
from stresstest.errors import ConfigError
from stresstest.seeds import rng_for
from stresstest.statistics import MIN_SPEAKERS, Change, PairedCounts, change, difference_in_differences
from stresstest.statistics.gap_changes import gap_change
from stresstest.statistics.paired_systems import Equivalence, equivalence, flip_test, probability_of_improvement

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """How two systems are compared.

    margin: differences in WER below it do not matter, a fraction declared beforehand; None: equivalence is not
    judged.
    """

    seed: int
    margin: float | None = None
    replicates: int = 10_000

    def __post_init__(self) -> None:
        if self.margin is not None and not 0 < self.margin < 1:
            raise ConfigError(f"The margin is a fraction of WER between 0 and 1, as 0.02; got {self.margin!r}.")

    def rng(self, part: str, group: str | None = None) -> np.random.Generator:
        """The chance of one part of the comparison, the same under every condition."""
        return rng_for(self.seed, "compare", part, group or "")


def row_entry(counterparts: Counterparts, group: str | None, frame: Frame) -> Entry:
    own, tally = counterparts.paired(group), counterparts.tally(group)
    found, flips = change(own), flip_test(own, frame.rng("flips", group), frame.replicates)
    margin = frame.margin
    return {
        "speakers": own.speakers,
        **tally,
        "difference": _change(found),
        "flips": {
            "p_value": flips.p_value if flips else None,
            "p_adjusted": None,
            "patterns": flips.patterns if flips else None,
            "exact": flips.exact if flips else None,
        },
        "improvement": probability_of_improvement(own, frame.rng("improvement", group), frame.replicates),
        "matched_pairs": counterparts.matched(group),
        "equivalence": _equivalence(equivalence(own, margin), tally) if margin is not None else None,
        "outcome": _outcome(found),
    }


def _change(found: Change | None) -> Entry:
    value, interval, p = (found.value, found.interval, found.p_value) if found else (None, None, None)
    return {"value": value, **bounds(interval), "p_value": p}


def _outcome(found: Change | None) -> str:
    if found is None or found.interval is None:
        return "described"
    return "worse" if found.interval.low > 0 else "better" if found.interval.high < 0 else "unclear"


def _equivalence(same: Equivalence | None, tally: Mapping[str, Any]) -> Entry:
    """`shown` only where decodes that are left out could not undo it: each of their words can differ by one error."""
    if same is None:
        return {"low": None, "high": None, "p_value": None, "shown": False, "reason": "too few speakers"}
    hidden = tally["left_out_words"] / (tally["words"] + tally["left_out_words"])
    widest = max(abs(same.interval.low), abs(same.interval.high)) * (1 - hidden) + hidden
    shown = same.shown and widest <= same.margin
    reason = "decodes that are left out could hide a difference" if same.shown and not shown else None
    return {**bounds(same.interval), "p_value": same.p_value, "shown": shown, "reason": reason}


def against_rest(counterparts: Counterparts, name: str) -> Entry:
    group, rest = counterparts.paired(name), counterparts.paired(name, others=True)
    return _change(difference_in_differences(group, rest) if rest.speakers else None)


def gap_entry(pairs: Sequence[PairedCounts], frame: Frame) -> Entry | None:
    if len(pairs) < 2:
        return None
    enough = [p for p in pairs if p.speakers >= MIN_SPEAKERS]
    found = gap_change(enough if len(enough) >= 2 else pairs, frame.rng("gap"), frame.replicates)
    return {"a": found.first, "b": found.second, "difference": found.difference, **bounds(found.interval)}
