# SPDX-License-Identifier: Apache-2.0
"""Which speakers make a group: any columns of the results, crossed; groups of few speakers are withheld by rule.

A withheld group takes no part in any number, the pooled ones included, from which it could be found by subtraction.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stresstest.errors import RunFolderError, allowed
from stresstest.results import Results
from stresstest.study import UNKNOWN, Study

Entry = dict[str, Any]


def grouped(results: Results, study: Study) -> tuple[Results, list[Entry]]:
    """The results with `accent` holding the group that `study.group_by` asks for, and the groups withheld.

    Withheld are groups of fewer speakers than `study.smallest_group`, each as `group` and `speakers`; their rows are
    left out. A value that is missing makes the group `unknown`. Raises RunFolderError where the results lack a column
    or no group is left.
    """
    if study.group_by != "accent":
        results = Results(_relabeled(results, study))
    speakers = _speakers(results)
    small = {name: len(who) for name, who in speakers.items() if len(who) < study.smallest_group}
    if not small:
        return results, []
    if len(small) == len(speakers):
        raise RunFolderError(
            f"No group of {study.group_by} has {study.smallest_group} speakers; the largest has "
            f"{max(small.values())}. Group by fewer columns (study.group_by), or lower study.min_cell_speakers."
        )
    kept = pc.invert(pc.is_in(results.table["accent"], pa.array(list(small))))
    return Results(results.table.filter(kept)), [{"group": n, "speakers": small[n]} for n in sorted(small)]


def groups_of_speakers(results: Results, study: Study) -> dict[tuple[str, str], str]:
    """(accent, speaker) → the group of the study; the results are as they were written.

    Of a speaker who is in several groups, the first by name.
    """
    table = results.table.select(["accent", "speaker"])
    label = _relabeled(results, study)["accent"]
    rows = table.append_column("group", label).group_by(["accent", "speaker", "group"]).aggregate([]).to_pylist()
    found: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=lambda r: str(r["group"]), reverse=True):
        found[row["accent"], row["speaker"]] = row["group"]
    return found


def withheld_sentences(withheld: list[Entry], study: Study) -> list[str]:
    """The warning that names the groups withheld; none where there are none."""
    if not withheld:
        return []
    names = ", ".join(f"{entry['group']} ({entry['speakers']})" for entry in withheld)
    return [
        f"Groups of fewer than {study.smallest_group} speakers are named and take no part in any number: {names}. "
        "study.min_cell_speakers sets the limit."
    ]


def _relabeled(results: Results, study: Study) -> pa.Table:
    table, known = results.table, ("accent", *results.strata)
    for name in study.group_columns:
        if name not in known:
            raise RunFolderError(f"study.group_by: the results have no column {name!r}; {allowed(name, known)}.")
    columns = [_filled(table[name]) for name in study.group_columns]
    label = pc.binary_join_element_wise(*columns, "+") if len(columns) > 1 else columns[0]
    return table.set_column(table.column_names.index("accent"), "accent", label)


def _speakers(results: Results) -> dict[str, set[str]]:
    """The names of each group's speakers."""
    pairs = results.table.select(["accent", "speaker"]).group_by(["accent", "speaker"]).aggregate([])
    found: dict[str, set[str]] = {}
    for group, speaker in zip(pairs["accent"].to_pylist(), pairs["speaker"].to_pylist(), strict=True):
        found.setdefault(group, set()).add(speaker)
    return found


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    known = pc.fill_null(column, "")
    return pc.if_else(pc.equal(known, ""), UNKNOWN, known)
