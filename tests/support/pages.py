# SPDX-License-Identifier: Apache-2.0
"""A page of the documentation, followed to the letter: files saved, commands run, in its order."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

from stresstest.cli import main

BLOCK = re.compile(r"^```(sh|python|yaml)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def follow(page: Path, folder: Path) -> list[str]:
    """Do in `folder` what the page says; each command must succeed. The commands, in order."""
    done: list[str] = []
    for step in re.split(r"(?m)^(?=## )", page.read_text(encoding="utf-8")):
        named = re.findall(r"[Ss]ave this as `([\w/.]+)`", step)
        for language, text in BLOCK.findall(step):
            if language != "sh":
                (folder / named.pop(0)).write_text(text, encoding="utf-8")
                continue
            for command in text.splitlines():
                status, said = run(command, folder)
                assert status == 0, f"{command}\n{said}"
                done.append(command)
        assert not named, f"{page.name} names a file that no block gives: {named}"
    return done


def run(command: str, folder: Path) -> tuple[int, str]:
    """Exit status and errors of one line of shell; `stresstest` runs in this process, which is quicker."""
    words, out, err = shlex.split(command), io.StringIO(), io.StringIO()
    if words[0] == "stresstest":
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            return main(words[1:]), err.getvalue()
    line = shlex.join([sys.executable if words[0] == "python" else words[0], *words[1:]])
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr
