# SPDX-License-Identifier: Apache-2.0
"""The breaking point of worlds whose answer is known, beside the answer of every step."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from stresstest import disparity
from stresstest.conditions import Condition, ConditionGrid
from stresstest.disparity.breaking_point import look_level, measure
from stresstest.errors import ConfigError
from stresstest.profiles.library import Library
from stresstest.results import Results
from stresstest.search import Search, from_mapping, search_of
from stresstest.sections.base import Evidence, Table
from stresstest.sections.breaking_point import BreakingPoint
from stresstest.seeds import rng_for
from stresstest.statistics.bisection import Seen, next_step
from stresstest.statistics.psychometric import Curve
from stresstest.study import Study

SNRS = range(25, -6, -1)
STEPS = ("clean", *(f"noise=ward_babble/snr_db={s}" for s in SNRS))
CURVES = {"a": Curve(5.0, 0.35, 0.04, 1.0), "b": Curve(8.0, 0.35, 0.06, 1.0)}
CROSSING_DB = 13.0
"""Where the true gap of the two curves is a tenth: 0.094 at 14 dB, 0.120 at 13."""


def results_of(make: ModuleType, study: Study, seed: int, speakers: int = 16) -> Results:
    rows = []
    for accent, curve in CURVES.items():
        for s in range(speakers):
            moved = replace(curve, midpoint_db=curve.midpoint_db + rng_for(seed, accent, s).normal(0, 0.7))
            for condition in study.grid:
                rate = moved.rate(1000.0 if condition.snr_db is None else condition.snr_db)
                for u in range(4):
                    errors = int(rng_for(seed, accent, s, u, "words").binomial(make.WORDS, rate))
                    rows.append(make.row("pocketsphinx", condition, accent, f"{accent}-{s}", u, errors))
    return Results.from_rows(rows, ())


def study_of(make: ModuleType, asked: Search) -> Study:
    study: Study = make.study_of([Condition.parse(label) for label in STEPS[1:]])
    return replace(study, search=asked)


def searched(results: Results, study: Study) -> tuple[Study, Results]:
    """The study and the results that a search leaves."""
    asked, seen = study.search, dict[int, Seen]()
    assert asked is not None
    question, most = asked.question(study.tolerance.max_gap), asked.most_looks(len(results.names("utterance")))
    while len(seen) < most and (step := next_step(seen, question)) is not None:
        seen[step] = measure(results, study, asked.steps[step])
    labels = {asked.steps[step] for step in seen}
    kept = Results.from_rows((r for r in results.table.to_pylist() if r["condition"] in labels), results.strata)
    return replace(study, grid=ConditionGrid(tuple(c for c in study.grid if c.label in labels))), kept


@pytest.fixture(scope="module")
def left(synthetic_run: ModuleType) -> tuple[Study, Results, dict[str, Any]]:
    study = study_of(synthetic_run, Search("snr_db", STEPS, 8))
    found, kept = searched(results_of(synthetic_run, study, 1), study)
    return found, kept, disparity.compute(kept, found, replicates=200)


def test_it_is_within_a_decibel_of_the_answer_of_every_step_for_three_tenths_of_the_decodes(
    synthetic_run: ModuleType,
) -> None:
    for seed, sure in ((0, False), (1, False), (2, True)):
        study = study_of(synthetic_run, Search("snr_db", STEPS, 8, sure=sure))
        results = results_of(synthetic_run, study, seed)
        over = [measure(results, study, label).value > study.tolerance.max_gap for label in STEPS]
        exhaustive = next(n for n in range(len(STEPS)) if all(over[n : n + 2]))
        found, kept = searched(results, study)
        entry = disparity.breaking_point.breaking_point_entry(
            {"pocketsphinx": disparity.cells._tally(kept, found, "pocketsphinx")}, found
        )
        assert entry is not None
        assert abs(entry["breaks_db"] - (Condition.parse(STEPS[exhaustive]).snr_db or 99)) <= 1
        assert entry["looked"] / entry["steps"] <= 0.3
        assert sure or abs(entry["breaks_db"] - CROSSING_DB) <= 2
        assert not sure or entry["breaks"] == entry["surely_breaks"]


def test_the_file_says_what_was_looked_at_and_what_is_sure(left: tuple[Study, Results, dict[str, Any]]) -> None:
    entry = left[2]["breaking_point"]
    assert [look["condition"] for look in entry["looks"]] == [c.label for c in left[0].grid]
    assert entry["settled"]
    assert entry["holds_db"] - entry["breaks_db"] == 1
    assert entry["look_level"] == pytest.approx(1 - 0.05 / 32)
    assert entry["surely_breaks_db"] <= entry["breaks_db"]
    assert entry["surely_holds_db"] is None or entry["surely_holds_db"] >= entry["holds_db"]
    outcomes = {look["condition"]: look["outcome"] for look in entry["looks"]}
    assert outcomes["clean"] == "holds"
    assert outcomes[entry["surely_breaks"]] == "exceeds"


def test_the_section_prints_the_answer(left: tuple[Study, Results, dict[str, Any]]) -> None:
    study, results, numbers = left
    blocks = BreakingPoint().build(Evidence(study, results, numbers, {}))
    entry = numbers["breaking_point"]
    assert "clean and from ward babble 25\u00a0dB to ward babble -5\u00a0dB" in blocks[0].text  # type: ignore[union-attr]
    assert blocks[1].text.startswith(
        f"From ward babble {entry['breaks_db']:g}\u00a0dB on, the gap is above 10\u00a0points"
    )  # type: ignore[union-attr]
    table = next(b for b in blocks if isinstance(b, Table))
    assert len(table.rows) == entry["looked"]
    assert BreakingPoint().build(Evidence(study, results, {**numbers, "breaking_point": None}, {})) == []


def test_the_wer_of_a_group_is_searched_too(synthetic_run: ModuleType) -> None:
    at = {}
    for group in ("a", "b", None):
        study = study_of(synthetic_run, Search("snr_db", STEPS, 8, "wer", group, 0.5))
        found, kept = searched(results_of(synthetic_run, study, 2), study)
        at[group] = disparity.compute(kept, found, replicates=200)["breaking_point"]["breaks_db"]
    assert at["b"] - at["a"] == pytest.approx(3, abs=1)  # the curves lie 3 dB apart
    assert at[None] == at["b"]


def test_the_groups_of_the_study_decide_where_to_look(synthetic_run: ModuleType) -> None:
    """Accents differ and genders, dealt evenly within each accent, do not: their gap stays within the tolerance."""
    study = study_of(synthetic_run, Search("snr_db", STEPS, 8))
    by_accent = results_of(synthetic_run, study, 3)
    rows = [{**row, "gender": "fm"[int(row["speaker"][2:]) % 2]} for row in by_accent.table.to_pylist()]
    results = Results.from_rows(rows, ("gender",))
    by_gender = replace(study, group_by="gender")
    assert len(measure(results, by_gender, STEPS[12]).rates) == 2
    accents, genders = (searched(results, s)[0] for s in (study, by_gender))
    assert len(accents.grid) != len(genders.grid)
    found = disparity.compute(searched(results, by_gender)[1], genders, replicates=200)["breaking_point"]
    assert found["breaks"] is None
    assert disparity.compute(searched(by_accent, study)[1], accents, replicates=200)["breaking_point"]["breaks"]


def test_all_steps_share_the_error(synthetic_run: ModuleType) -> None:
    asked = Search("snr_db", STEPS, 8)
    assert len(STEPS) * (1 - look_level(asked)) == pytest.approx(0.05)


def test_a_search_survives_the_file() -> None:
    asked = Search("snr_db", STEPS, 8, "wer", "a", 0.2, 500, sure=True)
    study = {"steps": list(STEPS), "axis": "snr_db", "stride": 8, "measure": "wer", "group": "a"}
    assert from_mapping({**study, "tolerance": 0.2, "budget_decodes": 500, "sure": True}) == asked
    assert from_mapping(None) is None


def test_without_a_budget_three_in_ten_of_the_steps_are_looked_at_and_a_decibel_more_has_to_exceed_too() -> None:
    asked = Search("snr_db", STEPS, 8)
    assert (asked.most_looks(480), asked.lasts) == (9, 1)
    assert replace(asked, budget_decodes=2000).most_looks(480) == 4
    assert replace(asked, budget_decodes=10**6).most_looks(480) == len(STEPS)
    halves = ("clean", *(f"noise=ward_babble/snr_db={20 - n / 2:g}" for n in range(12)))
    assert (Search("snr_db", halves, 8).lasts, Search("snr_db", halves, 8).most_looks(480)) == (2, 7)
    assert Search("snr_db", ("clean", *STEPS[1::5]), 8).lasts == 0
    assert Search("device", ("clean", "device=clipping@mild", "device=clipping@severe"), 8).most_looks(1) == 3


GIVEN = {"axis": "snr_db", "profile": "ward_babble", "from_db": 20, "to_db": 0, "resolution_db": 5, "measure": "gap"}


def test_the_steps_of_an_axis() -> None:
    library = Library.shipped()
    asked = search_of(GIVEN | {"at": {"device": "irs_handset"}}, library)
    assert asked is not None
    assert asked.steps[:2] == ("clean", "noise=ward_babble/snr_db=20/device=irs_handset")
    assert len(asked.steps) == 6
    severities = search_of({"axis": "device", "profile": "clipping"}, library)
    assert severities is not None
    assert list(severities.steps[1:]) == [f"device=clipping@{s}" for s in library.get("device", "clipping").severities]
    assert search_of({"axis": None}, library) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"axis": "snr"}, "no 'snr' to search along; allowed: .*snr_db"),
        ({"from_db": 0, "to_db": 20}, "The mild end comes first"),
        ({"resolution_db": 0}, "search.resolution_db takes a number from 0.1 to 20"),
        ({"profile": None}, "search.profile names the noise profile"),
        ({"profile": "ward_bable"}, "ward_babble"),
        ({"axis": "device", "profile": "irs_handset"}, "has no severities"),
        ({"measure": "wer"}, "needs search.tolerance"),
        ({"measure": "f1"}, "search.measure: there is no 'f1'"),
        ({"group": "a"}, "a gap is between all groups"),
        ({"sure": "yes"}, "search.sure takes true or false"),
        ({"budget_decodes": 0}, "search.budget_decodes takes a whole number"),
        ({"at": {"noise": "x"}}, "search.at fixes other stages"),
        ({"tolerence": 1}, "did you mean 'tolerance'"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError if change.get("profile") != "ward_bable" else Exception, match=says):
        search_of(GIVEN | change, Library.shipped())
