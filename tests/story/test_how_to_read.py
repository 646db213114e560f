# SPDX-License-Identifier: Apache-2.0
"""The page for who is no statistician explains a real run: its command is run, and every number it quotes is there.

A quoted number follows a comment that says where it stands in disparity.json: `<!--10.gap.low-->5.5`, where 10 is the
cell of that SNR and `clean` that of clean speech.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import reduce
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "how_to_read.md").read_text(encoding="utf-8")
QUOTED = re.compile(r"<!--(\S+)-->(−?\d+(?:\.\d+)?)")
NOISE = "noise=ward_babble/snr_db="


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The disparity.json that the page's own command writes."""
    for package, made_with in re.findall(r"(pocketsphinx|espeakng-loader) (\d[\d.]*\d)", PAGE):
        if version(package) != made_with:
            pytest.skip(f"The page was made with {package} {made_with}, here is {version(package)}: write it again.")
    (command,) = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    folder = tmp_path_factory.mktemp("reader")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    few = "appendix.formats=[md] appendix.sections=[headline]"
    done = subprocess.run(
        ["bash", "-c", f"{command.rstrip()} {few}"], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    disparity: dict[str, Any] = json.loads((folder / "outputs" / "how_to_read" / "disparity.json").read_text())
    return disparity


def test_every_number_quoted_is_in_the_run_that_anyone_can_make(found: dict[str, Any]) -> None:
    wrong = {
        f"{path}: {shown}": value for path, shown in QUOTED.findall(PAGE) if not fits(shown, value := at(found, path))
    }
    assert wrong == {}


def test_every_figure_with_decimals_says_where_it_stands() -> None:
    code_or_version = re.compile(
        r"^```.*?^```|`[^`]*`|(?:pocketsphinx|espeakng-loader) [\d.]*\d", re.DOTALL | re.MULTILINE
    )
    assert re.findall(r"\d+\.\d+", code_or_version.sub("", QUOTED.sub("", PAGE))) == []
    assert len(QUOTED.findall(PAGE)) >= 40


def test_the_page_is_one_page_in_plain_words() -> None:
    assert len(PAGE.splitlines()) <= 120
    assert not re.search(r"^ *<!--", PAGE, re.MULTILINE)  # at the start of a line it would end the paragraph
    assert not re.search(r"log_did|max-t|bootstrap|crossfit|heteroscedastic", re.sub(r"<!--.*?-->", "", PAGE))


def at(found: dict[str, Any], path: str) -> float:
    """The number at a path of keys and indices; its first part may name a cell."""
    first, *rest = path.split(".")
    label = first if first == "clean" else NOISE + first
    cells = [cell for cell in found["cells"] if cell["condition"] == label]
    start = cells[0] if cells else found[first]
    return float(reduce(lambda value, key: value[int(key)] if isinstance(value, list) else value[key], rest, start))


def fits(shown: str, value: float) -> bool:
    """The value, or a hundred times it, rounded to the decimals that are shown."""
    half = 0.5 * 10.0 ** -len(shown.partition(".")[2]) + 1e-9
    return any(abs(float(shown.replace("−", "-")) - value * scale) <= half for scale in (1, 100))
