# SPDX-License-Identifier: Apache-2.0
"""How words go wrong, and each group beside the others, from small tables whose numbers are known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stresstest import disparity
from stresstest.conditions import CLEAN, ConditionGrid
from stresstest.results import Results
from stresstest.study import Component, Study

STUDY = Study(
    name="small",
    question="?",
    seed=3,
    corpus=Component("none"),
    recognizers={"fake": Component("none")},
    grid=ConditionGrid((CLEAN,)),
    profiles={},
)
Counts = tuple[int, int, int, int]
"""Hits, substitutions, deletions, insertions."""


def compute(decodes: Mapping[tuple[str, str], list[Counts | None]], **changes: Any) -> dict[str, Any]:
    """disparity.json of (accent, speaker) → one alignment an utterance; None for a failed decode."""
    names = ("hits", "substitutions", "deletions", "insertions")
    rows = [
        {
            "recognizer": "fake", "condition": "clean", "rep": 0, "utterance": f"{speaker}-{u}", "speaker": speaker,
            "accent": accent, "words": 4, "status": "ok" if counts else "failed",
            **dict(zip(names, counts or (), strict=False)),
        }
        for (accent, speaker), alignments in decodes.items()
        for u, counts in enumerate(alignments)
    ]  # fmt: skip
    return disparity.compute(Results.from_rows(rows, ()), replace(STUDY, **changes), replicates=200)


def speakers(accent: str, count: int, wrong: int, words: int = 40) -> dict[tuple[str, str], list[Counts | None]]:
    """Speakers of one utterance each, around `wrong` substitutions."""
    return {
        (accent, f"{accent}{s}"): [(words - wrong - s % 3 + 1, wrong + s % 3 - 1, 0, 0)] for s in range(count)
    }  # fmt: skip


def test_kinds_of_error_add_up_to_the_wer_and_no_utterance_counts_beyond_its_words() -> None:
    """Speaker x: 3 of 4 right, then invents ten words; y: nothing recognized, a failure, and two words on silence."""
    group = compute({("a", "x"): [(3, 1, 0, 0), (0, 4, 0, 10)], ("a", "y"): [(0, 0, 4, 0), None, (0, 0, 0, 2)]})
    a = group["cells"][0]["groups"]["a"]
    assert (a["words"], a["errors"]) == (12, 21)
    kinds = (a["substitution_rate"], a["deletion_rate"], a["insertion_rate"])
    assert kinds == pytest.approx((5 / 12, 4 / 12, 12 / 12))
    assert sum(kinds) == pytest.approx(a["wer"])
    assert a["wer_capped"] == pytest.approx((1 + 4 + 4) / 12)
    assert (a["hallucinated"]["utterances"], a["hallucinated"]["rate"]) == (1, pytest.approx(1 / 3))
    assert (a["empty"]["utterances"], a["empty"]["rate"]) == (1, pytest.approx(1 / 3))
    assert a["silence"] == {"utterances": 1, "words": 2}
    assert a["speaker_mean"]["wer"] == pytest.approx((15 / 8 + 6 / 4) / 2)
    assert a["utterance_median"] == pytest.approx(1.0)
    assert a["speaker_median"] == pytest.approx((15 / 8 + 6 / 4) / 2)
    assert (a["hallucinated"]["high"], a["speaker_mean"]["low"], a["f1_low"]) == (None, None, None)


def test_shares_of_utterances_have_intervals_over_speakers() -> None:
    """Ten speakers of ten utterances, of which one in ten is empty: spread alike, or all with one speaker."""
    alike = {("a", f"s{s}"): [(0, 0, 4, 0)] + [(4, 0, 0, 0)] * 9 for s in range(10)}
    one = {("a", f"s{s}"): [(0, 0, 4, 0) if s == 0 else (4, 0, 0, 0)] * 10 for s in range(10)}
    first, second = (compute(d)["cells"][0]["groups"]["a"]["empty"] for d in (alike, one))
    assert first["rate"] == second["rate"] == pytest.approx(0.1)
    assert second["high"] - second["low"] > 1.5 * (first["high"] - first["low"])


def test_kinds_of_error_have_the_intervals_of_a_wer_that_is_theirs_alone() -> None:
    """With substitutions only, their rate is the WER and so is its interval; a kind that never occurs has a floor."""
    decodes = {("a", f"s{s}"): [(36 - s % 4, 4 + s % 4, 0, 0), (40, 0, 0, 0)] for s in range(12)}
    deleted = {key: [(h, d, s, i) for h, s, d, i in some] for key, some in decodes.items()}
    (a,), (b,) = (compute(d)["cells"][0]["groups"].values() for d in (decodes, deleted))
    assert (a["substitution_low"], a["substitution_high"]) == (a["low"], a["high"])
    assert (b["deletion_low"], b["deletion_high"]) == (a["low"], a["high"])
    assert (a["insertion_rate"], a["insertion_low"]) == (0, 0)
    assert 0 < a["insertion_high"] < a["low"]
    few = compute(dict(list(decodes.items())[:4]))["cells"][0]["groups"]["a"]
    assert [few[f"{kind}_{end}"] for kind in ("substitution", "insertion") for end in ("low", "high")] == [None] * 4


THREE = {**speakers("a", 8, 4), **speakers("b", 8, 8), **speakers("c", 16, 16)}


def test_each_group_stands_beside_the_reference_the_rest_and_the_mean() -> None:
    cell = compute(THREE, reference="b", population={"a": 2.0, "b": 1.0, "c": 1.0})["cells"][0]
    wer, found = {n: g["wer"] for n, g in cell["groups"].items()}, cell["beside"]
    assert (found["reference"]["group"], set(found["reference"]["groups"])) == ("b", {"a", "c"})
    assert found["reference"]["groups"]["c"]["difference"] == pytest.approx(wer["c"] - wer["b"])
    assert found["reference"]["groups"]["c"]["ratio"] == pytest.approx(wer["c"] / wer["b"])
    words = {n: g["words"] for n, g in cell["groups"].items()}
    rest = (wer["b"] * words["b"] + wer["c"] * words["c"]) / (words["b"] + words["c"])
    assert found["rest"]["groups"]["a"]["difference"] == pytest.approx(wer["a"] - rest)
    mean = (2 * wer["a"] + wer["b"] + wer["c"]) / 4
    assert (found["mean"]["wer"], found["mean"]["weights"]["a"]) == (pytest.approx(mean), 0.5)
    assert found["mean"]["groups"]["a"]["difference"] == pytest.approx(wer["a"] - mean)
    for table in (found[kind]["groups"] for kind in found):
        assert all(one["low"] < one["difference"] < one["high"] for one in table.values())
    assert found["rest"]["groups"]["c"]["low"] > 0 > found["rest"]["groups"]["a"]["high"]


def test_without_a_declaration_words_weight_the_mean_and_there_is_no_reference() -> None:
    cell = compute(THREE)["cells"][0]
    assert cell["beside"]["reference"] is None
    assert cell["beside"]["mean"]["wer"] == pytest.approx(cell["overall"]["wer"])
    assert cell["beside"]["mean"]["weights"]["c"] == pytest.approx(0.5)


def test_what_the_results_cannot_follow_is_said_and_stops_nothing() -> None:
    found = compute(THREE, reference="d", population={"a": 1, "b": 1})
    assert found["cells"][0]["beside"]["reference"] is None
    assert found["cells"][0]["beside"]["mean"] is None
    assert "The reference group d is none of the groups of these results: a, b, c." in found["warnings"]
    assert any("no share for c: there is no weighted mean" in warning for warning in found["warnings"])


def test_few_speakers_are_described_without_intervals_and_one_group_stands_beside_nobody() -> None:
    few = compute({**speakers("a", 3, 4), **speakers("b", 3, 8)})["cells"][0]
    assert few["beside"]["rest"]["groups"]["b"]["difference"] > 0
    assert few["beside"]["rest"]["groups"]["b"]["low"] is None
    assert few["gap"]["spread"]["corrected"] <= few["gap"]["spread"]["seen"]
    assert few["gap"]["spread"]["low"] is None
    assert compute(speakers("a", 8, 4))["cells"][0]["beside"] is None


def test_the_spread_is_that_of_the_rates_and_less_without_chance() -> None:
    cell = compute(THREE)["cells"][0]
    spread, wer = cell["gap"]["spread"], [g["wer"] for g in cell["groups"].values()]
    assert spread["seen"] == pytest.approx(np.std(wer, ddof=1))
    assert 0 < spread["low"] < spread["corrected"] < spread["seen"] < spread["high"]


def test_f1_is_bounded_for_every_group_at_once() -> None:
    cell = compute({**THREE, **speakers("d", 4, 20)})["cells"][0]
    groups = cell["groups"]
    assert groups["d"]["f1_low"] is None
    assert all(groups[n]["f1_low"] < groups[n]["f1"] for n in "abc")
    assert cell["f1_min"] == {
        "group": "d", "f1": groups["d"]["f1"], "low": groups["c"]["f1_low"], "bounded": ["a", "b", "c"],
    }  # fmt: skip


def test_other_names_for_the_groups_only_change_names() -> None:
    """All but the bootstrap, whose draws are named after the group."""
    renamed = {"a": "z", "b": "y", "c": "x"}
    other = compute({(renamed[a], s): found for (a, s), found in THREE.items()})["cells"][0]
    cell = compute(THREE)["cells"][0]
    drawn = ("low", "high")
    for name, new in renamed.items():
        one, two = cell["groups"][name], other["groups"][new]
        assert {k: v for k, v in one.items() if k not in drawn} == {k: v for k, v in two.items() if k not in drawn}
        before, after = (c["beside"]["rest"]["groups"][n] for c, n in ((cell, name), (other, new)))
        assert (after["difference"], after["ratio"]) == (before["difference"], before["ratio"])
        assert (after["low"], after["high"]) == pytest.approx((before["low"], before["high"]), abs=0.01)
    assert other["gap"]["spread"] == pytest.approx(cell["gap"]["spread"])
    assert other["f1_min"]["low"] == pytest.approx(cell["f1_min"]["low"])


def test_every_speaker_twice_leaves_points_alone_and_narrows_intervals() -> None:
    twice = {**THREE, **{(a, s + "-again"): alignments for (a, s), alignments in THREE.items()}}
    one, two = compute(THREE)["cells"][0], compute(twice)["cells"][0]
    for name, group in one["groups"].items():
        for key in ("wer", "f1", "substitution_rate", "wer_capped", "speaker_median", "utterance_median"):
            assert two["groups"][name][key] == group[key]
        assert two["groups"][name]["speaker_mean"]["wer"] == group["speaker_mean"]["wer"]
        assert two["groups"][name]["f1_low"] > group["f1_low"]
        before, after = (c["beside"]["rest"]["groups"][name] for c in (one, two))
        assert (after["difference"], after["ratio"]) == (before["difference"], before["ratio"])
        assert after["high"] - after["low"] < before["high"] - before["low"]
    assert two["gap"]["spread"]["seen"] == one["gap"]["spread"]["seen"]


def test_merging_equal_groups_leaves_the_rate_and_what_the_others_stand_beside() -> None:
    split = {**speakers("a", 9, 4), **speakers("b", 9, 4), **speakers("c", 9, 8)}
    merged = {("a" if accent == "b" else accent, s): found for (accent, s), found in split.items()}
    two, one = compute(split)["cells"][0], compute(merged)["cells"][0]
    assert one["groups"]["a"]["wer"] == two["groups"]["a"]["wer"] == two["groups"]["b"]["wer"]
    assert one["beside"]["rest"]["groups"]["c"]["difference"] == two["beside"]["rest"]["groups"]["c"]["difference"]
    assert one["gap"]["difference"] == two["gap"]["difference"]
    assert one["beside"]["mean"]["wer"] == two["beside"]["mean"]["wer"]
