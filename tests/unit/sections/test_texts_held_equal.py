# SPDX-License-Identifier: Apache-2.0
"""Runs with real texts: what is matched or standardized is computed from their files and printed in the appendix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stresstest.cli import main
from stresstest.engine.scoring import scored
from stresstest.results import Results
from stresstest.seeds import rng_for

SPEAKERS, READINGS = 12, 14
COMMON = ("take", "the", "pill", "cup", "bag", "chart", "tray", "bed", "now", "and", "then", "wait")
Read = Callable[[str, int, int], str]
"""(accent, speaker, reading) → what is read."""


def short(*names: str | int) -> str:
    """Five common words."""
    return " ".join(rng_for(1, "short", *names).choice(COMMON, 5))


def long(*names: str | int) -> str:
    """Twelve words, of which four occur in this text alone."""
    rng = rng_for(1, "long", *names)
    rare = ["".join(rng.choice(list("bdgklmnprstvz"), 7)) for _ in range(4)]
    return " ".join([*rng.choice(COMMON, 8), *rare])


def prompts(accent: str, speaker: int, reading: int) -> str:
    """The same texts for everybody, easy and hard ones in turn."""
    return long(reading) if reading % 2 else short(reading)


def apart(accent: str, speaker: int, reading: int) -> str:
    """Everybody has texts of their own: four of five of `a` are easy, four of five of `b` hard."""
    kind = long if (reading % 5 > 0) == (accent == "b") else short
    return kind(accent, speaker, reading)


def heard(text: str, rate: float, rng: np.random.Generator) -> str:
    return " ".join(
        f"x{word}" if wrong else word for word, wrong in zip(text.split(), rng.random(99) < rate, strict=False)
    )


def rows(synthetic_run: ModuleType, study: Any, read: Read, factor: float) -> Iterator[dict[str, Any]]:
    """A rate of 8 % on easy texts and 30 % on hard ones, whoever reads; times `factor` for the accent `b`."""
    for condition in study.grid:
        for accent in ("a", "b"):
            for s in range(SPEAKERS):
                own = float(rng_for(2, accent, s).gamma(12, 1 / 12)) * (factor if accent == "b" else 1.0)
                for u in range(READINGS):
                    text, rng = read(accent, s, u), rng_for(3, accent, s, u, condition.label)
                    rate = own * (0.3 if len(text.split()) > 5 else 0.08) * (1.5 if condition.noise else 1.0)
                    row = synthetic_run.row("pocketsphinx", condition, accent, f"{accent}-{s}", u, 0)
                    yield {**row, "reference": text, "hypothesis": heard(text, rate, rng)}


@pytest.fixture
def run(synthetic_run: ModuleType, tmp_path: Path) -> Callable[[Read, float], tuple[dict[str, Any], list[str]]]:
    def made(read: Read, factor: float) -> tuple[dict[str, Any], list[str]]:
        """The clean cell of a run, and the lines of the section on confounds."""
        study = synthetic_run.study_of(conditions=synthetic_run.WARD[2:3])
        folder = synthetic_run.write_run(tmp_path / "run", study, {"a": 1.0, "b": 1.0}, replicates=50)
        Results.from_rows(scored(list(rows(synthetic_run, study, read, factor)), "basic"), ()).write(
            folder / "results.parquet"
        )
        assert main(["rescore", str(folder)]) == 0
        cells = json.loads((folder / "disparity.json").read_text(encoding="utf-8"))["cells"]
        text = (folder / "appendix.md").read_text(encoding="utf-8")
        section = text.partition("## What else may make a gap")[2].partition("\n## ")[0]
        return cells[0], section.splitlines()

    return made


def gap(cell: dict[str, Any]) -> float:
    return float(cell["groups"]["b"]["wer"] - cell["groups"]["a"]["wer"])


def printed(lines: list[str], caption: str) -> dict[str, list[str]]:
    """The rows of the table after a caption, by their first cell."""
    start = next(k for k, line in enumerate(lines) if caption in line)
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[start + 4 :]]
    return {row[0]: row[1:] for row in cells[: next((k for k, row in enumerate(cells) if not row), None)]}


def points(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


def test_where_prompts_are_shared_they_are_matched_and_nothing_is_standardized(run: Any) -> None:
    cell, lines = run(prompts, 1.6)
    matched = cell["matched"]["b"]
    assert (matched["prompts"], matched["share"]) == (READINGS, 1)
    assert matched["low"] > 0
    assert matched["speakers_only"]["low"] > matched["low"]
    assert cell["standardized"] is None
    row = printed(lines, "the same prompts on both sides")["b"]
    assert row[:3] == [str(READINGS), "100", points(matched["difference"])]
    assert not any("same mix of short and long texts" in line for line in lines)


def test_a_gap_that_texts_alone_make_is_gone_where_they_are_held_equal(run: Any) -> None:
    cell, lines = run(apart, 1.0)
    left = cell["standardized"]["b"]["difference"]
    assert cell["matched"] is None
    assert gap(cell) > 0.05
    assert abs(left["value"]) < gap(cell) / 3
    assert left["low"] < 0 < left["high"]
    row = printed(lines, "same mix of short and long texts")["b"]
    assert row[0] == f"{100 * cell['groups']['b']['wer']:.1f}"
    assert row[1] == f"{100 * cell['standardized']['b']['wer']:.1f}"
    assert row[3] == points(left["value"])
    assert not any("the same prompts on both sides" in line for line in lines)


def test_a_gap_of_the_accent_stays_where_texts_are_held_equal(run: Any) -> None:
    cell, _ = run(apart, 1.6)
    assert cell["standardized"]["b"]["difference"]["low"] > 0
    assert 0 < cell["standardized"]["b"]["difference"]["value"] < gap(cell)
