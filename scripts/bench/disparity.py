# SPDX-License-Identifier: Apache-2.0
"""Everything that `disparity.compute` says of 10 accents × 50 speakers × 200 conditions with 10,000 replicates.

Usage: python scripts/bench/disparity.py   (5 s and 1 GB or less are wanted on 2 cores)

Part by part, in a fresh process. The regression draws nothing: it has a bound of its own (about five seconds) and
stands apart. Behind it the peers that can do a part, on that part: the interval of one rate (confidence-intervals) and
rates of all groups in one condition (fairlearn's MetricFrame), each against ours with as many replicates.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import _made_up
import numpy as np
from _bench import table
from _parts import Seconds, Watch, alone, peak_mb, timed, warm

from stresstest import disparity
from stresstest.disparity.tally import Tally
from stresstest.seeds import rng_for
from stresstest.statistics import SpeakerCounts, rate_intervals

WANTED_S, WANTED_MB = 5, 1000
APART = ("regression (GEE)",)
FEW = 1_000
"""Replicates beside a peer."""


def measure() -> None:
    """Compute, print part by part, then the peers."""
    warm()
    before, study, results = peak_mb(), _made_up.study(), _made_up.results(utterances=1)
    with Watch() as watch:
        _, whole = timed(lambda: disparity.compute(results, study))
    apart = sum((watch.seconds[name] for name in APART), Seconds())
    counted = Seconds(whole.wall - apart.wall, whole.processor - apart.processor)
    rows = [(name, str(seconds)) for name, seconds in watch.seconds.items()]
    rows += [
        ("verdicts and the rest", str(watch.rest(whole))),
        ("TOTAL", str(whole)),
        ("TOTAL without the regression", f"{counted} (wanted: {WANTED_S} or less)"),
        ("peak memory: libraries, at the end", f"{before:.0f}, {peak_mb():.0f} MB (wanted: {WANTED_MB} or less)"),
    ]
    labels = tuple(c.label for c in study.grid)
    rows += peers(Tally(results.cube("made_up"), labels).table.columns([5]))
    table("disparity of 10 accents × 50 speakers × 200 conditions, 10,000 replicates", rows)


def peers(one: SpeakerCounts) -> list[tuple[str, str]]:
    """Rows for the peers that are installed, on the counts of one condition."""
    rows = []
    for name, module, theirs, ours in (
        ("confidence-intervals", "confidence_intervals", interval, lambda: own_intervals(one, one.names[:1])),
        ("fairlearn", "fairlearn.metrics", metric_frame, lambda: own_intervals(one, one.names)),
    ):
        try:
            import_module(module)  # before the watch is started
            _, taken = timed(lambda work=theirs: work(one))  # type: ignore[misc]
        except ImportError:
            rows.append((name, f"left out: pip install {name}"))
            continue
        mine = min(timed(ours)[1].processor for _ in range(3))
        rows.append(
            (f"{name}, {FEW} replicates", f"{1000 * taken.processor:.0f} ms of processor; ours {1000 * mine:.1f} ms")
        )
    return rows


def own_intervals(one: SpeakerCounts, groups: tuple[str, ...]) -> None:
    """The interval of each group's rate."""
    for name in groups:
        rate_intervals(one.of(name), rng_for(1, "bench"), FEW)


def interval(one: SpeakerCounts) -> Any:
    """The rate of one group with its bootstrap of speakers."""
    from confidence_intervals import evaluate_with_conf_int

    own = one.of(one.names[0])
    metric: Callable[..., float] = lambda words, errors: float(errors.sum() / words.sum())  # noqa: E731
    conditions = np.arange(len(own.speakers))
    return evaluate_with_conf_int(own.errors[:, 0], metric, own.words[:, 0], conditions, num_bootstraps=FEW, alpha=5)


def metric_frame(one: SpeakerCounts) -> Any:
    """The rates of all groups; it draws rows, which here are speakers."""
    from fairlearn.metrics import MetricFrame

    return MetricFrame(
        metrics=lambda words, errors: float(np.sum(errors) / np.sum(words)),
        y_true=one.words[:, 0], y_pred=one.errors[:, 0], sensitive_features=list(one.groups),
        n_boot=FEW, ci_quantiles=[0.025, 0.975], random_state=1,
    )  # fmt: skip


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else alone(__file__, "--measure")
