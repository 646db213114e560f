"""What a decode does to its process becomes a row; nothing else is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_studies import study_over, write_corpus

from stresstest.engine.executors.inline import Inline
from stresstest.engine.executors.local import Local
from stresstest.engine.run import run
from stresstest.errors import RecognizerError
from stresstest.results import Results


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), speakers=1, utterances=2)


@pytest.fixture(scope="module")
def calm(manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The rows without any failure."""
    return run(study_over(manifest), tmp_path_factory.mktemp("calm"), Inline()).results


def _by_cell(results: Results) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["condition"], row["utterance"]): row for row in results.table.to_pylist()}


@pytest.mark.parametrize(
    ("mood", "kind"),
    [("raise", "error"), ("die", "crashed"), ("hang", "timeout"), ("nonsense", "bad_output"), ("refuse", "refused")],
)
def test_failure_is_recorded_and_the_rest_is_kept(mood: str, kind: str, manifest: Path, calm: Results, tmp_path: Path):
    study = study_over(manifest, "odd_recognizers.Moody", options={"mood": mood})
    outcome = run(study, tmp_path, Local(workers=2, time_limit_seconds=1.0 if mood == "hang" else 30))
    expected, found = _by_cell(calm), _by_cell(outcome.results)
    assert found.keys() == expected.keys()
    for cell, row in found.items():
        fails = int(str(expected[cell]["audio_sha256"]), 16) % 3 == 0
        assert row["status"] == ("failed" if fails else "ok")
        assert row["failure_kind"] == (kind if fails else None)
        assert row["hypothesis"] == (None if fails else expected[cell]["hypothesis"])
        assert (row["deletions"] is None) == fails
    assert outcome.failed == sum(row["status"] == "failed" for row in found.values()) > 0


def test_a_recognizer_that_always_dies_stops_the_run(manifest: Path, tmp_path: Path):
    with pytest.raises(RecognizerError, match=r"5 times in a row.*status 7"):
        run(study_over(manifest, "odd_recognizers.Doomed"), tmp_path, Local(workers=1))


def test_a_recognizer_that_cannot_start_is_no_failure_of_cells(manifest: Path, tmp_path: Path):
    with pytest.raises(RecognizerError, match=r"cannot start.*status 9"):
        run(study_over(manifest, "odd_recognizers.Stillborn"), tmp_path, Local(workers=1))
    assert not list((tmp_path / "units").glob("*.parquet"))


def test_a_worker_that_dies_after_its_last_row_loses_nothing(tmp_path: Path):
    manifest = write_corpus(tmp_path / "corpus", speakers=4)
    calm = run(study_over(manifest), tmp_path / "calm", Inline()).results
    outcome = run(study_over(manifest, "odd_recognizers.LastWords"), tmp_path / "mortal", Local(workers=2))
    assert outcome.results.signature() == calm.signature()


def test_a_traceback_in_the_log_holds_no_secret(manifest: Path, tmp_path: Path):
    options = {"api_key": "sk-123456", "leaks": "crash"}
    with pytest.raises(RecognizerError, match="cannot start"):
        run(study_over(manifest, "odd_recognizers.Keyed", options=options), tmp_path, Local(workers=1))
    log = (tmp_path / "run.log").read_text(encoding="utf-8")
    assert "PermissionError: 401 for (redacted)" in log
    assert "sk-123456" not in log
