# SPDX-License-Identifier: Apache-2.0
"""What a written claim is about: the figures of disparity.json that it limits, their bounds, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stresstest.conditions import LEVELS, Condition, split_reference
from stresstest.disparity.claim_texts import CHANGES, WrittenClaim
from stresstest.disparity.doubts import doubt, failed_share
from stresstest.errors import ConfigError, allowed

Cell = Mapping[str, Any]

TWO_SIDED, ONE_SIDED = 0.025, 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """One figure that a claim limits.

    low, high: its bounds in the file, None where there is none. tails: how often low and high are missed at most, 0.05
    for a bound that stands alone. far: the bound on the side away from the limit that holds for all figures of a family
    at once, where there is one. speakers: behind the bounds. doubt: why it may not be called kept, whatever they say.
    """

    place: str
    value: float | None
    low: float | None
    high: float | None
    speakers: int
    tails: tuple[float, float] = (TWO_SIDED, TWO_SIDED)
    far: float | None = None
    doubt: str | None = None


def points(
    claim: WrittenClaim, cells: Sequence[Cell], scenes: Sequence[Mapping[str, Any]], withheld: Mapping[str, int]
) -> list[Point]:
    """The figures of one recognizer's cells that the claim limits; withheld: group → speakers, for groups not shown.

    Raises ConfigError for a name that is not there.
    """
    labels = {str(cell["condition"]) for cell in cells}
    chosen = labels if claim.where is None else conditions_of(claim.where, labels, scenes)
    here = [cell for cell in cells if cell["condition"] in chosen]
    if claim.measure in CHANGES:
        here = [cell for cell in here if cell["against"] is not None]
    if not here:
        raise ConfigError(
            f"The claim {claim.text!r}: {claim.measure} is a change against clean, and no condition has it."
        )
    if claim.measure == "gap":
        return [_gap(claim, cell) for cell in here]
    return [point for cell in here for point in _groups(claim, cell, withheld)]


def conditions_of(where: str, labels: set[str], scenes: Sequence[Mapping[str, Any]]) -> set[str]:
    """The labels that a name, a label or a part of one stands for; at least one. Raises ConfigError."""
    if where in labels:
        return {where}
    named = {scene["condition"] for scene in scenes if scene["name"] == where}
    found = named or {label for label in labels if _stands_for(where, Condition.parse(label))}
    if not found & labels:
        raise ConfigError(f"There is no condition {where!r}; {allowed(where, _names(labels, scenes))}.")
    return found & labels


def _stands_for(where: str, condition: Condition) -> bool:
    if "=" not in where:
        return any(_same(axis, value, where) for axis, value in condition.path if axis not in LEVELS)
    wanted = [part.partition("=") for part in where.split("/")]
    path = dict(condition.path)
    return all(axis in path and _same(axis, path[axis], value) for axis, _, value in wanted)


def _same(axis: str, value: str | float, given: str) -> bool:
    """The same number, or the same profile, of any severity where none is given."""
    if axis in LEVELS:
        try:
            return float(value) == float(given)
        except ValueError:
            return False
    return given in (value, split_reference(str(value))[0])


def _names(labels: set[str], scenes: Sequence[Mapping[str, Any]]) -> set[str]:
    paths = [Condition.parse(label).path for label in labels]
    profiles = {split_reference(str(value))[0] for path in paths for axis, value in path if axis not in LEVELS}
    return {"every condition", "clean", *profiles, *(scene["name"] for scene in scenes)}


def _gap(claim: WrittenClaim, cell: Cell) -> Point:
    gap = cell["gap"] or {}
    known = gap.get("low") is not None
    why = doubt(cell, claim.limit) if known and claim.sign > 0 and gap["high"] <= claim.limit else None
    speakers = gap.get("speakers", 0) - len(gap.get("groups", ())) + 1 if known else 0
    value = gap.get("difference")
    return Point(cell["condition"], value, gap.get("low"), gap.get("high"), speakers, doubt=why or _missing(cell))


def _groups(claim: WrittenClaim, cell: Cell, withheld: Mapping[str, int]) -> Iterator[Point]:
    groups = cell["groups"]
    if claim.group is not None and claim.group in withheld:
        few = withheld[claim.group]
        hidden = f"The group is withheld: of its {few} speakers no number is shown (study.min_cell_speakers)."
        yield Point(f"{claim.group} under {cell['condition']}", None, None, None, few, doubt=hidden)
        return
    if claim.group is not None and claim.group not in groups:
        known = [*groups, *withheld, "every group"]
        raise ConfigError(f"There is no group {claim.group!r}; {allowed(claim.group, known)}.")
    for name in groups if claim.group is None else [claim.group]:
        place = f"{name} under {cell['condition']}"
        why = _missing(cell) or _failed(claim, cell, name)
        if claim.measure in CHANGES:
            yield _change(claim, cell, name, place, why)
        else:
            yield _level(claim, groups[name], place, why)


def _level(claim: WrittenClaim, entry: Mapping[str, Any], place: str, why: str | None) -> Point:
    if claim.measure == "wer":
        return Point(place, entry["wer"], entry["low"], entry["high"], entry["speakers"], doubt=why)
    low, high = f1_bounds(entry["low"], entry["high"])
    own, top = entry.get("f1_low"), entry.get("f1_high")
    tails = (TWO_SIDED if own is None else ONE_SIDED, TWO_SIDED if top is None else ONE_SIDED)
    low, high = low if own is None else own, high if top is None else top
    return Point(place, entry["f1"], low, high, entry["speakers"], tails, doubt=why)


def f1_bounds(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Bounds of F1 = 2H / (2H + 2S + D + I) that follow from those of the WER w.

    With e errors in N words F1 is smallest where all are substitutions, 1 - w, and largest where all are insertions,
    1 / (1 + w / 2).
    """
    if low is None or high is None:
        return None, None
    return max(0.0, 1 - high), 1 / (1 + low / 2)


def _change(claim: WrittenClaim, cell: Cell, name: str, place: str, why: str | None) -> Point:
    table = cell["degradation"][name]
    entry = table[claim.measure]
    ceiling = (
        "A WER is at the ceiling there; changes close by themselves." if table.get("ceiling", cell["ceiling"]) else None
    )
    far = entry.get("simultaneous_low" if claim.sign > 0 else "simultaneous_high")
    speakers = cell["groups"][name]["speakers"]
    return Point(place, entry["value"], entry["low"], entry["high"], speakers, far=far, doubt=why or ceiling)


def _missing(cell: Cell) -> str | None:
    lacking = sum(entry.get("missing", 0) for entry in cell["groups"].values())
    return f"{lacking} decodes are missing: the run is not complete." if lacking else None


def _failed(claim: WrittenClaim, cell: Cell, name: str) -> str | None:
    """Failed decodes count in no figure; none may be said to be kept that they could break (Manski 1990)."""
    entry = cell["groups"][name]
    others = cell["groups"].values() if claim.measure in CHANGES else [entry]
    share = max(map(failed_share, others))
    if not share:
        return None
    if claim.measure == "wer" and entry["high"] is not None and claim.sign > 0:
        worst = entry["high"] * (1 - share) + share
        return None if worst <= claim.limit else _hidden(share)
    return _hidden(share)


def _hidden(share: float) -> str:
    return f"Failed decodes hold {100 * share:.3g} % of the words. Decode them (retry_failed=true)."
