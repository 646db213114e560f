# SPDX-License-Identifier: Apache-2.0
"""Who gets no answer: counted against plain Python, flagged where chance does not explain it, quiet where it does."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from stresstest.disparity.availability import availability, availability_sentences
from stresstest.engine.takings import takings
from stresstest.results import Results
from stresstest.seeds import rng_for

REPLICATES = 400


def rows(
    rates: dict[str, float], event: str = "unanswered", speakers: int = 8, each: int = 20, seed: int = 0
) -> list[dict[str, Any]]:
    """Decodes of each group's speakers, of which a share of about `rates` goes wrong in one way."""
    made = []
    for group, rate in rates.items():
        for s in range(speakers):
            rng = rng_for(seed, group, s)
            own = min(1.0, rate * rng.uniform(0.5, 1.5))
            for u in range(each):
                made.append(row(group, f"{group}{s}", u, event if rng.random() < own else ""))
    return made


def row(group: str, speaker: str, u: int, event: str) -> dict[str, Any]:
    failed = event in ("unanswered", "audio")
    counts = {"hits": 0, "substitutions": 0, "deletions": 5, "insertions": 0} if event == "empty" else {
        "hits": 5, "substitutions": 0, "deletions": 0, "insertions": 0}  # fmt: skip
    return {
        "recognizer": "r", "condition": "clean", "rep": 0, "utterance": f"{speaker}-{u}", "speaker": speaker,
        "accent": group, "reference": "x", "status": "failed" if failed else "ok", "words": 5, "audio_seconds": 2.0,
        "failure_kind": ("audio" if event == "audio" else "timeout" if u % 2 else "refused") if failed else None,
        "decode_seconds": None if failed else 0.5 + u, "repetition_loop": None if failed else event == "loops",
        **({} if failed else counts),
    }  # fmt: skip


def entry(made: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = availability(Results.from_rows(made, ()), 1, REPLICATES)
    return found


@pytest.mark.parametrize("event", ["unanswered", "empty", "loops"])
def test_shares_are_those_counted_by_hand_and_a_real_difference_is_flagged(event: str) -> None:
    made = rows({"north": 0.02, "south": 0.3}, event)
    found = entry(made)
    for group in ("north", "south"):
        mine = [r for r in made if r["accent"] == group]
        bad = {"unanswered": [r for r in mine if r["status"] == "failed"],
               "empty": [r for r in mine if r.get("deletions") == 5],
               "loops": [r for r in mine if r["repetition_loop"]]}[event]  # fmt: skip
        share = found["groups"][group][event]
        assert share["number"] == len(bad)
        assert share["rate"] == pytest.approx(len(bad) / len(mine))
        assert share["low"] < share["rate"] < share["high"]
        assert found["groups"][group]["decodes"] == len(mine)
        kinds = found["groups"][group]["kinds"]
        assert sum(kinds.values()) == (len(bad) if event == "unanswered" else 0)
    (difference,) = [d for d in found["differences"] if d["p_value"] is not None]
    assert (difference["measure"], difference["worst"], difference["best"]) == (event, "south", "north")
    assert difference["flagged"]
    (sentence,) = availability_sentences([found])
    assert "south" in sentence


def test_groups_that_are_served_alike_are_seldom_flagged() -> None:
    flagged = [
        any(d["flagged"] for d in entry(rows({"a": 0.1, "b": 0.1}, seed=seed, each=10))["differences"])
        for seed in range(60)
    ]
    assert sum(flagged) <= 9, "at nominal 5 % more than 9 of 60 come once in a thousand times"


def test_audio_that_could_not_be_rendered_is_nobody_s_failure_to_answer() -> None:
    made = [row("a", f"a{s}", u, "audio" if u == 0 else "") for s in range(6) for u in range(5)]
    found = entry(made)["groups"]["a"]
    assert found["decodes"] == 24
    assert found["unanswered"]["number"] == 0
    assert found["kinds"] == {"audio": 6}


def test_words_where_nothing_is_to_be_heard_are_counted() -> None:
    silent = row("a", "a0", 0, "") | {"words": 0, "hits": 0, "insertions": 3}
    cut = row("a", "a0", 1, "") | {"level_change_db": -200.0}
    quiet = row("a", "a0", 2, "empty") | {"level_change_db": -200.0}
    loud = row("a", "a0", 3, "") | {"level_change_db": -20.0}
    assert entry([silent, cut, quiet, loud])["groups"]["a"]["said_on_silence"] == 2


def test_few_speakers_are_described_and_old_results_have_no_loops() -> None:
    made = [{**r, "repetition_loop": None} for r in rows({"a": 0.1, "b": 0.9}, speakers=3)]
    found = entry(made)
    assert [d["p_value"] for d in found["differences"]] == [None, None]
    assert found["groups"]["b"]["unanswered"]["low"] is None
    assert found["groups"]["b"]["loops"] is None
    assert not list(availability_sentences([found]))


def test_neither_the_order_of_rows_nor_the_names_of_groups_matter() -> None:
    made = rows({"a": 0.1, "b": 0.2}, speakers=6)
    shuffled = random.Random(3).sample(made, len(made))
    assert repr(entry(shuffled)) == repr(entry(made))
    swapped = [{**r, "accent": {"a": "y", "b": "x"}[r["accent"]]} for r in made]
    assert entry(swapped)["groups"]["y"] == entry(made)["groups"]["a"]


def test_takings_are_sums_and_percentiles_by_group() -> None:
    made = [r | {"requests": 2, "cost_usd": 0.25} for r in rows({"a": 0.2, "b": 0.0})]
    found = takings(Results.from_rows(made, ()))["r"]
    assert set(found) == {"a", "b"}
    assert found["b"]["decode_seconds"] == pytest.approx(sum(r["decode_seconds"] for r in made if r["accent"] == "b"))
    factors = [r["decode_seconds"] / 2 for r in made if r["accent"] == "a" and r["decode_seconds"] is not None]
    assert found["a"]["rtf_median"] == pytest.approx(np.median(factors), abs=1e-4)
    assert found["a"]["rtf_p95"] == pytest.approx(np.percentile(factors, 95), abs=1e-4)
    assert (found["a"]["requests"], found["a"]["cost_usd"], found["a"]["sent_seconds"]) == (320, 40.0, None)


def test_groups_that_are_served_alike_have_no_worst() -> None:
    made = [row(g, f"{g}{s}", u, "empty" if u == 0 else "") for g in "ab" for s in range(6) for u in range(5)]
    (difference,) = [d for d in entry(made)["differences"] if d["p_value"] is not None]
    assert (difference["worst"], difference["best"], difference["difference"]) == (None, None, 0)
    assert not difference["flagged"]
