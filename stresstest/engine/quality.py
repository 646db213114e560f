# SPDX-License-Identifier: Apache-2.0
"""What the recordings of each group are like before any perturbation, from a bounded, seeded sample of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import fmean, quantiles
from typing import Any

from stresstest.audio import files
from stresstest.audio.quality import WHOLE_BAND, Quality, measure, trace
from stresstest.corpora import Utterance
from stresstest.errors import AudioError
from stresstest.seeds import rng_for

MOST_SPEAKERS, MOST_UTTERANCES = 20, 2
"""Of each group so many speakers are measured, and of each of them so many utterances."""

MOST_SECONDS = 60.0
"""No more of an utterance is read."""

MEASURES = ("snr_db", "level_dbov", "bandwidth_hz", "cut", "clipped")


def describe_quality(utterances: Iterable[Utterance], rate_hz: int, seed: int) -> dict[str, Any]:
    """Accent → `speakers`, `utterances`, `unreadable`; `median`, `low`, `high` (quartiles) of each measure; `values`.

    values: measure → the mean over a speaker's utterances, a value a speaker, in the order of `people`. people: name →
    `utterances` and `traces`, so that other groups can be made of them. rate_hz: the working
    rate; a band is measured as far as that reaches. `cut`: 1 where the band ends abruptly below. `traces`: what may
    have cut it → utterances. Reverberation is not estimated. Equal input gives equal numbers, whatever its order.
    """
    return {group: _group(some, rate_hz) for group, some in sample(utterances, seed).items()}


def sample(utterances: Iterable[Utterance], seed: int) -> dict[str, dict[str, list[Utterance]]]:
    """Group → speaker → utterances: at most MOST_SPEAKERS a group, chosen by the seed, and MOST_UTTERANCES of each."""
    everybody: dict[str, dict[str, list[Utterance]]] = {}
    for u in utterances:
        everybody.setdefault(u.accent, {}).setdefault(u.speaker, []).append(u)
    return {
        group: {
            name: _chosen(sorted(speakers[name], key=lambda u: u.id), MOST_UTTERANCES, seed, group, name)
            for name in sorted(_chosen(sorted(speakers), MOST_SPEAKERS, seed, group))
        }
        for group, speakers in everybody.items()
    }


def _chosen(items: Sequence[Any], most: int, seed: int, *names: str) -> list[Any]:
    order = rng_for(seed, "quality", *names).permutation(len(items))
    return [items[i] for i in order[:most].tolist()]


def _group(speakers: Mapping[str, Sequence[Utterance]], rate_hz: int) -> dict[str, Any]:
    values: dict[str, list[float]] = {name: [] for name in MEASURES}
    traces: Counter[str] = Counter()
    measured = unreadable = 0
    people: dict[str, dict[str, Any]] = {}
    for name, utterances in speakers.items():
        found = [seen for seen in map(_measured, utterances) if seen is not None]
        measured, unreadable = measured + len(found), unreadable + len(utterances) - len(found)
        own = Counter(t for t in (trace(seen.cut_hz) for seen in found if _is_cut(seen, rate_hz)) if t)
        traces.update(own)
        if found:
            people[name] = {"utterances": len(found), "traces": dict(sorted(own.items()))}
            numbers = [_numbers(seen, rate_hz) for seen in found]
            for key in MEASURES:
                values[key].append(_rounded(fmean(n[key] for n in numbers)))
    return {
        "speakers": len(values["snr_db"]),
        "utterances": measured,
        "unreadable": unreadable,
        **{key: _spread(some) for key, some in values.items() if some},
        "traces": dict(sorted(traces.items())),
        "values": values,
        "people": people,
    }


def _measured(utterance: Utterance) -> Quality | None:
    """None where the audio cannot be read or holds no active speech: the run itself says so, decode by decode."""
    start = utterance.start or 0.0
    end = utterance.end
    try:
        length = files.probe(utterance.audio).seconds
        return measure(files.read(utterance.audio, start, min(length if end is None else end, start + MOST_SECONDS)))
    except AudioError:
        return None


def _is_cut(seen: Quality, rate_hz: int) -> bool:
    return seen.cut_hz < WHOLE_BAND * rate_hz / 2


def _numbers(seen: Quality, rate_hz: int) -> dict[str, float]:
    band = min(seen.bandwidth_hz, rate_hz / 2)
    return {**asdict(seen), "bandwidth_hz": band, "cut": float(_is_cut(seen, rate_hz))}


def _spread(values: Sequence[float]) -> dict[str, float]:
    low, median, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return {"median": _rounded(median), "low": _rounded(low), "high": _rounded(high)}


def _rounded(value: float) -> float:
    """Five significant digits: the same on every machine."""
    return float(f"{value:.5g}") if math.isfinite(value) else 0.0
