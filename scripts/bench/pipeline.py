# SPDX-License-Identifier: Apache-2.0
"""How much a run costs beyond decoding: wall time ÷ (summed decode seconds ÷ workers); 1.15 or less is wanted.

Usage: python scripts/bench/pipeline.py [OVERRIDE…]
       (study=ward_demo by default; a smaller one: study=ward_demo corpus.max_utterances_per_speaker=1)

Measured from outside: the interpreter's start, planning, rendering, scoring, disparity and the documents all count;
making the synthetic corpora does not. With other work on the machine, or more workers than cores, decoding itself is
slower and the ratio smaller: look at the load.
"""

from __future__ import annotations

import sys

from _bench import run, table, warm

WANTED = 1.15


def main(overrides: list[str]) -> None:
    """Warm the corpora, run, print."""
    overrides = overrides or ["study=ward_demo"]
    warm(*overrides)
    done = run(*overrides)
    session = done.provenance["times"]["sessions"][-1]["wall_seconds"]
    ideal = done.decode_s / done.workers
    rows = [
        ("cells, workers", f"{done.cells}, {done.workers}"),
        ("decoding", f"{done.decode_s:.1f} s in all, {1000 * done.decode_s / done.cells:.1f} ms a cell"),
        ("decoding ÷ workers", f"{ideal:.1f} s"),
        ("wall time of the command", f"{done.seconds:.1f} s"),
        ("  of it planning, decoding, scoring", f"{session:.1f} s, ratio {session / ideal:.3f}"),
        ("RATIO, command", f"{done.ratio:.3f} (wanted: {WANTED} or less)"),
        ("main process, processor time", f"{done.main_cpu_s:.1f} s"),
        ("main process, peak memory", f"{done.main_peak_mb:.0f} MB"),
    ]
    table("stresstest run " + " ".join(overrides), rows, "pocketsphinx")


if __name__ == "__main__":
    main(sys.argv[1:])
