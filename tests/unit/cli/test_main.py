# SPDX-License-Identifier: Apache-2.0
"""The command line as a whole: help with an example, one message for what is wrong, and no heavy imports for help."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from stresstest import __version__
from stresstest.cli import COMMANDS, main
from stresstest.places import data_folder

ACTIONS = [
    *(("profile", a) for a in ("list", "show", "plot", "listen", "check")),
    *(("corpus", a) for a in ("list", "import", "describe", "check")),
]
HEAVY = (
    "torch",
    "torchaudio",
    "audiomentations",
    "matplotlib",
    "numpy",
    "scipy",
    "pyarrow",
    "hydra",
    "omegaconf",
    "rich",
)


def test_every_file_is_a_command_and_every_command_a_file() -> None:
    folder = Path(importlib.import_module("stresstest.cli").__file__ or "").parent
    assert set(COMMANDS) == {f.stem for f in folder.iterdir() if f.stem[0] != "_"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"Example: stresstest {name}" in said
    assert importlib.import_module(f"stresstest.cli.{name}").EXAMPLE in said


@pytest.mark.parametrize(("command", "action"), ACTIONS)
def test_every_action_has_help(command: str, action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, action, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"usage: stresstest {command} {action}" in said
    assert f"Example: stresstest {command} {action}" in said


@pytest.mark.parametrize("name", ["run", "plan"])
def test_help_names_every_shipped_study_and_recognizer(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([name, "--help"])
    said = capsys.readouterr().out
    for group in ("study", "recognizer"):
        for file in (data_folder("conf") / group).glob("*.yaml"):
            assert file.stem in said


def test_help_lists_every_command_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "Example: stresstest run study=ward_demo" in said
    for name in COMMANDS:
        assert any(line.split()[:1] == [name] for line in said.splitlines())


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"stresstest {__version__}"


@pytest.mark.parametrize("arguments", [[], ["fly"], ["report"], ["check", "x", "--max-gap", "a"], ["profile", "sing"]])
def test_a_wrong_call_is_2_without_a_traceback(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "usage: stresstest" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("code", ["import stresstest", "import stresstest.cli; stresstest.cli.main(['--help'])"])
def test_nothing_heavy_is_loaded_for_import_and_help(code: str) -> None:
    script = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
        f"print('loaded', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "stresstest", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"stresstest {__version__}"


def test_overrides_stand_before_and_after_the_options_of_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "study=smoke", "--config-dir", str(tmp_path), "seed=5"]) == 0
    assert "corpus.max_utterances_per_speaker" not in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main(["plan", "study=smoke", "--config-dir", str(tmp_path), "--sed=5"])
    assert stop.value.code == 2
    assert "unrecognized arguments: --sed=5" in capsys.readouterr().err
