# SPDX-License-Identifier: Apache-2.0
"""Compare two systems, or an old run with a new one, on the same decodes.

Every difference is B less A: above 0, B makes more errors. Decodes are paired by condition, utterance and replicate,
and speakers are the unit of chance. Runs whose decodes, references or audio differ are refused (exit status 2).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.results import Results

HELP = "two systems, or an old run and a new one, paired by utterance"
EXAMPLE = "stresstest compare outputs/old outputs/new --margin 0.02"


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("first", type=Path, metavar="DIR_A", help="the folder of a finished run")
    parser.add_argument("second", type=Path, metavar="DIR_B", help="the folder of another, or the same")
    parser.add_argument(
        "--margin", type=float, metavar="X", help="differences in WER below X, a fraction, do not matter (equivalence)"
    )
    parser.add_argument(
        "--recognizers", nargs=2, metavar=("A", "B"), help="which recognizer of each run (default: those of one name)"
    )
    parser.add_argument("--condition", action="append", metavar="LABEL", help="only this condition (may be repeated)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write every number as JSON")


def execute(args: argparse.Namespace) -> int:
    """Compare, print a table, and write the file that is asked for."""
    from stresstest import disparity
    from stresstest.disparity.comparison import compare
    from stresstest.disparity.comparison_rows import Frame
    from stresstest.disparity.grouping import grouped, withheld_sentences
    from stresstest.engine.store import RunFolder

    study = RunFolder(args.first).study()
    (first, withheld), (second, _) = (grouped(_results(folder), study) for folder in (args.first, args.second))
    first, second = _under(args.condition, first), _under(args.condition, second)
    found = compare(first, second, Frame(study.seed, args.margin), args.recognizers)
    found["warnings"] = [*withheld_sentences(withheld, study), *found["warnings"]]
    _show(found, (args.first, args.second))
    if args.out is not None:
        disparity.write(found, args.out)
        print(f"wrote {args.out}")
    return 0


def _results(folder: Path) -> Results:
    from stresstest.results import Results

    return Results.read(folder / "results.parquet")


def _under(labels: Sequence[str] | None, results: Results) -> Results:
    """The rows of these conditions; all of them for None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from stresstest.errors import ConfigError, allowed
    from stresstest.results import Results

    if not labels:
        return results
    for label in labels:
        if label not in (known := results.names("condition")):
            raise ConfigError(f"A run has no condition {label!r}; {allowed(label, known)}.")
    return Results(results.table.filter(pc.is_in(results.table["condition"], pa.array(labels))))


def _show(found: Mapping[str, Any], folders: tuple[Path, Path]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    console = Console(width=None if Console().is_terminal else 180, markup=False)
    names = dict.fromkeys((cell["recognizer_a"], cell["recognizer_b"]) for cell in found["cells"])
    for a, b in names:
        table = Table(
            *(Column(head, no_wrap=True) for head in _heads(found)),
            title=f"A: {a} in {folders[0]}   B: {b} in {folders[1]}",
            title_justify="left",
        )
        for cell in found["cells"]:
            if (cell["recognizer_a"], cell["recognizer_b"]) == (a, b):
                for row in _rows(cell, found):
                    table.add_row(*row)
        console.print(table)
    for line in (*_notes(found), *found["warnings"]):
        console.print(line, highlight=False, soft_wrap=True)


def _heads(found: Mapping[str, Any]) -> list[str]:
    rates = ["condition", "group", "speakers", "WER A", "WER B", "B − A (points)", "beyond the rest"]
    return [*rates, "p", "P(B better)", "MAPSSWE z", "B is", *(["equivalent"] if found["margin"] is not None else [])]


def _rows(cell: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[list[str]]:
    for k, (name, entry) in enumerate([("everybody", cell["overall"]), *cell["groups"].items()]):
        row = [cell["condition"] if not k else "", name, str(entry["speakers"])]
        row += [_percent(entry["wer_a"]), _percent(entry["wer_b"]), _points(entry["difference"])]
        row.append(_points(entry["against_rest"]) if k else "")
        row += [_number(entry["flips"]["p_value"], ".3f"), _number(entry["improvement"], ".2f")]
        row += [_number((entry["matched_pairs"] or {}).get("z"), "+.2f"), entry["outcome"]]
        if found["margin"] is not None:
            row.append("shown" if entry["equivalence"]["shown"] else "not shown")
        yield row
    if cell["gap"]:
        gap = cell["gap"]
        rates = (f"{100 * gap[key]:.1f}" for key in ("a", "b"))
        yield ["", "gap (points)", "", *rates, _points({**gap, "value": gap["difference"]})]


def _notes(found: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "beyond the rest: the group's B − A less that of all other groups, so above 0 B leaves it further behind. gap: "
        "the max–min gap of each system, and its change."
    )
    yield (
        "B − A in points of WER with its 95 % interval, paired by speaker. p: systems swapped for whole speakers, not "
        "adjusted for the number of rows (p_adjusted in the file). B is better or worse where the interval leaves out "
        "0; unclear is not equal. P(B better): the share of samples of speakers in which B makes fewer errors. MAPSSWE "
        "z: above 0 B makes more; it takes segments as independent, so it is for reference only."
    )
    if found["margin"] is not None:
        yield (
            f"equivalent: the 90 % interval lies within ±{100 * found['margin']:g} points, the margin that was "
            "declared; a difference that is not found is not equivalence."
        )


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.1f} %"


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _points(entry: Mapping[str, Any]) -> str:
    if entry["value"] is None:
        return "–"
    value = f"{100 * entry['value']:+.1f}"
    return value if entry["low"] is None else f"{value} [{100 * entry['low']:+.1f}, {100 * entry['high']:+.1f}]"
