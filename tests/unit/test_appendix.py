# SPDX-License-Identifier: Apache-2.0
"""The documents: the same bytes again, nothing fetched, everything escaped, the same content in each format."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stresstest import appendix
from stresstest.conditions import Condition
from stresstest.errors import InputError, RunFolderError

QUICK = ("headline", "groups", "heat_map", "failures", "limits")
NASTY = "<script>alert(1)</script>|*_`$x$"
RIGHT_TO_LEFT = "الإنجليزية"


class Page(HTMLParser):
    """Tags with attributes, and the text of each table cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "bdi" and self.rows:
            self.rows[-1][-1] += data.strip("\n")


@pytest.fixture(scope="module")
def written(ward_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "run"
    shutil.copytree(ward_run, folder)
    appendix.write(folder)
    return folder


@pytest.fixture
def run(ward_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ward_run, tmp_path / "run"))


def test_a_second_call_writes_the_same_files_with_the_same_bytes(run: Path) -> None:
    first = {path: path.read_bytes() for path in appendix.write(run)}
    again = appendix.write(run)
    assert again == list(first)
    assert all(path.read_bytes() == first[path] for path in again)


def test_the_page_fetches_nothing_and_runs_nothing(written: Path) -> None:
    tags = Page((written / "appendix.html").read_text(encoding="utf-8")).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "iframe", "object", "embed", "base"}
    links = [a[k] or "" for _, a in tags for k in ("src", "href", "srcset") if k in a]
    assert len(links) > 10
    assert all(link.startswith(("#", "data:image/svg+xml;base64,")) for link in links)
    assert "url(" not in (written / "appendix.html").read_text(encoding="utf-8")


