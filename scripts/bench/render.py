# SPDX-License-Identifier: Apache-2.0
"""The cost of audio on one core: shared prefixes against one independent chain a condition.

Usage: python scripts/bench/render.py [--utterances N] [OVERRIDE…]

Both give the same bytes, which is checked. They take turns by utterance, so that a busy machine slows both alike.
Times are processor time of this process. The more of a grid lies behind one voice and one room, the more is shared.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from _bench import table

from stresstest.conditions import Condition
from stresstest.config import compose
from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool
from stresstest.engine.plan import make_plan
from stresstest.engine.render import Rendered, SignalPath
from stresstest.study import Study

RATE_HZ = 16000
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` gives and the processor time it takes."""
    start = time.process_time()
    made = work()
    return made, time.process_time() - start


def together(path: SignalPath, utterance: Utterance, conditions: list[Condition]) -> list[Rendered]:
    """All conditions on one path, as a worker renders them."""
    one = path.of(utterance)
    return [one.render(c, RATE_HZ) for c in conditions]


def compare(study: Study, utterances: list[Utterance]) -> list[tuple[str, str]]:
    """The rows of the table."""
    conditions = list(study.grid)
    pool, loading = timed(lambda: babble_pool(study) if study.babble else [])
    path = SignalPath(study, lambda: pool)
    for utterance in utterances[:2]:  # makes what is made once a worker: filters, the babble's talkers
        together(path, utterance, conditions)
    shared, alone, audio = 0.0, Counter[str](), 0.0
    for utterance in utterances:
        rendered, seconds = timed(lambda u=utterance: together(path, u, conditions))
        shared += seconds
        for expected, c in zip(rendered, conditions, strict=True):
            single, seconds = timed(lambda u=utterance, c=c: path.of(u).render(c, RATE_HZ))
            alone[c.label] += seconds
            audio += single.wave.seconds
            if single.wave.pcm16_sha256() != expected.wave.pcm16_sha256():
                raise SystemExit(f"{utterance.id}, {c.label}: shared prefixes change the audio.")
    cells, chains = len(utterances) * len(conditions), alone.total()
    return [
        ("utterances × conditions", f"{len(utterances)} × {len(conditions)}, {audio / cells:.2f} s of audio a cell"),
        ("shared prefixes", f"{1000 * shared / cells:.2f} ms a cell, {audio / shared:.0f} times real time"),
        ("a chain a condition", f"{1000 * chains / cells:.2f} ms a cell, {audio / chains:.0f} times real time"),
        ("RATIO, chains ÷ shared", f"{chains / shared:.2f}"),
        ("babble pool, once a worker", f"{1000 * loading:.0f} ms"),
        *((f"  alone: {label}", f"{1000 * s / len(utterances):.2f} ms") for label, s in alone.items()),
    ]


def main() -> None:
    """Render some utterances of the study both ways and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--utterances", type=int, default=24)
    parser.add_argument("overrides", nargs="*", default=["study=ward_demo"])
    args = parser.parse_args()
    study = compose(*args.overrides).study
    utterances = make_plan(study).utterances
    step = max(1, len(utterances) // args.utterances)
    rows = compare(study, list(utterances[::step][: args.utterances]))
    table("rendering " + " ".join(args.overrides), rows, "soxr", "python-stretch")


if __name__ == "__main__":
    main()
