# SPDX-License-Identifier: Apache-2.0
"""The command line as a user meets it: several studies side by side, and the wheel that brings it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_studies import write_corpus
from tiny_runs import overrides, write_configs

from stresstest import provenance
from stresstest.results import Results

ROOT = Path(__file__).parents[2]
SUPPORT = ROOT / "tests" / "support"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and configs."""
    folder = tmp_path_factory.mktemp("place")
    write_corpus(folder / "corpus", speakers=5, utterances=2)
    write_configs(folder / "conf", keyed={"api_key": "sk-do-not-show"})
    return folder


def run(place: Path, where: Path, *arguments: str, recognizer: str = "loudness") -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "stresstest", "run", "--config-dir", str(place / "conf")]
    call += [*overrides(place / "corpus" / "manifest.csv", recognizer), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    return subprocess.run(call, cwd=where, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("launcher", ["basic", "joblib", "submitit_local"])
def test_several_studies_side_by_side(launcher: str, place: Path, tmp_path: Path) -> None:
    done = run(place, tmp_path, "-m", "seed=1,2", f"hydra/launcher={launcher}")
    assert done.returncode == 0, done.stderr
    folders = sorted(f.parent for f in tmp_path.rglob("results.parquet"))
    assert len(folders) == 2
    assert all((folder / "appendix.md").is_file() for folder in folders)
    assert {provenance.read(folder)["seed"] for folder in folders} == {1, 2}
    one, other = (Results.read(folder / "results.parquet") for folder in folders)
    clean = [some.where(condition="clean").table["audio_sha256"] for some in (one, other)]
    noisy = [some.where(condition="noise=white/snr_db=0").table["audio_sha256"] for some in (one, other)]
    assert clean[0] == clean[1]
    assert not set(noisy[0].to_pylist()) & set(noisy[1].to_pylist())


def test_a_study_that_fails_among_several_ends_with_its_status(place: Path, tmp_path: Path) -> None:
    done = run(place, tmp_path, "-m", "grid.axes.noise=[white],[wite]")
    assert done.returncode == 2
    assert "no noise profile 'wite'; allowed: " in done.stderr
    assert "Traceback" not in done.stderr
    assert len(list(tmp_path.rglob("results.parquet"))) == 1


def test_workers_and_one_process_give_the_same_rows(place: Path, tmp_path: Path) -> None:
    for name, more in (("one", []), ("two", ["executor=local", "executor.workers=2"])):
        done = run(place, tmp_path, f"output={name}", *more, recognizer="moody")
        assert done.returncode == 5, done.stderr
        assert "Traceback" not in done.stderr
    one, two = (Results.read(tmp_path / name / "results.parquet") for name in ("one", "two"))
    assert one.signature() == two.signature()
    found = [json.loads((tmp_path / name / "disparity.json").read_text(encoding="utf-8")) for name in ("one", "two")]
    assert found[0] == found[1]


def test_the_wheel_brings_configs_and_profiles(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"stresstest/{f.relative_to(ROOT)}" for d in ("conf", "noise_profiles") for f in (ROOT / d).rglob("*.*")}
    wanted |= {str(f.relative_to(ROOT)) for f in (ROOT / "stresstest").rglob("*.py")}
    assert len(wanted) > 100
    assert wanted <= held
    assert not [name for name in held if name.startswith("tests")]
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    code = (
        "import stresstest; from stresstest.config import compose\n"
        "print(stresstest.__file__, len(compose('study=smoke').study.grid))"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split() == [str(installed / "stresstest" / "__init__.py"), "3"], done.stderr
