# SPDX-License-Identifier: Apache-2.0
"""Where `disparity.compute` spends its time: its own functions with a watch around each, and a process of its own."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from stresstest.disparity import beside, cells, mistakes
from stresstest.statistics.gee import available

WATCHED: dict[str, tuple[Any, str]] = {
    "grouping of the rows": (cells, "grouped"),
    "rows to arrays": (cells, "_tally"),
    "group intervals, detectable gaps": (cells, "group_entries"),
    "F1 bounds, kinds of error, speaker means": (mistakes, "fill"),
    "gaps: permutation, cross-fit, simultaneous": (cells, "condition_gaps"),
    "groups beside others, spread": (beside, "fill"),
    "did and log_did, max-t families": (cells, "fill"),
    "thresholds in dB": (cells, "threshold_entries"),
    "regression (GEE)": (cells, "regression_entry"),
    "multiverse": (cells, "multiverse"),
    "missing cells, warnings": (cells, "warning_sentences"),
    "plain JSON values": (cells, "plain"),
}
"""Part → the module that calls it and by which name."""


class Seconds(NamedTuple):
    """How long something took; processor: of all threads of this process."""

    wall: float = 0.0
    processor: float = 0.0

    def __str__(self) -> str:
        return f"{self.wall:6.2f} s  ({self.processor:5.2f} s of processor)"

    def __add__(self, other: tuple[object, ...]) -> Seconds:
        assert isinstance(other, Seconds)
        return Seconds(self.wall + other.wall, self.processor + other.processor)


def timed(work: Callable[[], Any]) -> tuple[Any, Seconds]:
    """What the work gives, and how long it took."""
    wall, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, Seconds(time.perf_counter() - wall, time.process_time() - processor)


class Watch:
    """Seconds by part; nothing of one part runs beside another."""

    def __init__(self) -> None:
        self.seconds: dict[str, Seconds] = dict.fromkeys(WATCHED, Seconds())

    def __enter__(self) -> Watch:
        self.before = {name: getattr(*where) for name, where in WATCHED.items()}
        for name, (module, attribute) in WATCHED.items():
            setattr(module, attribute, self._timed(name, self.before[name]))
        return self

    def __exit__(self, *_: object) -> None:
        for name, (module, attribute) in WATCHED.items():
            setattr(module, attribute, self.before[name])

    def rest(self, whole: Seconds) -> Seconds:
        """What of the whole is in no part."""
        parts = sum(self.seconds.values(), Seconds())
        return Seconds(whole.wall - parts.wall, whole.processor - parts.processor)

    def _timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def watched(*args: Any, **options: Any) -> Any:
            made, seconds = timed(lambda: work(*args, **options))
            self.seconds[name] += seconds
            return made

        return watched


def warm() -> None:
    """Import what is imported on first use, so that no part pays for it."""
    import scipy.stats  # noqa: F401

    available()


def peak_mb() -> float:
    """Peak memory of this process, its libraries included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(file: str, *arguments: str) -> None:
    """Run a benchmark again in a fresh process, so that nothing but its own work is in its peak memory."""
    subprocess.run([sys.executable, file, *arguments], check=True)
