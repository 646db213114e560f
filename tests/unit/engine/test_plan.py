# SPDX-License-Identifier: Apache-2.0
"""The plan: every cell once, units with ids that follow what is decoded and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_studies import study_over, write_corpus

from stresstest.conditions import Condition, ConditionGrid
from stresstest.corpora import Selection
from stresstest.engine.executors.inline import Inline
from stresstest.engine.plan import ROWS_A_UNIT, make_plan
from stresstest.engine.run import rescore, run
from stresstest.errors import CorpusError
from stresstest.study import Component, Study, Tolerance


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_over(write_corpus(tmp_path_factory.mktemp("corpus"), speakers=10, utterances=2))


def ids(study: Study) -> list[str]:
    return [unit.id for unit in make_plan(study).units]


@pytest.mark.parametrize("reps", [1, 3, 40])
def test_units_hold_each_utterance_of_each_recognizer_once_and_in_order(study: Study, reps: int) -> None:
    recognizers = {name: Component("odd_recognizers.Loudness", {}) for name in ("one", "two")}
    plan = make_plan(replace(study, reps=reps, recognizers=recognizers))
    held = [(unit.recognizer, u.id) for unit in plan.units for u in unit.utterances]
    assert held == [(r, u.id) for r in recognizers for u in plan.utterances]
    assert plan.cells == len(held) * 5 * reps == len(held) * len(list(plan.units[0].cells(reps)))
    assert len(set(ids(plan.study))) == len(plan.units)
    for unit in plan.units:
        assert len(unit.utterances) == 1 or len(unit.utterances) * 5 * reps <= ROWS_A_UNIT


def test_cells_of_an_utterance_are_every_replicate_of_every_condition(study: Study) -> None:
    found = [(rep, c.label) for rep, c in make_plan(study).units[0].cells(reps=2)]
    assert found == [(rep, c.label) for rep in (0, 1) for c in study.grid]


def test_some_conditions_make_units_of_their_own_that_do_not_depend_on_the_others_asked_for(study: Study) -> None:
    plan = make_plan(study)
    first, second, *_ = study.grid
    apart = [plan.only([first]), plan.only([second])]
    assert [p.cells for p in apart] == [len(plan.utterances)] * 2
    assert {c for unit in apart[1].units for c in unit.conditions} == {second}
    assert not {u.id for u in apart[0].units} & {u.id for u in apart[1].units}
    assert plan.only(list(study.grid)).units == plan.units


def test_ids_follow_what_is_decoded(study: Study, tmp_path: Path) -> None:
    before = ids(study)
    assert ids(study) == before
    for scoring in (
        {"normalizer": "whisper_english"},
        {"tolerance": Tolerance(0.3)},
        {"name": "x"},
        {"question": "y?"},
    ):
        assert ids(replace(study, **scoring)) == before
    fewer = ConditionGrid((Condition(), Condition(channel="g711_ulaw")))
    for decoding in ({"seed": 8}, {"reps": 2}, {"grid": fewer}, {"selection": Selection(seed=5)}):
        assert not set(ids(replace(study, **decoding))) & set(before)
    other = write_corpus(tmp_path, speakers=10, utterances=2)
    text = other.read_text(encoding="utf-8")
    other.write_text(text.replace("three two", "three too", 1), encoding="utf-8")
    assert not set(ids(replace(study, corpus=Component(study.corpus.target, {"path": str(other)})))) & set(before)


def test_the_studys_seed_selects_unless_the_selection_has_its_own(study: Study) -> None:
    def chosen(seed: int, own: int) -> list[str]:
        selection = Selection(max_utterances_per_speaker=1, balance="words", seed=own)
        return [u.id for u in make_plan(replace(study, seed=seed, selection=selection)).utterances]

    draws = {tuple(chosen(seed, 0)) for seed in range(1, 6)}
    assert len(draws) > 1
    assert {tuple(chosen(seed, 3)) for seed in range(1, 6)} == {tuple(chosen(3, 0))}


def test_a_stratum_named_like_a_column_of_the_results_is_refused(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path)
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("gender", "status", 1), encoding="utf-8")
    with pytest.raises(CorpusError, match="status"):
        make_plan(study_over(manifest))


def test_a_rescored_run_goes_on_with_its_new_normalizer(tmp_path: Path) -> None:
    study = study_over(write_corpus(tmp_path / "corpus"))
    run(study, tmp_path / "out", Inline())
    rescored = rescore(tmp_path / "out", {"normalizer": "whisper_english"}).results.signature()
    times = {f: f.stat().st_mtime_ns for f in (tmp_path / "out" / "units").iterdir()}
    again = run(replace(study, normalizer="whisper_english"), tmp_path / "out", Inline())
    assert again.results.signature() == rescored
    assert {f: f.stat().st_mtime_ns for f in (tmp_path / "out" / "units").iterdir()} == times