def test_the_page_is_accessible(written: Path) -> None:
    tags = Page((written / "appendix.html").read_text(encoding="utf-8")).tags
    images = [a for tag, a in tags if tag == "img"]
    assert images
    assert all(a.get("alt") for a in images)
    assert dict(tags)["html"]["lang"] == "en"
    assert all(a.get("scope") in ("col", "row") for tag, a in tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1


def test_html_markdown_and_json_hold_the_same_tables(written: Path) -> None:
    plain = json.loads((written / "appendix.json").read_text(encoding="utf-8"))
    tables = [b for s in plain["sections"] for b in s["blocks"] if b["kind"] == "table"]
    rows = [row for t in tables for row in (t["columns"], *t["shown"])]
    assert Page((written / "appendix.html").read_text(encoding="utf-8")).rows == rows
    markdown = (written / "appendix.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in markdown) == len(rows) + len(tables)
    assert all(len(t["rows"]) == len(t["shown"]) for t in tables)


def test_every_figure_that_markdown_and_json_name_is_a_file(written: Path) -> None:
    files = {f"figures/{p.name}" for p in (written / "figures").iterdir()}
    markdown = (written / "appendix.md").read_text(encoding="utf-8")
    assert {part.split(")")[0] for part in markdown.split("](")[1:]} == files
    assert all(name in (written / "appendix.json").read_text(encoding="utf-8") for name in files)


def test_sections_appear_as_asked_and_by_place_otherwise(run: Path, written: Path) -> None:
    appendix.write(run, ["json"], ["limits", "headline"])
    asked = json.loads((run / "appendix.json").read_text(encoding="utf-8"))
    assert [s["name"] for s in asked["sections"]] == ["limits", "headline"]
    whole = json.loads((written / "appendix.json").read_text(encoding="utf-8"))
    silent = {"draws", "claims", "breaking_point"}  # one draw of the noise, nothing claimed beforehand, no search
    assert [s["name"] for s in whole["sections"]] == [s for s in appendix.chosen_sections() if s not in silent]


def test_only_the_formats_asked_for_are_written_and_figures_no_longer_drawn_go(run: Path) -> None:
    appendix.write(run, ["md"])
    assert any((run / "figures").glob("gap_*"))
    written = appendix.write(run, ["md"], ["heat_map"])
    assert not (run / "appendix.html").exists()
    assert {p.name for p in (run / "figures").iterdir()} == {p.name for p in written if p.suffix == ".svg"}
    assert all(p.name.startswith("heat_map") for p in (run / "figures").iterdir())


def test_names_from_the_run_are_text_in_every_format(synthetic_run: ModuleType, tmp_path: Path) -> None:
    accents = {NASTY: 1.0, RIGHT_TO_LEFT: 1.5, "en-us": 1.0}
    folder = synthetic_run.write_run(tmp_path, accents=accents, speakers=6)
    appendix.write(folder, sections=QUICK)
    page = Page((folder / "appendix.html").read_text(encoding="utf-8"))
    assert "script" not in {tag for tag, _ in page.tags}
    cells = {cell for row in page.rows for cell in row}
    assert {NASTY.replace("_", " "), RIGHT_TO_LEFT} <= cells
    markdown = (folder / "appendix.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown.replace("\\<", "")


def test_a_pipe_in_a_name_does_not_add_a_column_in_markdown(synthetic_run: ModuleType, tmp_path: Path) -> None:
    folder = synthetic_run.write_run(tmp_path, accents={NASTY: 1.0, "b": 1.0})
    appendix.write(folder, ["md"], ["groups"])
    lines = [x for x in (folder / "appendix.md").read_text(encoding="utf-8").splitlines() if x.startswith("| ")]
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


TABLES = ("headline", "reading", "groups", "conditions", "failures", "method", "limits", "reproduction")
UNDRAWN = ("no failure", "few speakers")
SIZES: dict[str, dict[str, Any]] = {
    "one group": {"accents": {"en-us": 1.0}},
    "sixteen groups": {"accents": {f"accent number {i}": 1 + i / 10 for i in range(16)}, "speakers": 5},
    "few speakers": {"speakers": 2},
    "ceiling": {"accents": {"a": 1.0, "b": 40.0}},
    "no failure": {"failed": 0},
    "all of a condition failed for a group": {"failed": 16},
}


@pytest.mark.parametrize("size", SIZES)
def test_every_size_of_run_can_be_written(size: str, synthetic_run: ModuleType, tmp_path: Path) -> None:
    folder = synthetic_run.write_run(tmp_path, **SIZES[size])
    drawn = () if size in UNDRAWN else ("heat_map", "curves", "gaps", "degradation")
    appendix.write(folder, ["html", "md", "json"], [*TABLES, *drawn])
    assert len(json.loads((folder / "appendix.json").read_text())["sections"]) >= len(TABLES)


@pytest.mark.parametrize("count", [0, 60])
def test_no_condition_but_clean_and_sixty_conditions(count: int, synthetic_run: ModuleType, tmp_path: Path) -> None:
    conditions = [Condition(noise=f"noise_{i // 30}", snr_db=float(i % 30)) for i in range(count)]
    folder = synthetic_run.write_run(tmp_path, synthetic_run.study_of(conditions), speakers=5, failed=0)
    written = appendix.write(folder, sections=["headline", "conditions", "heat_map", "curves", "gaps", "degradation"])
    curves = [p for p in written if p.name.startswith("curve")]
    assert len(curves) == count // 30


def test_an_unknown_format_or_section_is_refused_with_the_allowed_ones(run: Path) -> None:
    with pytest.raises(InputError, match=r"no format 'htm'; allowed: html, json, md \(did you mean 'html'\?\)"):
        appendix.write(run, ["htm"])
    with pytest.raises(InputError, match=r"no 'headlines' among the sections; allowed: .*did you mean 'headline'"):
        appendix.write(run, sections=["headlines"])


@pytest.mark.parametrize("file", ["study.yaml", "results.parquet", "disparity.json", "provenance.json"])
def test_a_missing_file_is_named_with_the_sections_that_need_it(file: str, run: Path) -> None:
    (run / file).unlink()
    with pytest.raises(RunFolderError, match=rf"has no {file}.*stresstest run"):
        appendix.write(run)
    assert not (run / "appendix.html").exists()


def test_numbers_of_another_schema_are_refused(run: Path) -> None:
    (run / "disparity.json").write_text('{"schema": "stresstest/disparity/0", "cells": []}')
    with pytest.raises(RunFolderError, match=r"schema 'stresstest/disparity/0'; this version reads"):
        appendix.write(run)
    (run / "disparity.json").write_text("{")
    with pytest.raises(RunFolderError, match="is not JSON"):
        appendix.write(run)
