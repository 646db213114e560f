# SPDX-License-Identifier: Apache-2.0
"""Scoring: texts and counts of an answer; a failure has words but no edits."""

from __future__ import annotations

from typing import Any

import jiwer
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.engine.scoring import scored, scored_table
from stresstest.errors import StresstestError
from stresstest.results import COUNTS, Results

WORDS = st.lists(st.sampled_from(["one", "two", "Three", "four's"]), max_size=6).map(" ".join)


def row(reference: str, hypothesis: str | None) -> dict[str, Any]:
    status = "failed" if hypothesis is None else "ok"
    return {"reference": reference, "hypothesis": hypothesis, "status": status, "utterance": "u"}


@given(WORDS.filter(bool), WORDS)
@settings(deadline=None)
def test_counts_are_those_of_the_normalized_texts(reference: str, hypothesis: str) -> None:
    (found,) = scored([row(reference, hypothesis)], "basic")
    texts = found["reference_normalized"], found["hypothesis_normalized"]
    assert texts == (reference.lower(), hypothesis.lower())
    oracle = jiwer.process_words(*texts)
    errors = oracle.substitutions + oracle.deletions + oracle.insertions
    assert found["substitutions"] + found["deletions"] + found["insertions"] == errors
    assert found["hits"] + found["substitutions"] + found["deletions"] == found["words"] == len(reference.split())
    assert found["hits"] + found["substitutions"] + found["insertions"] == len(hypothesis.split())
    assert found["hypothesis"] == hypothesis
    assert found["utterance"] == "u"


def test_nothing_heard_is_all_deleted_and_a_failure_is_not() -> None:
    silent, failed = scored([row("call room five", ""), row("call room five", None)], "basic")
    assert [silent[k] for k in COUNTS] == [0, 0, 3, 0]
    assert [failed[k] for k in COUNTS] == [None] * 4
    assert failed["words"] == silent["words"] == 3
    assert failed["reference_normalized"] == "call room five"
    assert failed["hypothesis_normalized"] is None


def test_scoring_again_forgets_the_old_scores() -> None:
    (basic,) = scored([row("room twenty one", "room 21")], "basic")
    (whisper,) = scored([basic], "whisper_english")
    assert [basic[k] for k in COUNTS] == [1, 1, 1, 0]
    assert [whisper[k] for k in COUNTS] == [2, 0, 0, 0]
    (again,) = scored([whisper], "basic")
    assert again == basic


def test_an_unknown_normalizer_is_refused_with_the_names() -> None:
    with pytest.raises(StresstestError, match="allowed: basic, whisper_english"):
        list(scored([row("a", "b")], "none"))


@given(st.lists(st.tuples(WORDS, st.none() | WORDS), max_size=12))
@settings(deadline=None)
def test_a_table_is_scored_as_its_rows_are(pairs: list[tuple[str, str | None]]) -> None:
    rows = [row(reference, hypothesis) | {"word": str(k)} for k, (reference, hypothesis) in enumerate(pairs)]
    table = Results.from_rows(rows, ("word",), scored=False).table
    found = scored_table(table, "basic", ("word",))
    assert found.equals(Results.from_rows(scored(rows, "basic"), ("word",)).table)
    assert scored_table(found, "basic", ("word",)).equals(found)


def forty() -> pa.Table:
    rows = [row(f"Room {k % 7}, bed {k}", f"room {k % 7} bet {k % 3}" if k % 5 else None) for k in range(40)]
    return Results.from_rows(rows, (), scored=False).table


def test_processes_that_share_the_work_give_what_one_gives() -> None:
    assert scored_table(forty(), "basic", (), processes=2).equals(scored_table(forty(), "basic", (), processes=1))


def test_trying_some_pairs_first_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresstest.engine.scoring.TRIED", 3)
    assert scored_table(forty(), "basic", ()).equals(scored_table(forty(), "basic", (), processes=1))
