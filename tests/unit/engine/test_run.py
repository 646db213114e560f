"""A run's folder: same bytes whatever the workers, order or interruptions; one process and one study at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from small_studies import speechlike, study_over, write_corpus

from stresstest.audio.files import write
from stresstest.engine.executors import Executor, Finish, Progress
from stresstest.engine.executors.inline import Inline
from stresstest.engine.executors.local import Local
from stresstest.engine.plan import Unit
from stresstest.engine.run import rescore, run
from stresstest.engine.store import RunFolder
from stresstest.errors import RunFolderError
from stresstest.study import Study, Tolerance


@dataclass(frozen=True)
class Backwards(Inline):
    """Executes units from the last to the first and is interrupted after `stop_after` of them."""

    stop_after: int | None = None

    def execute(self, study: Study, units: Sequence[Unit], finish: Finish, progress: Progress, log: Path) -> None:
        super().execute(study, list(reversed(units))[: self.stop_after], finish, progress, log)
        if self.stop_after is not None:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_over(write_corpus(tmp_path_factory.mktemp("corpus"), speakers=6), reps=2)


@pytest.fixture(scope="module")
def signature(study: Study, tmp_path_factory: pytest.TempPathFactory) -> str:
    return run(study, tmp_path_factory.mktemp("reference"), Inline()).results.signature()


@pytest.mark.parametrize("executor", [Local(workers=1), Local(workers=3), Backwards()], ids=str)
def test_rows_do_not_depend_on_workers_or_order(study: Study, signature: str, executor: Executor, tmp_path: Path):
    assert run(study, tmp_path, executor).results.signature() == signature


def test_rows_do_not_depend_on_interruptions(study: Study, signature: str, tmp_path: Path):
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            run(study, tmp_path, Backwards(stop_after=2))
    assert len(RunFolder(tmp_path).finished()) == 4
    assert not (tmp_path / "results.parquet").exists()
    assert run(study, tmp_path, Local(workers=2)).results.signature() == signature


def test_a_finished_run_decodes_nothing_again(study: Study, signature: str, tmp_path: Path):
    run(study, tmp_path, Inline())
    assert run(study, tmp_path, Backwards(stop_after=0)).results.signature() == signature


def test_a_second_process_is_refused(study: Study, tmp_path: Path):
    folder = RunFolder(tmp_path)
    with folder.locked(), pytest.raises(RunFolderError, match="Another process is working in"):
        run(study, tmp_path, Inline())


def test_a_changed_study_is_refused_with_the_difference(study: Study, tmp_path: Path):
    run(study, tmp_path, Inline())
    with pytest.raises(RunFolderError, match=r"(?s)seed: 7 -> 8.*output=DIR"):
        run(replace(study, seed=8), tmp_path, Inline())
    with pytest.raises(RunFolderError, match=r"(?s)tolerance\.max_gap: 0\.1 -> 0\.2.*stresstest rescore"):
        run(replace(study, tolerance=Tolerance(0.2)), tmp_path, Inline())


def test_changed_audio_is_refused(tmp_path: Path):
    manifest = write_corpus(tmp_path / "corpus")
    run(study_over(manifest), tmp_path / "out", Inline())
    write(tmp_path / "corpus" / "u0.wav", speechlike(0.6, 8000, 99))
    with pytest.raises(RunFolderError, match="audio or the transcripts have changed"):
        run(study_over(manifest), tmp_path / "out", Inline())


def test_audio_that_breaks_while_running_is_a_failure(tmp_path: Path):
    manifest = write_corpus(tmp_path / "corpus")
    silent = speechlike(0.6, 8000, 0).scaled_db(-200)
    write(tmp_path / "corpus" / "u0.wav", silent)
    results = run(study_over(manifest), tmp_path / "out", Inline()).results
    broken = [row for row in results.table.to_pylist() if row["utterance"] == "u0"]
    assert len(broken) == 5
    assert all(row["failure_kind"] == "audio" and row["deletions"] is None for row in broken)


def test_rescore_changes_texts_and_keeps_hypotheses(study: Study, tmp_path: Path):
    first = run(study, tmp_path, Inline()).results
    again = rescore(tmp_path, {"normalizer": "whisper_english"}).results
    assert again.table["hypothesis"] == first.table["hypothesis"]
    assert set(again.names("reference_normalized")) == {"32101"}
    assert RunFolder(tmp_path).study().normalizer == "whisper_english"
    assert rescore(tmp_path, {"normalizer": "basic"}).results.signature() == first.signature()


def test_the_study_reads_back_as_written(study: Study, tmp_path: Path):
    run(study, tmp_path, Inline())
    assert RunFolder(tmp_path).study().to_mapping() == study.to_mapping()
    assert RunFolder(tmp_path).study().digest == study.digest
