# SPDX-License-Identifier: Apache-2.0
"""Where, along steps from mild to severe, something first goes wrong: a coarse pass, then bisection.

A gap can open and close again as noise grows, so the pass goes from the mild end and stops at the first step that is
exceeded, and bisection stays within the stride before it.
"""

from __future__ import annotations

from collections.abc import Mapping


def next_step(seen: Mapping[int, bool], steps: int, stride: int) -> int | None:
    """The step to look at next, or None when the answer stands.

    seen: step → whether it is exceeded. steps: how many there are; 0 is the mildest. stride: of the coarse pass,
    which always ends at the last step. The same `seen` gives the same answer, so a search can be taken up again.
    """
    mild = None
    for step in coarse(steps, stride):
        if step not in seen:
            return step
        if seen[step]:
            return _bisected(seen, mild, step)
        mild = step
    return None


def bracket(seen: Mapping[int, bool], steps: int, stride: int) -> tuple[int | None, int | None]:
    """The last step that holds and the first that is exceeded, next to each other once the search is done.

    None for the former where already step 0 is exceeded, for the latter where no step is.
    """
    mild = None
    for step in coarse(steps, stride):
        if step not in seen:
            return mild, None
        if seen[step]:
            return _narrowed(seen, mild, step)
        mild = step
    return mild, None


def coarse(steps: int, stride: int) -> list[int]:
    """0, stride, 2 stride … and the last step."""
    return sorted({*range(0, steps, stride), steps - 1})


def _bisected(seen: Mapping[int, bool], mild: int | None, severe: int) -> int | None:
    low, high = _narrowed(seen, mild, severe)
    return None if low is None or high - low == 1 else (low + high) // 2


def _narrowed(seen: Mapping[int, bool], mild: int | None, severe: int) -> tuple[int | None, int]:
    while mild is not None and severe - mild > 1 and (middle := (mild + severe) // 2) in seen:
        mild, severe = (mild, middle) if seen[middle] else (middle, severe)
    return mild, severe
