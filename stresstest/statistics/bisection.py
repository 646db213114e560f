# SPDX-License-Identifier: Apache-2.0
"""Where, along steps from mild to severe, something first goes wrong and stays so: a few looks instead of every step.

A step breaks where its value is above the limit and stays there over the next `lasts` steps. The first of many noisy
values above a limit is, as the extreme of many, too mild: in simulated wards of 20 speakers an accent by 0 to 6 dB, of
which about half is gone where it has to last for one more. A gap can open and close again as noise grows, so the search
goes from the mild end:

    coarse      a look at evenly spaced steps, until one exceeds the limit
    narrow      within the stretch before it, where curves drawn between the looks cross the limit, away from the ends
    confirm     the steps behind the crossing; what does not last is no crossing, and the search goes on
    look back   with the looks that are left, milder steps where the value may come within a tenth of the limit
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from stresstest.statistics.between import FloatArray, distance_shares, rates_between, rises

NEAR = 0.1
"""How near the limit, as a share of it, a value that was not looked at has to come to be worth a look."""

SWING = 0.5
"""What part of the rise between two looks a value may swing above the curve between them, half way."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look showed: each group's rate, NaN where it has none, and the value held against the limit.

    A value of NaN, about which nothing can be said, does not exceed. A value below what the rates make, as a lower
    bound is, is drawn as far below the curves between looks as it is at the looks.
    """

    rates: tuple[float, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Question:
    """steps: how many there are; 0 is the mildest. stride: at most so many steps lie between looks of the coarse pass.

    lasts: over how many more steps the limit stays exceeded. gap: is the value the largest difference of two rates, or
    the largest rate.
    """

    steps: int
    stride: int
    lasts: int
    limit: float
    gap: bool = True


def next_step(seen: Mapping[int, Seen], asked: Question) -> int | None:
    """The step to look at next, or None when there is nothing left to look for.

    The same `seen` gives the same answer, so a search can be taken up again.
    """
    step = needed(seen, asked)
    if step is not None:
        return step
    doubtful = doubts(seen, asked)
    return max(doubtful, key=lambda n: (doubtful[n], -n)) if doubtful else None


def needed(seen: Mapping[int, Seen], asked: Question) -> int | None:
    """The step without which there is no answer: of the coarse pass, of the narrowing or of the confirmation."""
    holds, breaks = bracket(seen, asked)
    end = asked.steps if breaks is None else breaks
    for step in coarse(asked.steps, asked.stride):
        if step < end and step not in seen:
            return step
    if breaks is None:
        return None
    if holds is not None and breaks - holds > 1:
        return _within(seen, asked, holds, breaks)
    return next((n for n in _following(asked, breaks) if n not in seen), None)


def doubts(seen: Mapping[int, Seen], asked: Question) -> dict[int, float]:
    """Steps before the answer, not looked at, whose value may come near the limit → how far it may go."""
    _, breaks = bracket(seen, asked)
    values, highest = _values(seen, asked), {n: max(_finite(s.rates), default=0.0) for n, s in seen.items()}
    reach = values + SWING * rises(highest, asked.steps) * distance_shares(list(seen), asked.steps)
    before = range(asked.steps if breaks is None else breaks)
    return {n: float(reach[n]) for n in before if n not in seen and reach[n] > asked.limit * (1 - NEAR)}


def bracket(seen: Mapping[int, Seen], asked: Question) -> tuple[int | None, int | None]:
    """The last look before the first that is exceeded and, as far as was looked, stays so; and that one.

    None for the former where there is no look before it, for the latter where none is exceeded.
    """
    breaks = min((n for n in seen if _stands(seen, asked, n)), default=None)
    return max((n for n in seen if breaks is None or n < breaks), default=None), breaks


def coarse(steps: int, stride: int) -> list[int]:
    """The first and the last step and others between them, evenly, at most `stride` apart."""
    return [round(n) for n in np.linspace(0, steps - 1, -(-(steps - 1) // stride) + 1).tolist()]


def looks_expected(asked: Question, most: int) -> float:
    """The mean number of looks where a single smooth crossing is as likely at any step as nowhere."""
    places = np.unique(np.linspace(0, asked.steps, 33).round())
    return statistics.fmean(_looks(asked, most, _smooth(asked, place)) for place in places.tolist())


def _looks(asked: Question, most: int, at: Callable[[int], Seen]) -> int:
    seen: dict[int, Seen] = {}
    while len(seen) < most and (step := next_step(seen, asked)) is not None:
        seen[step] = at(step)
    return len(seen)


def _smooth(asked: Question, place: float) -> Callable[[int], Seen]:
    """A value that rises from a third of the limit through the limit just before `place`."""

    def at(step: int) -> Seen:
        value = asked.limit * (1 + np.tanh((step - place + 0.5) / 4) * 2 / 3)
        return Seen((0.0, value) if asked.gap else (value,), value)

    return at


def _stands(seen: Mapping[int, Seen], asked: Question, step: int) -> bool:
    return all(seen[n].value > asked.limit for n in (step, *_following(asked, step)) if n in seen)


def _following(asked: Question, step: int) -> range:
    return range(step + 1, min(step + asked.lasts, asked.steps - 1) + 1)


def _within(seen: Mapping[int, Seen], asked: Question, holds: int, breaks: int) -> int:
    """Where the curve first crosses, at least a quarter of the stretch away from both its ends."""
    values, margin = _values(seen, asked), max(1, (breaks - holds) // 4)
    crossing = next((n for n in range(holds + 1, breaks) if values[n] > asked.limit), breaks)
    return min(max(crossing, holds + margin), breaks - margin)


def _values(seen: Mapping[int, Seen], asked: Question) -> FloatArray:
    """The value at every step, from curves between looks and as at the looks, (steps,).

    Below any limit where no group has a rate.
    """
    curves = rates_between({n: s.rates for n, s in seen.items()}, asked.steps)
    if not curves.size:
        return np.full(asked.steps, -np.inf)
    values: FloatArray = curves.max(axis=0) - (curves.min(axis=0) if asked.gap else 0.0)
    known = [n for n in sorted(seen) if np.isfinite(seen[n].value)]
    if known:
        values -= np.interp(np.arange(asked.steps), known, [values[n] - seen[n].value for n in known])
    return values


def _finite(rates: tuple[float, ...]) -> list[float]:
    return [rate for rate in rates if np.isfinite(rate)]
