# SPDX-License-Identifier: Apache-2.0
"""disparity.json of a results.parquet of 1,000,000 rows; 30 s or less is wanted, from reading to the written file.

Usage: python scripts/bench/million.py [UTTERANCES]   (10 utterances of 500 speakers under 200 conditions)

The rows are made first; reading, computing and writing are timed in a fresh process. Beside them what the command line
adds: the context of the numbers, from provenance.json.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import _made_up
from _bench import table
from _parts import Watch, alone, peak_mb, timed, warm

from stresstest import disparity
from stresstest.disparity.context import with_context
from stresstest.results import Results

WANTED_S = 30


def measure(path: Path) -> None:
    """Read, compute, write; print."""
    warm()
    before, study = peak_mb(), _made_up.study()
    results, read = timed(lambda: Results.read(path))
    with Watch() as watch:
        found, computed = timed(lambda: disparity.compute(results, study))
    _, written = timed(lambda: disparity.write(found, path.with_name("disparity.json")))
    peak = peak_mb()
    _, context = timed(lambda: with_context(found, results, study, {}))
    rows = [("read", str(read)), ("compute", str(computed))]
    rows += [(f"  {name}", str(seconds)) for name, seconds in watch.seconds.items()]
    rows += [
        ("  verdicts and the rest", str(watch.rest(computed))),
        ("write", str(written)),
        ("TOTAL", f"{read + computed + written} (wanted: {WANTED_S} or less)"),
        ("context, as the command line adds it", str(context)),
        ("peak memory: libraries, with the file, at the end", f"{before:.0f}, {peak:.0f}, {peak_mb():.0f} MB"),
    ]
    table(f"disparity.json of {results.table.num_rows:,} rows", rows, "pyarrow")


def main(arguments: list[str]) -> None:
    """Make the rows, then measure them alone."""
    if arguments and arguments[0] == "--measure":
        measure(Path(arguments[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "results.parquet")
        _made_up.results(int(arguments[0]) if arguments else 10).write(path)
        alone(__file__, "--measure", str(path))


if __name__ == "__main__":
    main(sys.argv[1:])
