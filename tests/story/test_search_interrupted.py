# SPDX-License-Identifier: Apache-2.0
"""A search that is killed between two looks: the same command goes on and ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from stresstest.cli import main
from stresstest.results import Results


def _command(output: Path) -> list[str]:
    return [
        sys.executable, "-m", "stresstest", "run", "study=known_truth", "search=breaking_point",
        "search.profile=speech_shaped", "search.from_db=16", "search.to_db=4", "corpus.utterances_per_speaker=1",
        "corpus.groups=[north,south]", "corpus.accents.north=6", "corpus.accents.south=6", "executor=inline",
        f"output={output}",
        "appendix.formats=[md]", "appendix.sections=[breaking_point]",
    ]  # fmt: skip


def _start(output: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(_command(output), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _killed_at_the_third_look(output: Path) -> None:
    process = _start(output)
    assert process.stderr is not None
    begun = (line for line in process.stderr if " cells, " in line and "already done" in line)
    for _ in range(3):
        next(begun)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_killed_search_goes_on_and_ends_byte_identical(tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    _killed_at_the_third_look(cut)
    finished = {f.name: f.read_bytes() for f in (cut / "search" / "units").glob("*.parquet")}
    assert finished
    assert not (cut / "breaking_point.json").exists()
    process = _start(cut)
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert main(_command(whole)[3:]) == 0
    assert all((cut / "search" / "units" / name).read_bytes() == content for name, content in finished.items())
    for name in ("disparity.json", "breaking_point.json"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()
    assert len(json.loads((cut / "breaking_point.json").read_text("utf-8"))["looks"]) > 3
    signatures = {Results.read(folder / "results.parquet").signature() for folder in (cut, whole)}
    assert len(signatures) == 1
