# SPDX-License-Identifier: Apache-2.0
"""The long table: round trip, signature, and the cube against plain Python."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.errors import RunFolderError
from stresstest.results import COUNTS, MEASURED, Results, schema


def row(condition: str = "clean", utterance: str = "u0", **more: Any) -> dict[str, Any]:
    base = {
        "recognizer": "r", "recognizer_revision": "1", "condition": condition, "rep": 0, "utterance": utterance,
        "speaker": "s", "accent": "a", "reference": "x", "hypothesis": "x", "status": "ok", "words": 1, "hits": 1,
        "substitutions": 0, "deletions": 0, "insertions": 0, "audio_seconds": 1.0, "decode_seconds": 0.1,
    }  # fmt: skip
    return base | more


FAILED = {"status": "failed", "hypothesis": None, **dict.fromkeys(COUNTS)}


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    cells = draw(
        st.lists(
            st.tuples(
                st.sampled_from("rq"), st.sampled_from(["clean", "c1", "c2"]), st.sampled_from("uvw"), st.integers(0, 1)
            ),
            min_size=1,
            max_size=25,
            unique=True,
        )
    )
    rows = []
    for recognizer, condition, utterance, rep in cells:
        counts = dict(zip(COUNTS, draw(st.tuples(*[st.integers(0, 9)] * 4)), strict=True))
        some = row(
            condition, utterance, recognizer=recognizer, rep=rep, speaker=f"s{utterance}", accent=f"a{utterance}"
        )
        rows.append(some | (counts if draw(st.booleans()) else FAILED))
    return rows


@given(tables())
@settings(deadline=None, max_examples=60)
def test_the_cube_holds_each_cell_where_it_belongs(rows: list[dict[str, Any]]) -> None:
    results = Results.from_rows(rows, ())
    for recognizer in results.names("recognizer"):
        mine = [r for r in rows if r["recognizer"] == recognizer]
        cube = results.cube(recognizer)
        items = list(dict.fromkeys((r["utterance"], r["rep"]) for r in mine))
        assert list(cube.conditions) == list(dict.fromkeys(r["condition"] for r in mine))
        assert cube.utterances.tolist() == [u for u, _ in items]
        assert cube.speakers.tolist() == [f"s{u}" for u, _ in items]
        assert cube.accents.tolist() == [f"a{u}" for u, _ in items]
        found = {(r["condition"], r["utterance"], r["rep"]): r for r in mine}
        for c, condition in enumerate(cube.conditions):
            for i, item in enumerate(items):
                cell = found.get((condition, *item))
                assert cube.present[c, i] == (cell is not None)
                ok = cell is not None and cell["status"] == "ok"
                assert cube.ok[c, i] == ok
                assert cube.counts[c, i].tolist() == ([cell[k] for k in COUNTS] if cell and ok else [0, 0, 0, 0])


def test_a_cell_that_is_there_twice_is_refused() -> None:
    with pytest.raises(RunFolderError, match="hold a cell twice"):
        Results.from_rows([row(), row()], ()).cube("r")


def test_a_file_reads_back_with_its_strata_and_types(tmp_path: Path) -> None:
    rows = [row(snr_db=5.0, gender="f", noise="white"), row("c1", gender=None, **FAILED)]
    results = Results.from_rows(rows, ("gender",))
    results.write(tmp_path / "results.parquet")
    again = Results.read(tmp_path / "results.parquet")
    assert again.table.schema == schema(("gender",))
    assert again.strata == ("gender",)
    assert again.signature() == results.signature()
    assert again.table.to_pylist() == results.table.to_pylist()
    assert again.table["hypothesis"].to_pylist() == ["x", None]
    assert [f.name for f in tmp_path.iterdir()] == ["results.parquet"]


def test_columns_are_those_of_the_contract_in_order() -> None:
    assert " ".join(schema(("gender",)).names) == (
        "recognizer recognizer_revision condition voice room noise snr_db speech_dba device channel rep utterance "
        "speaker accent gender reference hypothesis reference_normalized hypothesis_normalized status failure_kind "
        "failure_message "
        "words hits substitutions deletions insertions audio_seconds decode_seconds audio_sha256 speech_level_dbov "
        "mix_gain_db level_change_db dc_offset confidence word_times detected_language sent_seconds cost_usd requests "
        "repetition_loop"
    )


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"There is no results\.parquet in .*; a finished `stresstest run`"):
        Results.read(tmp_path / "results.parquet")
    pq.write_table(pa.table({"recognizer": ["r"]}), tmp_path / "results.parquet")
    with pytest.raises(RunFolderError, match=r"lacks the columns recognizer_revision, condition, .*mix_gain_db"):
        Results.read(tmp_path / "results.parquet")


def test_columns_of_later_versions_are_null_and_no_other_may_lack(tmp_path: Path) -> None:
    results = Results.from_rows([row(gender="f", snr_db=5.0), row("c1")], ("gender",))
    path = tmp_path / "results.parquet"
    pq.write_table(results.table.drop_columns(["speech_dba", "level_change_db", "dc_offset"]), path)
    again = Results.read(path)
    assert again.table.schema == schema(("gender",))
    assert again.table.to_pylist() == results.table.to_pylist()
    for column in ("speech_level_dbov", "mix_gain_db", "snr_db", "accent"):
        pq.write_table(results.table.drop_columns([column, "dc_offset"]), path)
        with pytest.raises(RunFolderError, match=f"lacks the columns {column};"):
            Results.read(path)


@pytest.mark.parametrize("column", schema(()).names)
def test_the_signature_sees_every_column_but_the_measured_time(column: str) -> None:
    before = Results.from_rows([row(), row("c1")], ())
    kind = schema(()).field(column).type
    changed = {column: "other" if kind == pa.string() else True if kind == pa.bool_() else 99}
    after = Results.from_rows([row(), row("c1") | changed], ())
    assert (after.signature() == before.signature()) == (column in MEASURED)


def test_the_signature_sees_order_and_strata() -> None:
    rows = [row(), row("c1")]
    signature = Results.from_rows(rows, ()).signature()
    assert Results.from_rows(rows[::-1], ()).signature() != signature
    assert Results.from_rows(rows, ("gender",)).signature() != signature


def test_rows_are_chosen_by_value_and_names_keep_their_order() -> None:
    rows = [row("c1", "u1"), row("clean", "u0"), row("c1", "u0", recognizer="q"), row("clean", "u1", noise="white")]
    results = Results.from_rows(rows, ())
    assert results.names("condition") == ["c1", "clean"]
    assert results.names("noise") == ["white"]
    chosen = results.where(recognizer="r", condition="clean").table.to_pylist()
    assert [(r["condition"], r["utterance"]) for r in chosen] == [("clean", "u0"), ("clean", "u1")]
    assert results.where(noise="white").table.num_rows == 1
    assert results.where(noise="pink").table.num_rows == 0


def test_a_shuffled_table_pools_to_the_same_counts() -> None:
    rows = [row(c, u, hits=k) for k, (c, u) in enumerate((c, u) for c in ("clean", "c1") for u in ("u0", "u1", "u2"))]
    shuffled = rows[:]
    random.Random(3).shuffle(shuffled)
    sums = [Results.from_rows(some, ()).cube("r") for some in (rows, shuffled)]
    for condition in ("clean", "c1"):
        totals = [cube.counts[cube.conditions.index(condition)].sum(axis=0) for cube in sums]
        assert np.array_equal(totals[0], totals[1])
