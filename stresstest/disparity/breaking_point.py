# SPDX-License-Identifier: Apache-2.0
"""The mildest step of a search at which the gap, or a WER, exceeds the tolerance.

`breaking_point` of disparity.json, null where the study searches for none, has

    recognizer, axis, measure, group, tolerance
    steps, looked                 how many steps there are, clean among them, and how many were looked at
    level, look_level             of all bounds together, and of each
    looks                         mildest first: `condition`, `snr_db`, `value` with `low` and `high`, and `outcome`:
                                  `exceeds`, `holds` or `undecided` by the bounds
    holds, breaks                 conditions: the last step whose value is within the tolerance, the first whose value
                                  is not; with `holds_db` and `breaks_db` their SNRs; null where there is none
    settled                       whether the two lie next to each other, or no step breaks
    surely_breaks, surely_breaks_db   the mildest look whose lower bound is above the tolerance
    surely_holds, surely_holds_db     the severest look that keeps the tolerance by its upper bound, as all milder do

Which steps are looked at hangs on what earlier looks show. Every bound is therefore at 1 - 0.05 / (number of steps): by
Bonferroni over all steps, fixed before the first look, the bounds hold together whichever steps are looked at and
whenever the search stops (the error is spent in equal parts).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
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
from stresstest.statistics.bisection import bracket
from stresstest.statistics.gaps import simultaneous_intervals
from stresstest.statistics.intervals import LEVEL
from stresstest.study import Study

DRAWS = 20_000
"""Draws behind the bound of a gap: its level is far out."""

Look = tuple[float, float | None, float | None]
"""Value, lower and upper bound; no bounds where a group has fewer than 5 speakers."""


def breaking_point_entry(tallies: Mapping[str, Tally], study: Study) -> Entry | None:
    """The entry of the file; None without a search or without results."""
    if study.search is None or not tallies:
        return None
    (recognizer, tally), *_ = tallies.items()
    asked = study.search
    limit, level = asked.limit(study.tolerance.max_gap), look_level(asked)
    steps = [n for n, label in enumerate(asked.steps) if label in tally.labels]
    found = {n: look(tally, asked.steps[n], asked, study.seed) for n in steps}
    holds, breaks = bracket({n: value > limit for n, (value, _, _) in found.items()}, len(asked.steps), asked.stride)
    surely_breaks = next((n for n in steps if (found[n][1] or 0.0) > limit), None)
    return {
        "recognizer": recognizer,
        "axis": asked.axis,
        "measure": asked.measure,
        "group": asked.group,
        "tolerance": limit,
        "steps": len(asked.steps),
        "looked": len(steps),
        "level": LEVEL,
        "look_level": level,
        "looks": [_look_entry(asked.steps[n], found[n], limit) for n in steps],
        **_step("holds", asked, holds),
        **_step("breaks", asked, breaks),
        "settled": breaks == 0 or holds == len(asked.steps) - 1 or _adjacent(holds, breaks),
        **_step("surely_breaks", asked, surely_breaks),
        **_step("surely_holds", asked, _last_sure(found, limit)),
    }


def exceeds(results: Results, study: Study, label: str) -> bool:
    """Whether what a search measures is above its tolerance in one condition; not where nothing can be said.

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
    return look(tally, label, study.search, study.seed)[0] > study.search.limit(study.tolerance.max_gap)


def look(tally: Tally, label: str, asked: Search, seed: int) -> Look:
    """What a search measures in one condition, with its bounds at `look_level`; NaN where nothing can be said."""
    table = tally.table.columns([tally.labels.index(label)])
    sizes = dict(zip(table.names, table.sizes()[:, 0].tolist(), strict=True))
    if asked.measure == "gap":
        return _gap(table, sizes, look_level(asked), rng_for(seed, "disparity", "breaking_point", label))
    names = [n for n, s in sizes.items() if s > 0 and asked.group in (None, n)]
    return _worst_rate(table, names, look_level(asked))


def look_level(asked: Search) -> float:
    """The level of the bounds of one look: 0.05 is shared equally by all steps, looked at or not."""
    return 1 - (1 - LEVEL) / len(asked.steps)


def _gap(table: SpeakerCounts, sizes: Mapping[str, int], level: float, rng: np.random.Generator) -> Look:
    """Between the groups with enough speakers; between all, without bounds, where fewer than two have."""
    enough = [n for n, s in sizes.items() if s >= MIN_SPEAKERS]
    heard = [n for n, s in sizes.items() if s > 0]
    if len(heard) < 2:
        return math.nan, None, None
    if len(enough) < 2:
        return describe_gap(table.keep(heard), 0).difference, None, None
    gap = describe_gap(table.keep(enough), 0)
    interval = simultaneous_intervals([gap], rng, DRAWS, level)[0]
    return gap.difference, interval.low, interval.high


def _worst_rate(table: SpeakerCounts, names: list[str], level: float) -> Look:
    """The highest WER among groups, bounds by the linearized variance, Student's t and Bonferroni over the groups."""
    looks = [_rate(table.of(name), 1 - (1 - level) / len(names)) for name in names]
    lows, highs = [low for _, low, _ in looks if low is not None], [high for _, _, high in looks if high is not None]
    known = bool(looks) and len(lows) == len(looks)
    return max((v for v, _, _ in looks), default=math.nan), max(lows) if known else None, max(highs) if known else None


def _rate(table: SpeakerCounts, level: float) -> Look:
    value = float(rates(table.errors.sum(axis=0), table.words.sum(axis=0))[0])
    speakers = int(table.sizes()[0, 0])
    if speakers < MIN_SPEAKERS:
        return value, None, None
    reach = float(stdtrit(speakers - 1, (1 + level) / 2)) * math.sqrt(variances(table.errors, table.words)[0])
    return value, max(0.0, value - reach), value + reach


def _look_entry(label: str, found: Look, limit: float) -> Entry:
    value, low, high = found
    sure = "exceeds" if low is not None and low > limit else "holds" if high is not None and high <= limit else None
    named = {"condition": label, "snr_db": Condition.parse(label).snr_db}
    return {**named, "value": value, "low": low, "high": high, "outcome": sure or "undecided"}


def _step(key: str, asked: Search, step: int | None) -> dict[str, Any]:
    label = None if step is None else asked.steps[step]
    return {key: label, f"{key}_db": Condition.parse(label).snr_db if label else None}


def _adjacent(holds: int | None, breaks: int | None) -> bool:
    return holds is not None and breaks is not None and breaks - holds == 1


def _last_sure(found: Mapping[int, Look], limit: float) -> int | None:
    last = None
    for step, (_, _, high) in found.items():
        if high is None or high > limit:
            break
        last = step
    return last
