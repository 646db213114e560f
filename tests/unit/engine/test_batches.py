# SPDX-License-Identifier: Apache-2.0
"""Rows do not depend on how many waveforms are decoded together, and a bad one fails alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_studies import study_over, write_corpus

from stresstest.engine.executors.inline import Inline
from stresstest.engine.executors.local import Local
from stresstest.engine.plan import make_plan
from stresstest.engine.run import run
from stresstest.engine.worker import Task, Worker
from stresstest.results import Results
from stresstest.study import Study

BATCHED = "batch_recognizers.Batched"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), speakers=2, utterances=4)


def batched(manifest: Path, **options: Any) -> Study:
    return study_over(manifest, BATCHED, options=options)


@pytest.fixture(scope="module")
def single(manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(batched(manifest, batch_size=1), tmp_path_factory.mktemp("single"), Inline()).results


@pytest.mark.parametrize("size", [2, 3, 64])
def test_rows_do_not_depend_on_the_batch(size: int, manifest: Path, single: Results, tmp_path: Path) -> None:
    log = tmp_path / "log"
    found = run(batched(manifest, batch_size=size, log=str(log)), tmp_path / "out", Inline()).results
    sizes = [int(line) for line in log.read_text().split()]
    assert found.signature() == single.signature()
    assert sum(sizes) == len(set(found.table["audio_sha256"].to_pylist()))
    assert max(sizes) == min(size, 5)  # toward the end a unit is one utterance of five conditions
    seconds = found.table["decode_seconds"].to_pylist()
    assert all(s > 0 for s in seconds)


@pytest.mark.parametrize("skip", [0, 1, 4, 6, 14, 15])
def test_a_unit_goes_on_from_any_cell(skip: int, manifest: Path) -> None:
    study = batched(manifest, batch_size=4)
    plan = make_plan(study)
    worker, unit = Worker(Task(study, "odd")), replace(plan.units[0], utterances=plan.utterances[:3])
    told: list[tuple[Any, ...]] = []

    def rows(skip: int, singly: bool = False) -> list[tuple[int, dict[str, Any]]]:
        return [(n, {**row, "decode_seconds": 0}) for n, row in worker.rows(unit, skip, told.append, singly)]

    whole = rows(0)
    told.clear()
    assert rows(skip) == whole[skip:]
    assert sum(count for _, _, count in told) == len(whole) - skip
    assert [first for _, first, _ in told] == list(range(skip, len(whole), 4))
    assert rows(skip, singly=True) == whole[skip:]


@pytest.mark.parametrize(("mood", "kind"), [("raise", "error"), ("short", "bad_output"), ("nonsense", "bad_output")])
def test_a_bad_waveform_fails_alone(mood: str, kind: str, manifest: Path, single: Results, tmp_path: Path) -> None:
    found = run(batched(manifest, mood=mood), tmp_path, Inline()).results.table.to_pylist()
    for row, calm in zip(found, single.table.to_pylist(), strict=True):
        fails = int(calm["audio_sha256"], 16) % 3 == 0
        assert row["failure_kind"] == (kind if fails else None)
        assert row["hypothesis"] == (None if fails else calm["hypothesis"])


@pytest.mark.parametrize(("mood", "kind"), [("die", "crashed"), ("hang", "timeout")])
def test_a_batch_that_ends_its_process_is_tried_one_by_one(mood: str, kind: str, tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "corpus", speakers=1, utterances=1)
    calm = run(batched(manifest, batch_size=1), tmp_path / "calm", Inline()).results.table.to_pylist()
    executor = Local(workers=2, time_limit_seconds=0.7 if mood == "hang" else 60)
    found = run(batched(manifest, mood=mood, batch_size=3), tmp_path / "out", executor).results.table.to_pylist()
    assert {row["failure_kind"] for row in found} == {None, kind}
    for row, other in zip(found, calm, strict=True):
        fails = int(other["audio_sha256"], 16) % 3 == 0
        assert (row["status"], row["hypothesis"]) == (("failed", None) if fails else ("ok", other["hypothesis"]))


@pytest.mark.parametrize("said", ["half", "language", "word", "message"])
def test_what_cannot_be_written_is_a_failure_and_ends_no_run(said: str, tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "corpus", speakers=1, utterances=1)
    study = study_over(manifest, "batch_recognizers.Mangled", labels=["clean"], options={"said": said})
    rows = run(study, tmp_path / "out", Inline()).results.table.to_pylist()
    assert {row["failure_kind"] for row in rows} == {"refused" if said == "message" else "bad_output"}
    assert all("?" in row["failure_message"] or "\\ud83d" in row["failure_message"] for row in rows)
