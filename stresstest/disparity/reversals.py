# SPDX-License-Identifier: Apache-2.0
"""What the declared way of scoring says and another way contradicts: verdicts, worst groups, orders and signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from stresstest.disparity.universes import NOTHING, Universe

Entry = dict[str, Any]
Said = Mapping[tuple[str, ...], Any]
"""What a way says: (kind, recognizer, condition, group, …) → outcome, name of a group, or signed number."""

KINDS = ("verdict", "worst", "order", "degradation", "harder")
"""order: the sign of the second group's WER less the first's. degradation: of a group's change against clean. harder:
of the difference in differences, the group's change less that of the others."""


def statements(cells: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Any]:
    """All that the cells of one way say, each with `recognizer` and `condition`; what cannot be said is left out."""
    return {key: value for cell in cells for key, value in _said(cell) if value is not None}


def _said(cell: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    place = cell["recognizer"], cell["condition"]
    wer = cell["wer"]
    yield ("verdict", *place), cell["verdict"]
    yield ("worst", *place), cell["worst"]
    for first, second in combinations(sorted(wer), 2):
        yield ("order", *place, first, second), wer[second] - wer[first]
    for kind, measure in (("degradation", "delta_wer"), ("harder", "did")):
        for group, value in cell[measure].items():
            yield (kind, *place, group), value


def reversals(ways: Mapping[Universe, Said], declared: Universe) -> list[Entry]:
    """One entry for each statement of the declared way and each way to contradict it, the largest reversals first."""
    own = ways[declared]
    found = []
    for key, value in own.items():
        opposed: dict[Any, list[Universe]] = {}
        for universe, said in ways.items():
            if key in said and _contradicts(value, said[key]):
                opposed.setdefault(said[key] if isinstance(value, str) else "opposite sign", []).append(universe)
        found += [_entry(key, value, others, ways, declared) for others in opposed.values()]
    return sorted(found, key=lambda e: (KINDS.index(e["kind"]), -_size(e), e["recognizer"], e["condition"]))


def _contradicts(value: Any, other: Any) -> bool:
    if isinstance(value, str):
        return bool(value != other)
    return bool(min(abs(value), abs(other)) > NOTHING and (value > 0) != (other > 0))


def _entry(
    key: tuple[str, ...], value: Any, others: Sequence[Universe], ways: Mapping[Universe, Said], declared: Universe
) -> Entry:
    farthest = others[0]
    if not isinstance(value, str):
        farthest = max(others, key=lambda u: (abs(ways[u][key]), -others.index(u)))
    kind, recognizer, condition, *groups = key
    return {
        "kind": kind,
        "recognizer": recognizer,
        "condition": condition,
        "groups": groups,
        "declared": value,
        "contrary": ways[farthest][key],
        "universe": farthest.name,
        "universes": len(others),
        "alone": [name for universe in others if (name := _single_choice(universe, declared))],
    }


def _single_choice(universe: Universe, declared: Universe) -> str | None:
    """`choice: option` where the way differs from the declared one in that choice alone."""
    own = declared.choices()
    different = [f"{key}: {option}" for key, option in universe.choices().items() if option != own[key]]
    return different[0] if len(different) == 1 else None


def _size(entry: Entry) -> float:
    """How far a sign turned: the smaller of the two numbers; 0 for a word."""
    values = entry["declared"], entry["contrary"]
    return 0.0 if isinstance(values[0], str) else min(abs(values[0]), abs(values[1]))
