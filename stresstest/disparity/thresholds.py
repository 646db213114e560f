# SPDX-License-Identifier: Apache-2.0
"""The accent effect in decibels: for each noise, the SNR that each group needs for the same error rate.

`thresholds` of disparity.json has one entry for each recognizer and ladder: conditions that differ in SNR alone.

    recognizer, noise, rest   rest: the label of the same condition without noise
    snrs_db, quiet            the ladder; whether `rest` itself was measured and stands for no noise
    target_wer                the declared one, else the first of TARGETS that most groups pass within the ladder; null
                              where none does
    groups                    accent → `threshold_db` with `low`, `high`; `shift_db`, by how much it is above the mean
                              of the other groups', with `shift_low`, `shift_high`, `p_value`, `p_adjusted`; the curve
                              (`midpoint_db`, `slope_per_db`, `floor`, `ceiling`); `residual`, `fit_p`, `fits`;
                              `reason`, a sentence where there is no threshold
    spread                    `best`, `worst`, `difference_db` with a simultaneous `low`, `high`; null under two groups
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stresstest.conditions import Condition
from stresstest.disparity.groups import Entry
from stresstest.disparity.tally import Tally
from stresstest.seeds import rng_for
from stresstest.statistics import benjamini_hochberg
from stresstest.statistics.gaps import gap_bounds, max_t
from stresstest.statistics.intervals import LEVEL
from stresstest.statistics.psychometric import QUIET_DB
from stresstest.statistics.threads import in_order
from stresstest.statistics.thresholds import Fit, Threshold, fit_group, shift, threshold
from stresstest.study import Study

TARGETS = (0.5, 0.3, 0.2, 0.1)
"""Error rates at which thresholds are read, the first that the data reach; half of the words is audiometry's choice."""

Found = Mapping[str, Fit | str]


def threshold_entries(tallies: Mapping[str, Tally], study: Study, draws: int) -> list[Entry]:
    """One entry for each recognizer and ladder of at least two SNRs.

    p_adjusted: Benjamini–Hochberg over the groups and ladders of a recognizer.
    """
    return [e for name, tally in tallies.items() for e in _adjusted(_entries(name, tally, study, draws))]


def _entries(recognizer: str, tally: Tally, study: Study, draws: int) -> list[Entry]:
    found = in_order(lambda ladder: _ladder_entry(tally, ladder, study, draws), ladders(tally.labels))
    return [{"recognizer": recognizer, **entry} for entry in found]


def _adjusted(entries: list[Entry]) -> list[Entry]:
    groups = [g for e in entries for g in e["groups"].values() if g["p_value"] is not None]
    for group, p in zip(groups, benjamini_hochberg([g["p_value"] for g in groups]), strict=True):
        group["p_adjusted"] = p
    return entries


def ladders(labels: tuple[str, ...]) -> list[list[Condition]]:
    """Conditions that differ in SNR alone, softest noise last, at least two each."""
    found: dict[Condition, list[Condition]] = {}
    for condition in map(Condition.parse, labels):
        if condition.noise:
            found.setdefault(replace(condition, snr_db=0.0), []).append(condition)
    return [sorted(cs, key=lambda c: c.snr_db or 0.0) for cs in found.values() if len(cs) > 1]


def _ladder_entry(tally: Tally, ladder: list[Condition], study: Study, draws: int) -> Entry:
    rest = replace(ladder[0], noise=None, snr_db=None).label
    labels, snrs = [c.label for c in ladder], [c.snr_db or 0.0 for c in ladder]
    quiet = rest in tally.labels
    points = [*snrs, QUIET_DB] if quiet else snrs
    table = tally.table.columns([tally.labels.index(label) for label in [*labels, *([rest] if quiet else [])]])
    fits = {name: fit_group(table.of(name), points) for name in tally.names}
    target, found = _read(fits, points, study.tolerance.target_wer)
    known = [t for t in found.values() if isinstance(t, Threshold)]
    rng = rng_for(study.seed, "disparity", "thresholds", str(ladder[0].noise), rest)
    return {
        "noise": ladder[0].noise,
        "rest": rest,
        "snrs_db": snrs,
        "quiet": quiet,
        "target_wer": target if known else None,
        "groups": {name: _group_entry(fits[name], found[name], known) for name in tally.names},
        "spread": _spread(known, draws, rng) if len(known) > 1 else None,
    }


def _read(fits: Found, points: list[float], declared: float | None) -> tuple[float, dict[str, Threshold | str]]:
    """The target, declared or that which most groups pass, and each group's threshold there or why it has none."""

    def at(target: float) -> dict[str, Threshold | str]:
        return {n: fit if isinstance(fit, str) else threshold(fit, target, points) for n, fit in fits.items()}

    tried = [(target, at(target)) for target in (TARGETS if declared is None else (declared,))]
    return max(tried, key=lambda pair: sum(isinstance(t, Threshold) for t in pair[1].values()))


def _group_entry(fit: Fit | str, found: Threshold | str, known: list[Threshold]) -> Entry:
    given = found if isinstance(found, Threshold) else None
    others = [t for t in known if given is not None and t.group != given.group]
    moved = shift(given, others) if given and others else None
    return {
        "threshold_db": given.value_db if given else None,
        "low": given.interval.low if given else None,
        "high": given.interval.high if given else None,
        "shift_db": moved.value_db if moved else None,
        "shift_low": moved.interval.low if moved else None,
        "shift_high": moved.interval.high if moved else None,
        "p_value": moved.p_value if moved else None,
        "p_adjusted": None,
        **_curve_entry(fit),
        "reason": found if isinstance(found, str) else None,
    }


def _curve_entry(fit: Fit | str) -> Entry:
    keys = ("speakers", "midpoint_db", "slope_per_db", "floor", "ceiling", "residual", "fit_p", "fits")
    if isinstance(fit, str):
        return dict.fromkeys(keys)
    c = fit.curve
    values: tuple[Any, ...] = (fit.speakers, c.midpoint_db, c.slope_per_db, c.floor, c.ceiling)
    return dict(zip(keys, (*values, fit.residual, fit.fit_p, fit.fits), strict=True))


def _spread(known: list[Threshold], draws: int, rng: np.random.Generator) -> Entry:
    """The largest difference of two thresholds, its interval simultaneous over all pairs (max-t)."""
    values, variance = np.array([t.value_db for t in known]), np.array([t.variance for t in known])
    df = np.array([t.interval.speakers for t in known], np.float64) - 1
    shape = (draws, len(known))
    q = max_t(variance, rng.standard_normal(shape), rng.chisquare(df, shape) / df, LEVEL)
    low, high = gap_bounds(values, variance, q)
    best, worst = known[int(values.argmin())].group, known[int(values.argmax())].group
    return {"best": best, "worst": worst, "difference_db": float(np.ptp(values)), "low": low, "high": high}
