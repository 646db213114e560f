# SPDX-License-Identifier: Apache-2.0
"""The page about Common Voice is followed to the letter, on a small release made here."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_studies import speechlike

from stresstest.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "prepare_common_voice.md").read_text(encoding="utf-8")
LABELS = (
    "England English", "India and South Asia (India, Pakistan, Sri Lanka)", "Irish English", "Scottish English",
    "Scottish English,Glasgow", "United States English", "United States English,Midwestern", "Non native speaker",
    "United States English,England English", "",
)  # fmt: skip
SPEAKERS = 10
REFUSED = "stresstest corpus check cv-corpus/en/five.csv"


def release(folder: Path) -> None:
    """A folder as today's releases have it: two clips a speaker, one of them silent and one another's copy."""
    (folder / "clips").mkdir(parents=True)
    rows = ["client_id\tpath\tsentence\tup_votes\tage\tgender\taccents\tlocale"]
    for n in range(2 * SPEAKERS * len(LABELS)):
        speaker = n // 2
        name, label = f"common_voice_en_{n}.mp3", LABELS[speaker % len(LABELS)]
        samples = np.zeros(38400) if n == 9 else speechlike(1.2, 32000, n - (n == 7)).samples
        soundfile.write(folder / "clips" / name, samples, 32000)
        gender = ("male_masculine", "female_feminine")[speaker // len(LABELS) % 2]
        rows.append(f"c{speaker:03d}\t{name}\tSentence number {n} is read.\t2\t\t{gender}\t{label}\ten")
    (folder / "validated.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def run(command: str, folder: Path) -> tuple[int, str]:
    """Exit status and output of one line of shell; `stresstest` runs in this process, which is quicker."""
    words, out = shlex.split(command), io.StringIO()
    if words[0] != "stresstest":
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(words[1:])
    return status, out.getvalue()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Command of the page → what it said, in the page's order, in one folder."""
    folder, said = tmp_path_factory.mktemp("desk"), dict[str, str]()
    release(folder / "cv-corpus" / "en")
    for step in re.split(r"(?m)^(?=## )", PAGE):
        named = re.findall(r"Save this as `([\w/.]+)`", step)
        for language, text in re.findall(r"^```(sh|yaml)\n(.*?)^```", step, re.DOTALL | re.MULTILINE):
            if language == "yaml":
                (folder / named.pop(0)).write_text(text, encoding="utf-8")
                continue
            for command in text.splitlines():
                status, out = run(command, folder)
                assert status == (2 if command == REFUSED else 0), f"{command}\n{out}"
                said[command] = out
    assert (folder / "groups.png").is_file()
    return said


def test_what_the_page_shows_is_what_is_said(said: dict[str, str]) -> None:
    findings, choice = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert "".join(f"{s}\n" for s in said[REFUSED].splitlines() if not s.startswith("note:")) == findings
    for command in (c for c in said if "stratify" in c):
        assert set(choice.splitlines()) <= set(said[command].splitlines())


def test_the_five_accents_have_as_many_women_and_men_of_one_half(said: dict[str, str]) -> None:
    command = next(c for c in said if c.startswith("stresstest plan"))
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said[command].splitlines() if line[:1] == "│"]
    assert [row[0] for row in rows[:5]] == ["england", "india", "ireland", "scotland", "us"]
    assert len({row[1] for row in rows[:5]}) == 1
    assert "Partition test: " in said[command]
