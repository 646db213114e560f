# SPDX-License-Identifier: Apache-2.0
"""Laws of disparity.json over random tables of results."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stresstest import disparity
from stresstest.conditions import Condition, ConditionGrid
from stresstest.profiles import Profile
from stresstest.results import Results
from stresstest.study import Component, Study

LABELS = ("clean", "noise=babble/snr_db=5")
STUDY = Study(
    name="law",
    question="?",
    seed=1,
    corpus=Component("none"),
    recognizers={"fake": Component("none")},
    grid=ConditionGrid(tuple(Condition.parse(label) for label in LABELS)),
    profiles={"noise/babble": Profile("babble", "noise", "", "archetype", "", "", {"": ()}, "")},
)
Row = dict[str, Any]


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Two or three accents of one to seven speakers, one or two utterances each; some decodes fail or are missing.

    An utterance has the same number of words, perhaps none, in every condition.
    """
    rows = []
    for accent in "abc"[: draw(st.integers(2, 3))]:
        for s in range(draw(st.integers(1, 7))):
            for u in range(draw(st.integers(1, 2))):
                words = draw(st.integers(0, 12))
                for label in LABELS:
                    fate = draw(st.sampled_from(["ok"] * 8 + ["failed", "missing"]))
                    hits, insertions = draw(st.integers(0, words)), draw(st.integers(0, 3))
                    deletions = draw(st.integers(0, words - hits))
                    counts = (hits, words - hits - deletions, deletions, insertions)
                    if fate != "missing":
                        rows.append(row(label, accent, s, u, fate, counts))
    return rows


def row(label: str, accent: str, speaker: int, utterance: int, status: str, counts: tuple[int, ...]) -> Row:
    name = f"{accent}{speaker}"
    shared = {"recognizer": "fake", "condition": label, "rep": 0, "utterance": f"{name}-{utterance}", "speaker": name}
    scored = (
        dict(zip(("hits", "substitutions", "deletions", "insertions"), counts, strict=True)) if status == "ok" else {}
    )
    return {**shared, "accent": accent, "status": status, **scored}


def compute(rows: list[Row]) -> dict[str, Any]:
    return disparity.compute(Results.from_rows(rows, ()), STUDY, replicates=100)


few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(tables())
def test_groups_add_up_to_the_whole(rows: list[Row]) -> None:
    for cell in compute(rows)["cells"]:
        for number in ("speakers", "utterances", "failed", "missing", "words", "errors", "hits", "insertions"):
            assert cell["overall"][number] == sum(group[number] for group in cell["groups"].values())
        decodes = [r for r in rows if r["condition"] == cell["condition"]]
        assert cell["overall"]["failed"] == sum(r["status"] == "failed" for r in decodes)
        assert cell["overall"]["utterances"] + cell["overall"]["failed"] == len(decodes)


@few
@given(tables())
def test_bounds_enclose_and_too_few_speakers_have_none(rows: list[Row]) -> None:
    for cell in compute(rows)["cells"]:
        for group in cell["groups"].values():
            assert (group["low"] is None) == (group["speakers"] < 5)
            assert group["low"] is None or 0 <= group["low"] <= group["high"]
        gap = cell["gap"]
        if gap and gap["low"] is not None:
            assert all(cell["groups"][name]["speakers"] >= 5 for name in gap["groups"])
            assert gap["low"] <= gap["difference"] <= gap["high"]
        else:
            assert cell["verdict"]["outcome"] == "inconclusive"


@few
@given(tables())
def test_what_fails_changes_no_other_number(rows: list[Row]) -> None:
    """Dropping the failed rows from the table leaves every rate as it is."""
    kept = [r for r in rows if r["status"] == "ok"]
    with_failures = {c["condition"]: c for c in compute(rows)["cells"]}
    for cell in compute(kept)["cells"] if kept else []:
        for name, group in cell["groups"].items():
            assert with_failures[cell["condition"]]["groups"][name]["wer"] == group["wer"]


@few
@given(tables())
def test_longer_names_change_no_number(rows: list[Row]) -> None:
    """Names that sort alike, so that ties fall alike: everything but the names and their random draws is equal."""
    longer = [{**r, "accent": f"{r['accent']}-accent"} for r in rows]
    for before, after in zip(compute(rows)["cells"], compute(longer)["cells"], strict=True):
        assert before["verdict"] == after["verdict"]
        assert before["overall"] == after["overall"]
        assert [m for _, m in sorted(before["degradation"].items())] == [
            m for _, m in sorted(after["degradation"].items())
        ]
        if before["gap"]:
            numbers = set(before["gap"]) - {"groups", "best", "worst"}
            assert {n: before["gap"][n] for n in numbers} == {n: after["gap"][n] for n in numbers}


@few
@given(rows=tables())
def test_it_is_json_and_the_same_each_time(rows: list[Row], tmp_path_factory: Any) -> None:
    folder: Path = tmp_path_factory.mktemp("law")
    found = compute(rows)
    disparity.write(found, folder / "a.json")
    disparity.write(compute(rows[::-1]), folder / "b.json")
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()
    assert json.loads((folder / "a.json").read_text()) == found


@settings(few, max_examples=12)
@given(tables())
def test_kinds_of_error_add_up_and_nothing_lies_outside_its_bounds(rows: list[Row]) -> None:
    for cell in compute(rows)["cells"]:
        for group in (g for g in cell["groups"].values() if g["words"]):
            kinds = [group[f"{kind}_rate"] for kind in ("substitution", "deletion", "insertion")]
            assert abs(sum(kinds) - group["wer"]) < 1e-9
            assert 0 <= group["wer_capped"] <= min(1, group["wer"]) + 1e-9
            for share in (group["hallucinated"], group["empty"]):
                assert share["low"] is None or 0 <= share["low"] <= share["rate"] <= share["high"] <= 1
            assert group["f1_low"] is None or 0 <= group["f1_low"] <= group["f1"]
        for kind in ("rest", "mean") if cell["beside"] else ():
            entry = cell["beside"][kind]
            for one in entry["groups"].values():
                assert one["low"] is None or one["low"] <= one["difference"] <= one["high"]
        if cell["beside"]:
            weights = cell["beside"]["mean"]["weights"]
            against = cell["beside"]["mean"]["groups"]
            assert abs(sum(weights[name] * one["difference"] for name, one in against.items())) < 1e-9
            spread = cell["gap"]["spread"]
            unknown = spread["corrected"] is None  # a group of one speaker tells nothing of chance
            assert (unknown and spread["low"] is None) or 0 <= spread["corrected"] <= spread["seen"]
