# SPDX-License-Identifier: Apache-2.0
"""Written claims → pass, fail or not enough data, from the bounds in disparity.json.

A figure keeps a claim where both its bounds lie on the right side of the limit, and breaks it where both lie on the
wrong side. For many figures and many claims bounds have to be wider than those in the file. They are widened as
Student's t would be: with r the distance of a bound from the estimate and t the quantile behind it, the p of a side is
that of t · (distance of the limit) / r, scaled to be 0.05 exactly where the bound in the file touches the limit.

A claim about several figures is kept where all keep it: its p is the largest, with no correction (an intersection-union
test, Berger 1982). It is broken where any breaks it: its p is the smallest times the number of figures (Bonferroni),
or the smallest by bounds that hold at once, where the file has them. Over claims the smaller is adjusted after Holm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scipy.special import stdtr, stdtrit

from stresstest.disparity.claim_points import Point, points
from stresstest.disparity.claim_texts import WrittenClaim
from stresstest.errors import RunFolderError
from stresstest.statistics import MIN_SPEAKERS, holm

PASS, FAIL, UNKNOWN = "pass", "fail", "not enough data"

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim about one recognizer: its outcome, adjusted p, and the sentence that says why."""

    claim: WrittenClaim
    recognizer: str
    outcome: str
    p_adjusted: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Sides:
    """p of keeping and of breaking, the figure that decides each, and a doubt that forbids to call it kept."""

    keep: float
    broken: float
    nearest: Point
    worst: Point
    doubt: str | None


def judge(claims: Sequence[WrittenClaim], disparity: Mapping[str, Any]) -> list[Judged]:
    """Each claim about each recognizer. Raises ConfigError where one names what the run does not have.

    Groups that are withheld have no figure: a claim about one has not enough data, one about every group names them.
    """
    names = list(dict.fromkeys(cell["recognizer"] for cell in disparity["cells"]))
    if claims and not names:
        raise RunFolderError("disparity.json holds no cells, so there is nothing to judge a claim by.")
    asked = [(claim, name) for claim in claims for name in names]
    withheld = {entry["group"]: entry["speakers"] for entry in disparity.get("withheld", ())}
    found = []
    for claim, name in asked:
        cells = [cell for cell in disparity["cells"] if cell["recognizer"] == name]
        found.append(_sides(claim, points(claim, cells, disparity.get("scenes", ()), withheld)))
    adjusted = holm([min(sides.keep, sides.broken) for sides in found]).tolist()
    judged = [_judged(c, n, s, p, len(asked)) for (c, n), s, p in zip(asked, found, adjusted, strict=True)]
    return [_without(one, withheld) if withheld and one.claim.group is None else one for one in judged]


def _without(judged: Judged, withheld: Mapping[str, int]) -> Judged:
    names = ", ".join(f"{name} ({speakers})" for name, speakers in withheld.items())
    return replace(judged, reason=f"{judged.reason.rstrip('.')}. Not judged, being withheld: {names}.")


def _sides(claim: WrittenClaim, figures: Sequence[Point]) -> _Sides:
    keep = [_p_keeps(claim, point) for point in figures]
    broken = [min(1.0, _p_breaks(claim, f) * (1 if f.far is not None else len(figures))) for f in figures]
    nearest, worst = keep.index(max(keep)), broken.index(min(broken))
    doubts = (point.doubt for point in figures if point.doubt)
    return _Sides(keep[nearest], broken[worst], figures[nearest], figures[worst], next(doubts, None))


def _judged(claim: WrittenClaim, recognizer: str, sides: _Sides, p: float, together: int) -> Judged:
    breaks = sides.broken < sides.keep
    decisive = sides.worst if breaks else sides.nearest
    if p <= ALPHA and (breaks or not sides.doubt):
        return Judged(claim, recognizer, FAIL if breaks else PASS, p, _said(decisive))
    alone = min(sides.broken, sides.keep)
    reason = sides.doubt if p <= ALPHA and sides.doubt else _lack(claim, decisive, breaks, alone, together)
    return Judged(claim, recognizer, UNKNOWN, p, f"{_said(decisive)}. {reason}")


def _p_keeps(claim: WrittenClaim, point: Point) -> float:
    """p of "the figure breaks the claim", from the bound on the side of the limit."""
    bound, tail = (point.high, point.tails[1]) if claim.sign > 0 else (point.low, point.tails[0])
    return _p(point, bound, tail, claim.sign * (claim.limit - (point.value or 0.0)))


def _p_breaks(claim: WrittenClaim, point: Point) -> float:
    """p of "the figure keeps the claim", from the bound on the far side."""
    bound, tail = (point.low, point.tails[0]) if claim.sign > 0 else (point.high, point.tails[1])
    return _p(point, bound if point.far is None else point.far, tail, claim.sign * ((point.value or 0.0) - claim.limit))


def _p(point: Point, bound: float | None, tail: float, distance: float) -> float:
    if point.value is None or bound is None or point.speakers < MIN_SPEAKERS:
        return 1.0
    reach, df = abs(bound - point.value), point.speakers - 1
    if reach == 0:
        return 1.0 if distance < 0 else 0.0
    t = float(stdtrit(df, 1 - tail)) * distance / reach
    return min(1.0, ALPHA / tail * float(stdtr(df, -t)))


def _said(point: Point) -> str:
    if point.value is None:
        return f"{point.place}: no figure"
    bounds = f" [{_shown(point.low)}, {_shown(point.high)}]" if (point.low, point.high) != (None, None) else ""
    return f"{point.place}: {point.value:.3f}{bounds}"


def _shown(bound: float | None) -> str:
    return "–" if bound is None else f"{bound:.3f}"


def _lack(claim: WrittenClaim, point: Point, breaks: bool, alone: float, together: int) -> str:
    if point.value is None and point.doubt:
        return point.doubt
    if point.speakers < MIN_SPEAKERS or point.low is None or point.high is None:
        return f"Nothing is inferred there: fewer than {MIN_SPEAKERS} speakers."
    if alone <= ALPHA:
        said = FAIL if breaks else PASS
        return f"By itself this is a {said}; of {together} claims judged together it is not sure. Record more speakers."
    if point.low <= claim.limit <= point.high:
        return "The limit lies within these bounds. Record more speakers."
    return "The limit lies outside these bounds, but they are wider for so many figures at once. Record more speakers."
