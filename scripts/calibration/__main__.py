# SPDX-License-Identifier: Apache-2.0
"""Draws the worlds, keeps the figures in calibration.json, and writes calibration.md and calibration.svg from them.

--quick prints a small page and writes nothing. --new measures only the methods that have no figure yet, and leaves
the others as they are: equal seeds and worlds give equal figures, whatever else is measured. --page writes the page
again from the figures, without drawing a world.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import calibration.candidates
import calibration.curves
import calibration.groups
import calibration.systems
import calibration.wrong  # noqa: F401  # each adds its rows to the table
from calibration.harness import A_BATCH, Figure, figures, settings
from calibration.methods import TABLE
from calibration.page import page
from calibration.plots import draw
from calibration.worlds import Setting

DOCS = Path(__file__).parents[2] / "docs"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/calibrate", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="four settings, 100 worlds each; under a minute")
    parser.add_argument("--worlds", type=int, default=None, help="worlds a setting (800); unlike accents take half")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--new", action="store_true", help="only methods without a figure in calibration.json")
    parser.add_argument("--shape", default="", help="only settings of this shape: equal, sizes, spread or both")
    parser.add_argument("--page", action="store_true", help="only the page, from the figures that are there")
    parser.add_argument("--output", type=Path, default=DOCS, help="folder of the three files (docs)")
    return parser.parse_args()


def main() -> None:
    """Measure, tell the progress, write."""
    given = arguments()
    worlds = given.worlds or (A_BATCH if given.quick else 800)
    store = given.output / "calibration.json"
    kept = read(store) if (given.new or given.page) and not given.quick else {"figures": []}
    if given.page:
        save(store, kept)
        write(given.output, kept)
        return
    start, known = time.perf_counter(), {(f.setting, f.method) for f in of(kept)}
    asked = [(s, share) for s, share in settings(given.quick) if given.shape in ("", s.shape)]
    for number, (setting, share) in enumerate(asked, 1):
        table = [m for m in TABLE if (setting, m.name) not in known]
        found = list(figures(setting, table, max(A_BATCH, round(worlds * share)), given.seed))
        kept = merged(kept, found, {"seed": given.seed, "worlds": worlds})
        print(f"{number}/{len(asked)} {setting}, {time.perf_counter() - start:.0f} s", file=sys.stderr)
        if not given.quick:
            save(store, kept)
    if given.quick:
        print(page(of(kept), given.seed, f"scripts/calibrate --quick --worlds {worlds} --seed {given.seed}"))
    else:
        write(given.output, kept)


def read(store: Path) -> dict[str, Any]:
    """What calibration.json holds."""
    found: dict[str, Any] = json.loads(store.read_text(encoding="utf-8"))
    return found


def save(store: Path, kept: dict[str, Any]) -> None:
    """Write calibration.json, a figure a line, shares to five places."""
    lines = [json.dumps(dict(kept, figures=[]))[:-2]]
    for f in kept["figures"]:
        short = {key: round(value, 5) if isinstance(value, float) else value for key, value in f.items()}
        lines.append(json.dumps(short) + ",")
    store.write_text("\n".join(lines).removesuffix(",") + "\n]}\n", encoding="utf-8")


def merged(kept: dict[str, Any], found: Sequence[Figure], settings: dict[str, int]) -> dict[str, Any]:
    """The figures with new ones in their places, in the order of settings and table."""
    if any(kept.get(key, value) != value for key, value in settings.items()):
        sys.exit(f"calibration.json was made with other {settings}; measure everything again, without --new.")
    new = {(f.setting, f.method): f for f in found}
    old = {(f.setting, f.method): f for f in of(kept)}
    order = {m.name: k for k, m in enumerate(TABLE)}
    places = list(dict.fromkeys(f.setting for f in (*old.values(), *new.values())))
    every = [f for f in {**old, **new}.values() if f.method in order]
    every.sort(key=lambda f: (places.index(f.setting), order[f.method]))
    return {**settings, "figures": [asdict(f) for f in every]}


def of(kept: dict[str, Any]) -> list[Figure]:
    """The figures as values."""
    return [Figure(**{**entry, "setting": Setting(**entry["setting"])}) for entry in kept["figures"]]


def write(folder: Path, kept: dict[str, Any]) -> None:
    """The page and the plot."""
    command = f"scripts/calibrate --worlds {kept['worlds']} --seed {kept['seed']}"
    (folder / "calibration.md").write_text(page(of(kept), kept["seed"], command), encoding="utf-8")
    draw(of(kept), folder / "calibration.svg")


if __name__ == "__main__":
    main()
