# SPDX-License-Identifier: Apache-2.0
"""The mildest step of a search at which the gap, or a WER, exceeds the tolerance.

`breaking_point` of disparity.json, null where the study searches for none, has

    recognizer, axis, measure, group, tolerance
    sure                          what exceeds the tolerance: the lower bound, not the value
    steps, looked                 how many steps there are, clean among them, and how many were looked at
    decodes, decodes_of_every_step   of the looks, and of all steps; those of withheld groups apart
    first, last                   the mildest step after clean, and the severest
    lasts                         over how many more steps the tolerance stays exceeded where it breaks
    level, look_level             of all bounds together, and of each
    looks                         mildest first: `condition`, `snr_db`, `value` with `low` and `high`, and `outcome`:
                                  `exceeds`, `holds` or `undecided` by the bounds
    holds, breaks                 conditions: the first step that exceeds the tolerance and, as far as was looked, still
                                  does over `lasts` more, and the last look before it; with `holds_db` and `breaks_db`
                                  their SNRs; null where there is none
    settled                       whether the two lie next to each other and what lasts was looked at, or no step breaks
    near                          milder steps, not looked at, whose value may come near the tolerance
    surely_breaks, surely_breaks_db   the mildest look whose lower bound is above the tolerance
    surely_holds, surely_holds_db     the severest look that keeps the tolerance by its upper bound, as all milder do

Which steps are looked at hangs on what earlier looks show. Every bound is therefore at 1 - 0.05 / (number of steps): by
Bonferroni over all steps, fixed before the first look, the bounds hold together whichever steps are looked at and
whenever the search stops (the error is spent in equal parts).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from stresstest.conditions import Condition
from stresstest.disparity.grouping import grouped
from stresstest.disparity.groups import Entry
from stresstest.disparity.tally import Tally
from stresstest.errors import ConfigError
from stresstest.results import Results
from stresstest.search import Search
from stresstest.seeds import rng_for
from stresstest.statistics import MIN_SPEAKERS, SpeakerCounts, describe_gap, rates, variances
from stresstest.statistics.bisection import Question, Seen, bracket, doubts, needed
from stresstest.statistics.gaps import simultaneous_intervals
from stresstest.statistics.intervals import LEVEL
from stresstest.study import Study

DRAWS = 20_000
"""Draws behind the bound of a gap: its level is far out."""


@dataclass(frozen=True, slots=True)
class Look:
    """Value, lower and upper bound (None where a group has fewer than 5 speakers), and the rates of the groups."""

    value: float
    low: float | None = None
    high: float | None = None
    rates: tuple[float, ...] = ()

    def seen(self, asked: Search) -> Seen:
        """What decides where to look next: the value, or its lower bound."""
        sure = math.nan if self.low is None else self.low
        return Seen(self.rates, sure if asked.sure else self.value)


def breaking_point_entry(tallies: Mapping[str, Tally], study: Study) -> Entry | None:
    """The entry of the file; None without a search or without results."""
    if study.search is None or not tallies:
        return None
    (recognizer, tally), *_ = tallies.items()
    asked, question = study.search, study.search.question(study.tolerance.max_gap)
    steps = [n for n, label in enumerate(asked.steps) if label in tally.labels]
    found = {n: look(tally, asked.steps[n], asked, study.seed) for n in steps}
    return {
        "recognizer": recognizer,
        "axis": asked.axis,
        "measure": asked.measure,
        "group": asked.group,
        "tolerance": question.limit,
        "sure": asked.sure,
        "steps": len(asked.steps),
        "first": asked.steps[1],
        "last": asked.steps[-1],
        "looked": len(steps),
        "decodes": len(steps) * tally.cube.accents.size,
        "decodes_of_every_step": len(asked.steps) * tally.cube.accents.size,
        "lasts": asked.lasts,
        "level": LEVEL,
        "look_level": look_level(asked),
        "looks": [_look_entry(asked.steps[n], found[n], question.limit) for n in steps],
        **_answer({n: each.seen(asked) for n, each in found.items()}, asked, question),
        **_step("surely_breaks", asked, next((n for n in steps if (found[n].low or 0.0) > question.limit), None)),
        **_step("surely_holds", asked, _last_sure(found, question.limit)),
    }


def measure(results: Results, study: Study, label: str) -> Seen:
    """What a search measures in one condition, between the groups for which the study asks.

    Raises ConfigError where the search is about a group that is withheld.
    """
    assert study.search is not None
    (recognizer,) = study.recognizers
    here, withheld = grouped(results.where(condition=label), study)
    if study.search.group in [entry["group"] for entry in withheld]:
        raise ConfigError(
            f"search.group: {study.search.group!r} has fewer than {study.smallest_group} speakers and is withheld "
            "(study.min_cell_speakers); name another group."
        )
    tally = Tally(here.cube(recognizer), (label,))
    return look(tally, label, study.search, study.seed).seen(study.search)


def look(tally: Tally, label: str, asked: Search, seed: int) -> Look:
    """What a search measures in one condition, with its bounds at `look_level`; NaN where nothing can be said."""
    table = tally.table.columns([tally.labels.index(label)])
    sizes = dict(zip(table.names, table.sizes()[:, 0].tolist(), strict=True))
    if asked.measure == "gap":
        return _gap(table, sizes, look_level(asked), rng_for(seed, "disparity", "breaking_point", label))
    return _worst_rate(table, sizes, asked.group, look_level(asked))


def look_level(asked: Search) -> float:
    """The level of the bounds of one look: 0.05 is shared equally by all steps, looked at or not."""
    return 1 - (1 - LEVEL) / len(asked.steps)


def _answer(seen: Mapping[int, Seen], asked: Search, question: Question) -> Entry:
    holds, breaks = bracket(seen, question)
    return {
        **_step("holds", asked, holds),
        **_step("breaks", asked, breaks),
        "settled": needed(seen, question) is None,
        "near": [asked.steps[n] for n in doubts(seen, question)],
    }


def _gap(table: SpeakerCounts, sizes: Mapping[str, int], level: float, rng: np.random.Generator) -> Look:
    """Between the groups with enough speakers; between all, without bounds, where fewer than two have."""
    enough = [n for n, s in sizes.items() if s >= MIN_SPEAKERS]
    compared = enough if len(enough) > 1 else [n for n, s in sizes.items() if s > 0]
    if len(compared) < 2:
        return Look(math.nan, rates=(math.nan,) * len(sizes))
    gap = describe_gap(table.keep(compared), 0)
    known = dict(zip(gap.groups, gap.rates, strict=True))
    each = tuple(known.get(name, math.nan) for name in sizes)
    if len(enough) < 2:
        return Look(gap.difference, rates=each)
    interval = simultaneous_intervals([gap], rng, DRAWS, level)[0]
    return Look(gap.difference, interval.low, interval.high, each)


def _worst_rate(table: SpeakerCounts, sizes: Mapping[str, int], group: str | None, level: float) -> Look:
    """The highest WER among groups, bounds by the linearized variance, Student's t and Bonferroni over the groups."""
    names = [n for n, s in sizes.items() if s > 0 and group in (None, n)]
    looks = {name: _rate(table.of(name), 1 - (1 - level) / len(names)) for name in names}
    lows = [each.low for each in looks.values() if each.low is not None]
    highs = [each.high for each in looks.values() if each.high is not None]
    known = bool(looks) and len(lows) == len(looks)
    return Look(
        max((each.value for each in looks.values()), default=math.nan),
        max(lows) if known else None,
        max(highs) if known else None,
        tuple(looks[name].value if name in looks else math.nan for name in sizes),
    )


def _rate(table: SpeakerCounts, level: float) -> Look:
    value = float(rates(table.errors.sum(axis=0), table.words.sum(axis=0))[0])
    speakers = int(table.sizes()[0, 0])
    if speakers < MIN_SPEAKERS:
        return Look(value)
    reach = float(stdtrit(speakers - 1, (1 + level) / 2)) * math.sqrt(variances(table.errors, table.words)[0])
    return Look(value, max(0.0, value - reach), value + reach)


def _look_entry(label: str, found: Look, limit: float) -> Entry:
    low, high = found.low, found.high
    sure = "exceeds" if low is not None and low > limit else "holds" if high is not None and high <= limit else None
    named = {"condition": label, "snr_db": Condition.parse(label).snr_db}
    return {**named, "value": found.value, "low": low, "high": high, "outcome": sure or "undecided"}


def _step(key: str, asked: Search, step: int | None) -> dict[str, Any]:
    label = None if step is None else asked.steps[step]
    return {key: label, f"{key}_db": Condition.parse(label).snr_db if label else None}


def _last_sure(found: Mapping[int, Look], limit: float) -> int | None:
    last = None
    for step, each in found.items():
        if each.high is None or each.high > limit:
            break
        last = step
    return last
