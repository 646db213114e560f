# SPDX-License-Identifier: Apache-2.0
"""A regression beside `log_did`: the same quantity by another method, other speaker traits held equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from stresstest.disparity.covariates import Covariates, covariates
from stresstest.disparity.groups import bounds
from stresstest.disparity.tally import Tally
from stresstest.results import Results
from stresstest.statistics.changes import PairedCounts, pooled
from stresstest.statistics.gee import METHOD, PoissonFit, available, poisson_gee

Entry = dict[str, Any]

MOST_WORK = 15_000
"""Speakers × fits; about five seconds. Beyond it every k-th condition of the grid is fitted."""
CLEAR = 0.05
ABSENT = "statsmodels is not installed: pip install 'stresstest[regression]'"
TOO_FEW = "no condition has two sides of 5 speakers and errors in both of its conditions"


def regression_entry(results: Results, tallies: Mapping[str, Tally], cells: list[Entry]) -> Entry:
    """The entry `regression`: for each `log_did` with an interval the coefficient group × condition that estimates it.

    cells: the file's, with `degradation` and `control`. `disagreements` lists every coefficient whose sign or
    significance at 5 % differs from that of `log_did`, or whose interval does not touch its interval. A sign counts
    where one of the two is significant: around zero it means nothing.
    """
    wanted = {name: list(_wanted(name, cells)) for name in tallies}
    empty: Entry = {"computed": False, "reason": None, "method": METHOD, "recognizers": {}, "disagreements": []}
    if not any(wanted.values()):
        return {**empty, "reason": TOO_FEW}
    if not available():
        return {**empty, "reason": ABSENT}
    work = sum(len(tallies[n].table.speakers) * len(w) for n, w in wanted.items())
    step = max(1, -(-work // MOST_WORK))
    found = {name: _recognizer(results, tallies[name], wanted[name], step) for name in tallies}
    listed = [{"recognizer": name, **d} for name, entry in found.items() for d in entry.pop("disagreements")]
    return {**empty, "computed": True, "recognizers": found, "disagreements": listed}


def _wanted(recognizer: str, cells: list[Entry]) -> Iterator[tuple[str, str, str, Entry]]:
    """Condition, reference condition, group and `log_did` of everything that can be compared."""
    for cell in cells:
        if cell["recognizer"] == recognizer:
            for table in filter(None, (cell, cell["control"])):
                for group, entry in table["degradation"].items():
                    if entry["log_did"]["p_value"] is not None:
                        yield cell["condition"], table["against"], group, entry["log_did"]


def _recognizer(results: Results, tally: Tally, wanted: list[tuple[str, str, str, Entry]], step: int) -> Entry:
    beside = covariates(results, tally)
    conditions = list(dict.fromkeys(label for label, *_ in wanted))[::step]
    kept = [w for w in wanted if w[0] in conditions]
    pairs = {key: tally.paired(*key) for key in dict.fromkeys((label, base) for label, base, *_ in kept)}
    coefficients: list[Entry] = []
    disagreements: list[Entry] = []
    for label, base, group, log_did in kept:
        where = {"condition": label, "against": base, "group": group}
        fit = _fit(pairs[label, base], group, tally, beside)
        coefficients.append({**where, **_entry(fit)})
        kinds = _kinds(log_did, coefficients[-1])
        if kinds:
            plain = _fit(pairs[label, base], group, tally, None) if beside.names else fit
            same = {key: log_did[key] for key in ("value", "low", "high", "p_value")}
            second = {"log_did": same, "regression": _entry(fit), "without_covariates": _entry(plain)}
            disagreements.append({**where, "kinds": kinds, **second})
    fitted = [c for c in coefficients if c["value"] is not None]
    return {
        "covariates": beside.names,
        "left_out": beside.left_out,
        "conditions": len(conditions),
        "conditions_left_out": len({label for label, *_ in wanted}) - len(conditions),
        "compared": len(fitted),
        "agreed": len(fitted) - len(disagreements),
        "not_fitted": len(coefficients) - len(fitted),
        "coefficients": coefficients,
        "disagreements": disagreements,
    }


def _fit(pairs: Mapping[str, PairedCounts], group: str, tally: Tally, beside: Covariates | None) -> PoissonFit | None:
    """Order of speakers: the group's, then those of the other groups as their pairs are pooled."""
    rest = pooled([pair for name, pair in pairs.items() if name != group])
    if beside is None or not beside.names:
        return poisson_gee(pairs[group], rest)
    groups = np.array(tally.table.groups)
    order = [group, *(name for name in pairs if name != group)]
    return poisson_gee(pairs[group], rest, np.concatenate([beside.columns[groups == name] for name in order]))


def _entry(fit: PoissonFit | None) -> Entry:
    """All null where nothing converged."""
    names = ("value", "low", "high", "p_value", "dispersion", "correlation", "working")
    if fit is None:
        return dict.fromkeys(names)
    found = (fit.change.value, *bounds(fit.change.interval).values(), fit.change.p_value, fit.dispersion)
    return dict(zip(names, (*map(_rounded, (*found, fit.correlation)), fit.working), strict=True))


def _rounded(value: float | None) -> float | None:
    """Eight digits: what an iteration repeats on every machine."""
    return None if value is None else float(f"{value:.8g}")


def _kinds(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """In what two answers disagree: `sign`, `significance`, `no_overlap`."""
    if second["value"] is None:
        return []
    clear = [entry["p_value"] < CLEAR for entry in (first, second)]
    found = {
        "sign": any(clear) and first["value"] * second["value"] < 0,
        "significance": clear[0] != clear[1],
        "no_overlap": max(first["low"], second["low"]) > min(first["high"], second["high"]),
    }
    return [kind for kind, true in found.items() if true]
