# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks share: the machine in words, a run measured from outside, a table."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

WRAPPER = """
import json, os, resource, sys
from stresstest.cli import main
status = main()
own = resource.getrusage(resource.RUSAGE_SELF)
with open(os.environ["BENCH_USAGE"], "w") as file:
    json.dump({"cpu_s": own.ru_utime + own.ru_stime, "peak_mb": own.ru_maxrss / 1024}, file)
sys.exit(status)
"""
"""The command line, which says at the end what its own process has used, workers not counted."""


@dataclass(frozen=True)
class Run:
    """A finished `stresstest run`: seconds from start to exit, what its main process used, its provenance."""

    seconds: float
    main_cpu_s: float
    main_peak_mb: float
    provenance: dict[str, Any]

    @property
    def cells(self) -> int:
        return int(self.provenance["cells"]["total"])

    @property
    def workers(self) -> int:
        return int(self.provenance["times"]["sessions"][-1]["workers"])

    @property
    def decode_s(self) -> float:
        return float(self.provenance["times"]["decode_seconds"])

    @property
    def ratio(self) -> float:
        """Wall time of the command ÷ (summed decode seconds ÷ workers); 1 would mean that decoding is all there is."""
        return self.seconds / (self.decode_s / self.workers)


def run(*overrides: str) -> Run:
    """`stresstest run OVERRIDE…` into a fresh folder, which is then removed."""
    with tempfile.TemporaryDirectory() as folder:
        output, usage = Path(folder, "run"), Path(folder, "usage.json")
        command = [sys.executable, "-c", WRAPPER, "run", *overrides, f"output={output}"]
        start = time.perf_counter()
        subprocess.run(
            command, check=True, env={**os.environ, "BENCH_USAGE": str(usage)}, stdout=subprocess.DEVNULL, stderr=None
        )
        seconds = time.perf_counter() - start
        used = json.loads(usage.read_text())
        provenance = json.loads((output / "provenance.json").read_text())
    return Run(seconds, used["cpu_s"], used["peak_mb"], provenance)


def warm(*overrides: str) -> None:
    """Make the corpora of a study, so that no run has to."""
    from stresstest.config import compose
    from stresstest.corpora import Corpus
    from stresstest.engine.components import construct

    study = compose(*overrides).study
    for component in (study.corpus, study.babble):
        if component is not None:
            construct(component, Corpus).utterances()  # type: ignore[type-abstract]


def machine(*packages: str) -> str:
    """Cores, load, Python and the versions of these packages."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "scipy", *packages))
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores ({_processor()}), load average {load}; Python {platform.python_version()}, {versions}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(title: str, rows: Sequence[tuple[str, str]], *packages: str) -> None:
    """Print a title, the machine, and names beside values."""
    width = max(len(name) for name, _ in rows)
    print(f"\n{title}\n{machine(*packages)}")
    for name, value in rows:
        print(f"  {name:<{width}}  {value}")
