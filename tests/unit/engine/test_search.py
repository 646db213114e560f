# SPDX-License-Identifier: Apache-2.0
"""A search decodes what it looks at, once, and leaves an ordinary finished run behind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_studies import study_over, write_corpus

from stresstest.conditions import Condition, ConditionGrid
from stresstest.engine.decoding import Row
from stresstest.engine.executors.inline import Inline
from stresstest.engine.run import Watcher, rescore, run
from stresstest.engine.search import FILE, search
from stresstest.errors import ConfigError, RunFolderError
from stresstest.results import Results
from stresstest.search import Search
from stresstest.statistics.bisection import Seen
from stresstest.study import Study

STEPS = ("clean", *(f"noise=speech_shaped/snr_db={s}" for s in range(20, -4, -2)))
LOOKED = [STEPS[n] for n in (0, 4, 8, 6, 5)]


class Counter(Watcher):
    """Counts decodes; interrupts after some."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.rows, self.stop_after = 0, stop_after

    def row(self, row: Row) -> None:
        self.rows += 1
        if self.rows == self.stop_after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    manifest = write_corpus(tmp_path_factory.mktemp("corpus"), speakers=2, utterances=1)
    return study_over(manifest, labels=STEPS, search=Search("snr_db", STEPS, 4))


def below_eleven(results: Results, study: Study, label: str) -> Seen:
    """A gap that is above a tenth from 10 dB on; a step is judged by results that hold it."""
    assert label in results.names("condition")
    snr_db = Condition.parse(label).snr_db
    value = 0.0 if snr_db is None else (20.9 - snr_db) / 100
    return Seen((0.0, value), value)


def looks(folder: Path) -> list[str]:
    return [look["condition"] for look in json.loads((folder / FILE).read_text("utf-8"))["looks"]]


def test_it_decodes_the_steps_it_looks_at_and_no_other(study: Study, tmp_path: Path) -> None:
    counter = Counter()
    outcome = search(study, tmp_path, Inline(), below_eleven, counter)
    assert looks(tmp_path) == LOOKED
    assert set(outcome.results.names("condition")) == set(LOOKED)
    assert counter.rows == 4 * len(LOOKED) == outcome.results.table.num_rows
    record = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert (record["stopped"], record["decodes"], record["decodes_of_every_step"]) == ("found", 20, 4 * len(STEPS))


def test_its_rows_are_those_of_a_run_of_the_same_conditions(study: Study, tmp_path: Path) -> None:
    found = search(study, tmp_path / "search", Inline(), below_eleven).results
    grid = ConditionGrid(tuple(c for c in study.grid if c.label in LOOKED))
    assert found.signature() == run(replace(study, grid=grid), tmp_path / "run", Inline()).results.signature()


def test_an_interrupted_search_goes_on_and_a_finished_one_decodes_nothing(study: Study, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        search(study, tmp_path, Inline(), below_eleven, Counter(stop_after=11))
    rest, again = Counter(), Counter()
    first = search(study, tmp_path, Inline(), below_eleven, rest)
    assert rest.rows < 20
    second = search(study, tmp_path, Inline(), below_eleven, again)
    assert again.rows == 0
    assert first.results.signature() == second.results.signature()


def test_what_it_leaves_can_be_scored_again(study: Study, tmp_path: Path) -> None:
    search(study, tmp_path, Inline(), below_eleven)
    again = rescore(tmp_path, {"normalizer": "whisper_english"})
    assert again.results.table.num_rows == 20


def test_the_budget_ends_it_and_a_budget_for_clean_alone_is_refused(study: Study, tmp_path: Path) -> None:
    def with_budget(decodes: int) -> Study:
        return replace(study, search=Search("snr_db", STEPS, 4, budget_decodes=decodes))

    search(with_budget(13), tmp_path / "some", Inline(), below_eleven)
    assert looks(tmp_path / "some") == LOOKED[:3]
    assert json.loads((tmp_path / "some" / FILE).read_text("utf-8"))["stopped"] == "budget"
    with pytest.raises(ConfigError, match="does not pay for clean and one step, 8 decodes"):
        search(with_budget(7), tmp_path / "none", Inline(), below_eleven)


def test_a_folder_of_another_kind_is_left_alone(study: Study, tmp_path: Path) -> None:
    run(replace(study, grid=ConditionGrid(tuple(study.grid)[:2])), tmp_path, Inline())
    before = (tmp_path / "results.parquet").read_bytes()
    with pytest.raises(RunFolderError, match="holds a run that is no search"):
        search(study, tmp_path, Inline(), below_eleven)
    assert (tmp_path / "results.parquet").read_bytes() == before
