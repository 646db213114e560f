# SPDX-License-Identifier: Apache-2.0
"""provenance.json: what made a run, and what it never holds."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest
from small_studies import study_over, write_corpus

import stresstest
from stresstest import provenance
from stresstest.engine.executors.inline import Inline
from stresstest.engine.plan import make_plan
from stresstest.engine.run import rescore, run
from stresstest.errors import RunFolderError

SECRET = "sk-do-not-show"


def test_the_environment_names_what_can_change_a_result() -> None:
    found = provenance.environment()
    assert found["stresstest"] == stresstest.__version__ == metadata.version("stresstest")
    assert found["python"] == platform.python_version()
    for name in ("numpy", "scipy", "soxr", "torch", "torchaudio", "audiomentations", "jiwer"):
        assert found["packages"][name] == metadata.version(name)


def test_a_file_reads_back_and_a_missing_one_is_named(tmp_path: Path) -> None:
    provenance.write(tmp_path, {"größe": [1, 2.5, None]})
    assert provenance.read(tmp_path) == {"größe": [1, 2.5, None]}
    assert [f.name for f in tmp_path.iterdir()] == ["provenance.json"]
    with pytest.raises(RunFolderError, match=r"has no provenance\.json; `stresstest run output="):
        provenance.read(tmp_path / "elsewhere")


def test_times_are_in_utc_to_the_second() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    now = datetime.fromisoformat(provenance.now())
    assert before <= now <= datetime.now(UTC)
    assert now.microsecond == 0


def test_a_run_says_what_made_it(tmp_path: Path) -> None:
    study = study_over(write_corpus(tmp_path / "corpus"))
    outcome = run(study, tmp_path / "out", Inline(), command="stresstest run x")
    found = provenance.read(tmp_path / "out")
    assert found["study_digest"] == study.digest
    assert found["results_signature"] == outcome.results.signature()
    assert found["seed"] == study.seed
    assert found["command"] == "stresstest run x"
    assert found["cells"] == {"total": 90, "ok": 90, "failed": 0}
    assert found["recognizers"]["odd"] == {"target": "odd_recognizers.Loudness", "revision": "loudness 5"}
    assert found["corpus"]["groups"]["a"]["speakers"] + found["corpus"]["groups"]["b"]["speakers"] == 6
    assert found["times"]["decode_seconds"] >= 0
    assert found["times"]["audio_seconds"] == pytest.approx(90 * 0.7, rel=0.01)
    assert [s["units"] for s in found["times"]["sessions"]] == [len(make_plan(study).units)]
    run(study, tmp_path / "out", Inline(), command="stresstest run x")
    assert [s["units"] for s in provenance.read(tmp_path / "out")["times"]["sessions"]][1:] == [0]
    rescored = rescore(tmp_path / "out", {"normalizer": "whisper_english"})
    again = provenance.read(tmp_path / "out")
    assert again["results_signature"] == rescored.results.signature() != found["results_signature"]


@pytest.mark.parametrize("leaks", ["nowhere", "raise", "failure", "nonsense"])
def test_no_file_of_a_run_holds_a_secret(leaks: str, tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "corpus", speakers=1, utterances=1)
    options = {"api_key": SECRET, "leaks": leaks}
    outcome = run(study_over(manifest, "odd_recognizers.Keyed", options=options), tmp_path / "out", Inline())
    texts = outcome.results.table.to_pylist()
    assert SECRET not in json.dumps(texts)
    assert outcome.failed == (0 if leaks == "nowhere" else len(texts))
    for file in (tmp_path / "out").rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes(), file
