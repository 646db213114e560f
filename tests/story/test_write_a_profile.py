# SPDX-License-Identifier: Apache-2.0
"""The page for authors of profiles is followed to the letter."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from stresstest.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "write_a_profile.md").read_text(encoding="utf-8")
FILE = "my_profiles/noise/dispenser.yaml"


def _blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _run(command: str, folder: Path) -> tuple[int, str, str]:
    """Exit status, output and errors of one line of shell; `stresstest` runs in this process, which is quicker."""
    words, out, err = shlex.split(command), io.StringIO(), io.StringIO()
    if words[0] != "stresstest":
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words[1:])
    return status, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after all commands and files of the page, in its order; each command must succeed."""
    folder, said = tmp_path_factory.mktemp("desk"), list[str]()
    for step in re.split(r"(?m)^(?=## )", PAGE):
        blocks = re.findall(r"^```(sh|yaml)\n(.*?)^```", step, re.DOTALL | re.MULTILINE)
        named = re.findall(r"Save this as `([\w/.]+)`", step)
        for language, text in blocks:
            if language == "yaml":
                (folder / named.pop(0)).write_text(text, encoding="utf-8")
                continue
            for command in text.splitlines():
                status, out, err = _run(command, folder)
                assert status == 0, f"{command}\n{err}"
                said.append(out)
        assert not named
    (folder / "said.txt").write_text("".join(said), encoding="utf-8")
    return folder


def test_every_command_works_and_writes_what_the_page_says(desk: Path) -> None:
    names = {str(f.relative_to(desk)) for f in desk.rglob("*") if f.is_file()}
    parts = {f"parts-{part}.wav" for part in ("clean", "noise", "before_device", "after_device", "after_channel")}
    assert names == parts | {
        FILE, "my_profiles/device/old_badge.yaml", "my_profiles/profile.schema.json", "said.txt",
        "dispenser.png", "dispenser.wav", "both.png", "badge.wav", "my_profiles/docs/README.md",
        "my_profiles/docs/noise/dispenser.md", "my_profiles/docs/noise/dispenser.png",
        "my_profiles/docs/device/old_badge.md", "my_profiles/docs/device/old_badge.png",
    }  # fmt: skip
    said = (desk / "said.txt").read_text(encoding="utf-8")
    assert "noise=dispenser/snr_db=5" in said
    assert "device=old_badge@collar" in said


def test_the_mistakes_are_found_as_the_page_shows(desk: Path) -> None:
    (shown,) = _blocks("text", PAGE)
    right = (desk / FILE).read_text(encoding="utf-8")
    wrong = right.replace("f0_hz: 2400", "f0_herz: 2400").replace("duty: 0.25", "duty: 2")
    (desk / FILE).write_text(wrong, encoding="utf-8")
    status, _, err = _run(f"stresstest profile check {FILE}", desk)
    (desk / FILE).write_text(right, encoding="utf-8")
    assert status == 2
    assert err == shown
