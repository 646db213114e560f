# SPDX-License-Identifier: Apache-2.0
"""Each group beside the declared reference group, the rest, and the weighted mean; and the spread between groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.disparity.groups import bounds
from stresstest.disparity.tally import Tally
from stresstest.seeds import rng_for
from stresstest.statistics import Gap
from stresstest.statistics.beside import Beside, beside, mean_weights, one_weights, rest_weights
from stresstest.statistics.gaps import chance
from stresstest.statistics.spread import spreads
from stresstest.study import Study

Entry = dict[str, Any]
Drawn = tuple[NDArray[np.float64], NDArray[np.float64]]


def fill(cells: Sequence[Entry], gaps: Sequence[Gap | None], tally: Tally, study: Study) -> None:
    """Fill in `beside` of each cell, and `spread` of its gap."""
    known = [(cell, gap) for cell, gap in zip(cells, gaps, strict=True) if gap is not None]
    for (cell, _), spread in zip(known, spreads([gap for _, gap in known]), strict=True):
        ends = bounds(spread.interval)
        cell["gap"]["spread"] = {"seen": spread.seen, "corrected": spread.corrected, **ends}
    for cell, entry in zip(cells, beside_entries(gaps, tally, study), strict=True):
        cell["beside"] = entry


def beside_entries(gaps: Sequence[Gap | None], tally: Tally, study: Study) -> list[Entry | None]:
    """One entry for each condition, over the groups of its gap; None where there is no gap.

    `reference` is None where the study declares none or where it takes no part in the gap; `mean` where the study's
    population leaves a group out. The mean is weighted by the population, else by words; the rest by words.
    """
    drawn = {
        gap.speakers: chance(gap.speakers, rng_for(study.seed, "disparity", "beside"))
        for gap in gaps
        if gap is not None and gap.interval is not None
    }
    words = tally.table.totals()[1]
    codes = {name: code for code, name in enumerate(tally.names)}
    return [
        _entry(gap, words[[codes[name] for name in gap.groups], c], drawn.get(gap.speakers), study) if gap else None
        for c, gap in enumerate(gaps)
    ]


def _entry(gap: Gap, words: NDArray[np.float64], drawn: Drawn | None, study: Study) -> Entry:
    def table(weights: NDArray[np.float64]) -> dict[str, Entry]:
        found = beside(gap, words, weights, drawn)
        return {name: _numbers(one) for name, one in zip(gap.groups, found, strict=True) if one is not None}

    shares = _shares(gap.groups, words, study.population)
    return {
        "reference": {"group": study.reference, "groups": table(one_weights(gap.groups, study.reference))}
        if study.reference in gap.groups and study.reference is not None
        else None,
        "rest": {"groups": table(rest_weights(words))},
        "mean": {
            "weights": dict(zip(gap.groups, shares.tolist(), strict=True)),
            "wer": float(shares @ np.array(gap.rates)),
            "groups": table(mean_weights(shares)),
        }
        if shares is not None
        else None,
    }


def _shares(
    groups: Sequence[str], words: NDArray[np.float64], population: Mapping[str, float] | None
) -> NDArray[np.float64] | None:
    if population is not None and set(groups) - set(population):
        return None
    given = words if population is None else np.array([population[name] for name in groups], np.float64)
    shares: NDArray[np.float64] = given / given.sum()
    return shares


def _numbers(one: Beside) -> Entry:
    return {"difference": one.difference, "ratio": one.ratio, **bounds(one.interval)}


def beside_warnings(tallies: Iterable[Tally], study: Study) -> Iterator[str]:
    """What the study declares and the results cannot follow."""
    for tally in tallies:
        yield from not_followed(tally.names, study)


def not_followed(names: Sequence[str], study: Study) -> Iterator[str]:
    """Where the reference or the population does not fit the groups of the results: they are then left aside."""
    if study.reference is not None and study.reference not in names:
        yield f"The reference group {study.reference} is none of the groups of these results: {_list(names)}."
    lacking = [name for name in names if study.population is not None and name not in study.population]
    if lacking:
        yield f"study.population gives no share for {_list(lacking)}: there is no weighted mean over the groups."


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
