# SPDX-License-Identifier: Apache-2.0
"""What cannot change disparity.json, or must change it in a known way, whatever the numbers are."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stresstest import disparity
from stresstest.conditions import Condition, ConditionGrid
from stresstest.profiles import Profile
from stresstest.results import Results
from stresstest.seeds import rng_for
from stresstest.study import Component, Study

CLEAN, NOISE = "clean", "noise=babble/snr_db=5"
STUDY = Study(
    name="law",
    question="?",
    seed=1,
    corpus=Component("none"),
    recognizers={"fake": Component("none")},
    grid=ConditionGrid(tuple(Condition.parse(label) for label in (CLEAN, NOISE))),
    profiles={"noise/babble": Profile("babble", "noise", "", "archetype", "", "", {"": ()}, "")},
)
POINTS = ("wer", "f1", "words", "errors", "hits", "substitutions", "deletions", "insertions", "speakers")
COUNTED = ("words", "hits", "substitutions", "deletions", "insertions")
Row = dict[str, Any]
few = settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
worlds = st.integers(0, 10**6)


def world(seed: int, accents: str = "abc", speakers: int = 6) -> Iterator[Row]:
    """Two utterances a speaker under two conditions; accents, speakers and conditions differ. No rate is 0."""
    for k, accent in enumerate(accents):
        for s in range(speakers):
            rng = rng_for(seed, "oracle", accent, s)
            own, reaction = 0.3 + 1.2 * rng.random(), 1 + 1.5 * rng.random()
            for u in range(2):
                words = int(rng.integers(20, 40))
                for label in (CLEAN, NOISE):
                    rate = (0.1 + 0.06 * k) * own * (reaction if label == NOISE else 1)
                    wrong = int(rng.binomial(words - 1, min(0.9, rate))) + 1
                    deleted = int(rng.integers(wrong + 1))
                    yield row(accent, f"{accent}{s}", u, label, words, wrong - deleted, deleted, int(rng.integers(3)))


def row(accent: str, speaker: str, u: int, label: str, words: int, sub: int, dele: int, ins: int) -> Row:
    return {
        "recognizer": "fake", "condition": label, "rep": 0, "utterance": f"{speaker}/{u}", "speaker": speaker,
        "accent": accent, "status": "ok", "words": words, "hits": words - sub - dele, "substitutions": sub,
        "deletions": dele, "insertions": ins,
    }  # fmt: skip


def times(rows: list[Row], factor: int) -> list[Row]:
    """All counts multiplied. From 20 on no variance is at its floor, which falls as words are added."""
    return [{**r, **{n: factor * r[n] for n in COUNTED}} for r in rows]


def compute(rows: list[Row]) -> dict[str, Any]:
    return disparity.compute(Results.from_rows(rows, ()), STUDY, replicates=400)


def cell(found: dict[str, Any], label: str = NOISE) -> dict[str, Any]:
    return next(c for c in found["cells"] if c["condition"] == label)


def estimates(found: dict[str, Any], group: str) -> list[float]:
    """The values of the changes of a group under noise, and of the regression beside them."""
    values = [cell(found)["degradation"][group][m]["value"] for m in ("delta_wer", "did", "log_did")]
    return [*values, coefficient(found, group)["value"]]


def coefficient(found: dict[str, Any], group: str) -> dict[str, Any]:
    entries = found["regression"]["recognizers"]["fake"]["coefficients"]
    return next(e for e in entries if e["group"] == group)


def close(value: Any) -> Any:
    """Equal but for the last digits."""
    return pytest.approx(value, rel=1e-6, abs=1e-6)


@few
@given(worlds)
def test_names_of_accents_mean_nothing(seed: int) -> None:
    """Accents renamed in another order: the same table under the new names."""
    rows = list(world(seed))
    new = {"a": "z", "b": "x", "c": "y"}
    before, after = compute(rows), compute([{**r, "accent": new[r["accent"]]} for r in rows])
    for label in (CLEAN, NOISE):
        old, fresh = cell(before, label), cell(after, label)
        for name in "abc":
            ours, theirs = old["groups"][name], fresh["groups"][new[name]]
            assert [ours[n] for n in POINTS] == [theirs[n] for n in POINTS]
            assert [ours["low"], ours["high"]] == close([theirs["low"], theirs["high"]])
        assert old["gap"]["difference"] == close(fresh["gap"]["difference"])
        assert (new[old["gap"]["best"]], new[old["gap"]["worst"]]) == (fresh["gap"]["best"], fresh["gap"]["worst"])
        assert old["gap"]["p_value"] == pytest.approx(fresh["gap"]["p_value"], abs=0.12)
    for name in "abc":
        assert estimates(before, name) == close(estimates(after, new[name]))
        ours, theirs = (cell(f)["degradation"][n]["did"] for f, n in ((before, name), (after, new[name])))
        assert [ours[k] for k in ("low", "high", "p_value")] == close([theirs[k] for k in ("low", "high", "p_value")])


@few
@given(worlds)
def test_every_speaker_twice_leaves_points_alone_and_narrows_intervals(seed: int) -> None:
    rows = times(list(world(seed)), 20)
    twins = [{**r, "speaker": r["speaker"] + "'", "utterance": r["utterance"] + "'"} for r in rows]
    once, twice = compute(rows), compute([*rows, *twins])
    for label in (CLEAN, NOISE):
        one, two = cell(once, label), cell(twice, label)
        for name in "abc":
            assert two["groups"][name]["wer"] == close(one["groups"][name]["wer"])
            assert two["groups"][name]["speakers"] == 2 * one["groups"][name]["speakers"]
        assert two["gap"]["difference"] == close(one["gap"]["difference"])
        assert two["gap"]["ratio"] == close(one["gap"]["ratio"])
        assert width(two["gap"]) < width(one["gap"])
    for name in "abc":
        assert estimates(twice, name)[:3] == close(estimates(once, name)[:3])
        moved = coefficient(twice, name)["value"] - coefficient(once, name)["value"]
        assert abs(moved) < 0.1 * width(coefficient(once, name))  # its correlation is estimated with fewer parameters
        for measure in ("delta_wer", "did", "log_did"):
            narrow, wide = (width(cell(f)["degradation"][name][measure]) for f in (twice, once))
            assert 0.5 < narrow / wide < 0.75  # 1 / √2, and a quantile of t with more degrees of freedom
        assert width(coefficient(twice, name)) < 0.8 * width(coefficient(once, name))


def width(entry: dict[str, Any]) -> float:
    return float(entry["high"] - entry["low"])


@few
@given(worlds)
def test_two_equal_groups_are_as_one_to_the_others(seed: int) -> None:
    """`b` and its double `d` apart or together: nothing that is said of `a` and `c` beside the rest changes."""
    rows = list(world(seed))
    double = [
        {**r, "accent": "d", "speaker": r["speaker"] + "'", "utterance": r["utterance"] + "'"}
        for r in rows
        if r["accent"] == "b"
    ]
    apart, merged = compute([*rows, *double]), compute([*rows, *({**r, "accent": "b"} for r in double)])
    assert cell(apart)["groups"]["b"]["wer"] == cell(apart)["groups"]["d"]["wer"] == cell(merged)["groups"]["b"]["wer"]
    assert cell(apart)["gap"]["difference"] == cell(merged)["gap"]["difference"]
    for name in "ac":
        assert estimates(apart, name) == close(estimates(merged, name))
        for measure in ("did", "log_did"):
            entries = [cell(found)["degradation"][name][measure] for found in (apart, merged)]
            assert entries[0]["p_value"] == close(entries[1]["p_value"])
            assert width(entries[0]) == close(width(entries[1]))


@few
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(seed: int, shuffler: random.Random) -> None:
    rows = list(world(seed))
    mixed = shuffler.sample(rows, len(rows))
    assert json.dumps(compute(rows)) == json.dumps(compute(mixed))


@few
@given(worlds)
def test_twice_the_words_and_twice_the_errors_are_the_same_rates(seed: int) -> None:
    """Speakers are the unit: what more words of the same speakers say of other speakers is nothing."""
    rows = list(world(seed))
    once, twice = compute(times(rows, 20)), compute(times(rows, 40))
    for label in (CLEAN, NOISE):
        one, two = cell(once, label), cell(twice, label)
        for name in "abc":
            same = ("wer", "f1", "low", "high")
            assert [one["groups"][name][n] for n in same] == close([two["groups"][name][n] for n in same])
        same = ("difference", "ratio", "null_mean", "crossfit")
        assert [one["gap"][n] for n in same] == close([two["gap"][n] for n in same])
        shrunk = ("p_value", "low", "high")  # by two errors of four words, which weigh less among more
        assert [one["gap"][n] for n in shrunk] == pytest.approx([two["gap"][n] for n in shrunk], abs=0.01)
    for name in "abc":
        assert estimates(once, name) == pytest.approx(estimates(twice, name), abs=1e-3)
        for entry in ("did", "log_did"):
            ours, theirs = (cell(found)["degradation"][name][entry] for found in (once, twice))
            assert [ours["low"], ours["high"]] == close([theirs["low"], theirs["high"]])


@few
@given(worlds)
def test_where_a_speakers_text_is_cut_means_nothing(seed: int) -> None:
    """Both utterances of a speaker as one: intervals over utterances would change, those over speakers do not."""
    rows = list(world(seed))
    joined: dict[tuple[str, str], Row] = {}
    for r in rows:
        key = (r["speaker"], r["condition"])
        before = joined.setdefault(key, {**r, **dict.fromkeys(COUNTED, 0), "utterance": r["speaker"]})
        joined[key] = {**before, **{n: before[n] + r[n] for n in COUNTED}}
    apart, whole = compute(rows), compute(list(joined.values()))
    for label in (CLEAN, NOISE):
        one, two = cell(apart, label), cell(whole, label)
        for name in "abc":
            same = (*POINTS, "low", "high", "mde")
            assert [one["groups"][name][n] for n in same] == [two["groups"][name][n] for n in same]
        assert one["gap"] == two["gap"]
        assert one["verdict"] == two["verdict"]
        assert one["degradation"] == two["degradation"]


@few
@given(worlds)
def test_another_accent_leaves_the_numbers_of_each_alone(seed: int) -> None:
    rows = list(world(seed, "abcd"))
    four, three = compute(rows), compute([r for r in rows if r["accent"] != "d"])
    for label in (CLEAN, NOISE):
        for name in "abc":
            ours, theirs = cell(four, label)["groups"][name], cell(three, label)["groups"][name]
            assert [ours[n] for n in (*POINTS, "low", "high")] == [theirs[n] for n in (*POINTS, "low", "high")]
    for name in "abc":
        ours, theirs = (cell(found)["degradation"][name]["delta_wer"] for found in (four, three))
        assert [ours[n] for n in ("value", "low", "high", "p_value")] == [
            theirs[n] for n in ("value", "low", "high", "p_value")
        ]


def test_the_invariants_would_catch_a_mean_of_utterance_rates() -> None:
    """The mean over utterances of their WER is moved by where the text is cut, which the pooled WER is not."""
    rows = [r for r in world(0) if r["accent"] == "a" and r["condition"] == NOISE]
    apart = [errors(r) / r["words"] for r in rows]
    whole = [
        sum(errors(r) for r in rows if r["speaker"] == s) / sum(r["words"] for r in rows if r["speaker"] == s)
        for s in sorted({r["speaker"] for r in rows})
    ]
    assert abs(sum(apart) / len(apart) - sum(whole) / len(whole)) > 1e-4


def errors(r: Row) -> int:
    return int(r["substitutions"] + r["deletions"] + r["insertions"])
