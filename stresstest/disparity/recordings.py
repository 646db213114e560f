# SPDX-License-Identifier: Apache-2.0
"""Were the groups recorded alike? What was measured of the recordings before any perturbation, group beside group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stresstest.seeds import rng_for
from stresstest.statistics.group_means import contrast

Entry = dict[str, Any]

P_VALUE = 0.01
"""Differences that shuffled speakers give more often than this are not warned of."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is shown and from which difference on it matters.

    matters: a difference in the measure's own unit, or with `ratio` the factor between the two groups.
    """

    title: str
    unit: str
    matters: float
    ratio: bool = False
    scale: float = 1.0


MEASURES: Mapping[str, Measure] = {
    "snr_db": Measure("SNR", "dB", 3.0),
    "level_dbov": Measure("speech level", "dBov", 6.0),
    "bandwidth_hz": Measure("upper edge of the band", "kHz", 1.2, ratio=True, scale=1e-3),
    "cut": Measure("share of recordings whose band a codec or a low rate cuts", "%", 0.2, scale=100),
    "clipped": Measure("share of clipped samples", "%", 0.001, scale=100),
}
"""Named as in the entry `quality` of provenance.json."""


def recordings_entry(quality: Mapping[str, Any] | None, seed: int, replicates: int) -> Entry:
    """Measure → the groups with the lowest and highest mean over speakers, their difference, its p, and if it matters.

    quality: the entry of provenance.json, group → `speakers` → measure → a value a speaker. Measures with fewer than
    two groups of five speakers are left out; empty where nothing was measured.
    """
    found: Entry = {}
    for name, measure in MEASURES.items():
        values = {group: _values(entry, name) for group, entry in (quality or {}).items()}
        seen = contrast(values, rng_for(seed, "disparity", "quality", name), replicates)
        if seen is None:
            continue
        ratio = seen.high_mean / seen.low_mean if seen.low_mean > 0 else float("inf")
        wide = ratio >= measure.matters if measure.ratio else seen.difference >= measure.matters
        found[name] = {
            "low_group": seen.low,
            "high_group": seen.high,
            "low_mean": seen.low_mean,
            "high_mean": seen.high_mean,
            "difference": seen.difference,
            "ratio": ratio if measure.ratio else None,
            "p_value": seen.p_value,
            "matters": bool(wide and seen.p_value < P_VALUE),
        }
    return found


def regrouped(quality: Mapping[str, Any] | None, groups: Mapping[tuple[str, str], str]) -> Entry:
    """The entry `quality` of provenance.json by other groups: group → `speakers`, `utterances`, `traces`, `values` and
    the median of each measure.

    groups: (accent, speaker) → group; who is in none is left out. What earlier versions wrote names no speakers, and
    is empty here.
    """
    found: Entry = {}
    for accent, entry in (quality or {}).items():
        for place, (name, person) in enumerate(entry.get("people", {}).items()):
            if (group := groups.get((accent, name))) is not None:
                _join(found.setdefault(group, _nobody()), person, entry["values"], place)
    for entry in found.values():
        entry |= {key: {"median": float(np.median(some))} for key, some in entry["values"].items() if some}
    return dict(sorted(found.items()))


def _nobody() -> Entry:
    return {"speakers": 0, "utterances": 0, "traces": {}, "values": {name: [] for name in MEASURES}}


def _join(into: Entry, person: Mapping[str, Any], values: Mapping[str, Any], place: int) -> None:
    into["speakers"] += 1
    into["utterances"] += person["utterances"]
    for says, number in person["traces"].items():
        into["traces"][says] = into["traces"].get(says, 0) + number
    for name, some in into["values"].items():
        if values.get(name):
            some.append(values[name][place])


def _values(entry: Mapping[str, Any], name: str) -> Any:
    return np.array([np.nan if v is None else v for v in entry["values"].get(name, ())], np.float64)


def recording_warnings(found: Mapping[str, Entry]) -> Iterator[str]:
    """One sentence for each measure in which the groups differ beyond chance and by a size that matters."""
    for name, seen in found.items():
        if seen["matters"]:
            measure = MEASURES[name]
            low, high = (_shown(seen[key], measure) for key in ("low_mean", "high_mean"))
            size = f"a factor of {seen['ratio']:.2g}" if measure.ratio else _shown(seen["difference"], measure)
            yield (
                f"The groups were not recorded alike: {measure.title} {low} for {seen['low_group']} and {high} for "
                f"{seen['high_group']}, {size} apart (p {_p(seen['p_value'])}, speakers shuffled), before any "
                "perturbation. Part of a gap may come from that and not from how the groups speak."
            )


def _shown(value: float, measure: Measure) -> str:
    unit = "dB" if measure.unit == "dBov" and value > 0 else measure.unit
    return f"{value * measure.scale:.3g} {unit}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
