# SPDX-License-Identifier: Apache-2.0
"""What the README shows is executed as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_studies import write_corpus

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.audio.spectra import shaped_noise
from stresstest.seeds import rng_for

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def _commands(starting: str) -> list[str]:
    lines = [line.split("  #")[0].strip() for block in _blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith(starting)]


def _shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def speechless(seconds: float) -> Waveform:
    """A room with a hum and nobody in it."""
    rng = rng_for(1, "room")
    t = np.arange(round(seconds * 16000)) / 16000
    noise = shaped_noise(t.size, 16000, (125, 500, 2000, 6000), (60, 55, 48, 40), rng)
    return Waveform((0.02 * noise + 0.01 * np.sin(2 * np.pi * 420 * t)).astype(np.float32), 16000)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README describes it: recordings, configs, a recognizer."""
    folder = tmp_path_factory.mktemp("desk")
    write_corpus(folder / "recordings", speakers=5, utterances=1)
    (folder / "myconf" / "study").mkdir(parents=True)
    (folder / "myconf" / "recognizer").mkdir()
    study, scenes, recognizer = _blocks("yaml")
    (folder / "myconf" / "study" / "night_shift.yaml").write_text(study, encoding="utf-8")
    (folder / "myconf" / "study" / "bedside.yaml").write_text(scenes, encoding="utf-8")
    pump = folder / "my_profiles" / "noise" / "my_pump.yaml"
    pump.parent.mkdir(parents=True)
    shipped = (ROOT / "noise_profiles" / "noise" / "imaging_tone.yaml").read_text(encoding="utf-8")
    pump.write_text(shipped.replace("name: imaging_tone", "name: my_pump"), encoding="utf-8")
    write(folder / "room.wav", speechless(24.0))
    (folder / "myconf" / "recognizer" / "mine.yaml").write_text(recognizer, encoding="utf-8")
    (folder / "my_recognizer.py").write_text(_blocks("python")[0], encoding="utf-8")
    return folder


def test_python_in_ten_lines(tmp_path: Path):
    code = _blocks("python")[1].replace('"study=smoke"', '"study=smoke", "corpus.max_utterances_per_speaker=1"')
    assert len([line for line in code.splitlines() if line.strip()]) <= 12
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("clean ")
    assert (tmp_path / "outputs" / "from_python" / "appendix.html").is_file()


def test_own_recordings_commands_plan_and_check(desk: Path):
    plans = [c for c in _commands("stresstest plan") if "study=own" in c]
    for command in [*_commands("stresstest corpus"), *plans]:
        done = _shell(command, desk)
        assert done.returncode == 0, done.stderr


def test_the_acoustics_of_a_deployment(desk: Path):
    for command in _commands("stresstest profile"):
        done = _shell(command, desk)
        assert done.returncode == 0, done.stderr
    assert (desk / "my_profiles" / "noise" / "radiology_b2.yaml").is_file()
    plan, run = (c for c in (*_commands("stresstest plan"), *_commands("stresstest run")) if "study=bedside" in c)
    done = _shell(f"{plan} profiles=my_profiles", desk)
    assert done.returncode == 0, done.stderr
    mine = "recognizer=mine 'allowed_packages=[stresstest,my_recognizer]' executor=inline"
    done = _shell(f"{run} {mine}", desk)
    assert done.returncode == 0, done.stderr
    text = (desk / "outputs" / "bedside" / "appendix.md").read_text(encoding="utf-8")
    assert "tablet on the blanket" in text
    assert "What the draw of the noise adds" in text


def test_own_study_and_own_recognizer(desk: Path):
    (command,) = [c for c in _commands("stresstest run") if "recognizer=mine" in c]
    done = _shell(f"{command} study=night_shift corpus.min_speakers=5", desk)
    assert done.returncode == 0, done.stderr
    text = (desk / "outputs" / "night_shift" / "appendix.md").read_text(encoding="utf-8")
    assert "Whom does the new scanner hurt?" in text
    (several,) = [c for c in _commands("stresstest run") if " -m " in c]
    mine = command.removeprefix("stresstest run").replace("--config-dir myconf", "")
    done = _shell(f"{several} {mine} executor.workers=1", desk)
    assert done.returncode == 0, done.stderr
    assert len(list((desk / "outputs" / "night_shift").glob("*/appendix.html"))) == 2
    (gate,) = _commands("stresstest check")
    assert _shell(gate, desk).returncode in (3, 4)


def test_every_command_is_in_the_readme():
    from stresstest.cli import COMMANDS

    for name in COMMANDS:
        assert f"`stresstest {name}" in README
