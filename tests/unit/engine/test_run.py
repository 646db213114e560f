"""A run's folder: same bytes whatever the workers, order or interruptions; one process and one study at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_studies import speechlike, study_over, write_corpus

from stresstest import provenance
from stresstest.audio.files import write
from stresstest.engine.executors import Executor, Finish, Progress
from stresstest.engine.executors.inline import Inline
from stresstest.engine.executors.local import Local
from stresstest.engine.plan import Unit
from stresstest.engine.run import rescore, run
from stresstest.engine.store import RunFolder
from stresstest.errors import RunFolderError
from stresstest.study import RenderOptions, Study, Tolerance


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


def test_failures_stay_until_they_are_asked_for_again(tmp_path: Path):
    manifest = write_corpus(tmp_path / "corpus")
    gate = tmp_path / "down"
    gate.touch()
    study = study_over(manifest, "odd_recognizers.Unavailable", options={"while_there": str(gate)})
    assert run(study, tmp_path / "out", Inline()).failed > 0
    gate.unlink()
    kept = run(study, tmp_path / "out", Inline())
    assert kept.failed > 0
    with pytest.raises(KeyboardInterrupt):
        run(study, tmp_path / "out", Backwards(stop_after=1), retry_failed=True)
    assert RunFolder(tmp_path / "out").failed()  # an interruption loses no unit that was written before
    mended = run(study, tmp_path / "out", Inline(), retry_failed=True)
    assert mended.failed == 0
    assert mended.results.signature() == run(study, tmp_path / "whole", Inline()).results.signature()
    assert run(study, tmp_path / "out", Backwards(stop_after=0), retry_failed=True).failed == 0


def test_two_revisions_of_a_recognizer_do_not_mix(tmp_path: Path):
    version = tmp_path / "version"
    version.write_text("1.0", encoding="utf-8")
    study = study_over(write_corpus(tmp_path / "c"), "odd_recognizers.Upgraded", options={"version": str(version)})
    with pytest.raises(KeyboardInterrupt):
        run(study, tmp_path / "out", Backwards(stop_after=1))
    version.write_text("2.0", encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"another revision.*1\.0 -> .*2\.0.*output=DIR"):
        run(study, tmp_path / "out", Inline())
    version.write_text("1.0", encoding="utf-8")
    assert run(study, tmp_path / "out", Inline()).results.names("recognizer_revision") == ["upgraded 1.0"]


def test_the_run_says_what_its_files_lack(tmp_path: Path):
    manifest = write_corpus(tmp_path / "corpus")
    both = np.stack([speechlike(0.6, 44100, k).samples for k in range(2)], axis=1)
    soundfile.write(tmp_path / "corpus" / "u0.wav", both, 44100)
    run(study_over(manifest), tmp_path / "out", Inline())
    limits = provenance.read(tmp_path / "out")["corpus"]["limits"]
    assert "less than the working rate of 16 kHz: a 8 of 9, b 9 of 9." in limits
    assert "mixed down to one: a 1 of 9, b 0 of 9." in limits
    run(study_over(manifest, render=RenderOptions(rate_hz=8000)), tmp_path / "narrow", Inline())
    assert "working rate" not in provenance.read(tmp_path / "narrow")["corpus"]["limits"]
