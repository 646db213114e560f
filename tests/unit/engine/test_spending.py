# SPDX-License-Identifier: Apache-2.0
"""A run that may spend only so much stops cleanly, goes on where it is given more, and shows no key anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_studies import study_over, write_corpus

from stresstest import provenance
from stresstest.engine.executors import Executor
from stresstest.engine.executors.inline import Inline
from stresstest.engine.executors.local import Local
from stresstest.engine.run import run
from stresstest.errors import RunFolderError, SpendingError
from stresstest.study import Study

KEY = "planted-0815-key-which-nobody-may-see"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), speakers=2, utterances=4)


def paid(manifest: Path, counter: Path, **options: Any) -> Study:
    return study_over(
        manifest, "batch_recognizers.Paid",
        options={"counter": str(counter), "concurrency": 2, "cost_per_hour": 3600.0, **options},
    )  # fmt: skip


@pytest.mark.parametrize("executor", [Inline(), Local(workers=2)], ids=str)
def test_a_cap_stops_all_workers_and_the_run_goes_on(executor: Executor, manifest: Path, tmp_path: Path) -> None:
    counter, out = tmp_path / "counter", tmp_path / "out"
    with pytest.raises(SpendingError, match=r"max_requests=33 .*raise max_requests"):
        run(paid(manifest, counter, max_requests=33), out, executor)
    assert counter.stat().st_size == 33
    assert not (out / "results.parquet").exists()
    with pytest.raises(RunFolderError, match="another study"):
        run(paid(manifest, tmp_path / "other", max_requests=33), out, executor)
    outcome = run(paid(manifest, counter, max_requests=1000, concurrency=3), out, executor)
    assert counter.stat().st_size == outcome.results.table.num_rows == 80, "nothing is asked twice"
    whole = run(paid(manifest, counter), tmp_path / "whole", Inline()).results
    assert outcome.results.signature() == whole.signature()
    table = outcome.results.table
    assert sum(table["requests"].to_pylist()) == provenance.read(out)["spending"]["odd"]["requests"] == 80
    assert sum(table["cost_usd"].to_pylist()) == pytest.approx(sum(table["audio_seconds"].to_pylist()))


def test_a_planted_key_is_in_no_file_of_the_run(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_API_KEY", KEY)
    study = paid(manifest, tmp_path / "counter", key_variable="TOY_API_KEY", down=str(tmp_path), tries=1)
    outcome = run(study, tmp_path / "out", Local(workers=2))
    assert outcome.failed == 80
    messages = outcome.results.names("failure_message")
    assert any("(redacted)" in message for message in messages)
    assert not any(KEY in message for message in messages)
    for file in (tmp_path / "out").rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file
