# SPDX-License-Identifier: Apache-2.0
"""A gate for CI: does the gap of every condition keep a tolerance?

The simultaneous 95 % interval of the gap decides. Exit status 0: within the tolerance everywhere. 3: it is exceeded
somewhere. 4: nowhere exceeded, but somewhere the data cannot say.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "a gate for CI: exit 3 when a tolerance is exceeded, 4 when the data cannot say"
EXAMPLE = "stresstest check outputs/ward_demo --max-gap 0.10"
STATUS = {"within": 0, "exceeds": 3, "inconclusive": 4}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of a finished run")
    parser.add_argument("--max-gap", type=float, metavar="X", help="largest max–min gap in WER (default: the study's)")
    parser.add_argument("--condition", action="append", metavar="LABEL", help="only this condition (may be repeated)")


def execute(args: argparse.Namespace) -> int:
    """Print a line a condition, and the verdict."""
    from stresstest.cli._publish import read_disparity
    from stresstest.engine.store import RunFolder
    from stresstest.errors import ConfigError, allowed
    from stresstest.study import Tolerance

    limit = (
        RunFolder(args.folder).study().tolerance.max_gap if args.max_gap is None else Tolerance(args.max_gap).max_gap
    )
    cells = read_disparity(args.folder)["cells"]
    labels = {cell["condition"] for cell in cells}
    for wanted in args.condition or ():
        if wanted not in labels:
            raise ConfigError(f"{args.folder} has no condition {wanted!r}; {allowed(wanted, labels)}.")
    chosen = [cell for cell in cells if not args.condition or cell["condition"] in args.condition]
    verdicts = [verdict(cell, limit) for cell in chosen]
    for cell, found in zip(chosen, verdicts, strict=True):
        print(f"{found:12s} {cell['recognizer']}  {cell['condition']}  {_gap(cell)}")
    worst = next(v for v in ("exceeds", "inconclusive", "within") if v in verdicts)
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in STATUS)
    print(f"tolerance: gap of at most {limit:g}; {counts}")
    return STATUS[worst]


def verdict(cell: dict[str, Any], limit: float) -> str:
    """`within`, `exceeds` or `inconclusive`, by the simultaneous interval of the gap; within only without a doubt."""
    from stresstest.disparity import doubt

    gap = cell["gap"] or {}
    low, high = gap.get("low"), gap.get("high")
    if low is None or high is None or low <= limit < high:
        return "inconclusive"
    if low > limit:
        return "exceeds"
    return "inconclusive" if doubt(cell, limit) else "within"


def _gap(cell: dict[str, Any]) -> str:
    gap = cell["gap"] or {}
    if gap.get("low") is None:
        return f"gap {gap['difference']:.3f} (descriptive only)" if gap.get("difference") is not None else "no gap"
    return f"gap {gap['difference']:.3f} [{gap['low']:.3f}, {gap['high']:.3f}] {gap['best']} to {gap['worst']}"
