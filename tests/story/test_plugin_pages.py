# SPDX-License-Identifier: Apache-2.0
"""Every recognizer and corpus has a current page, which lists all of its options and says something of each."""

from __future__ import annotations

import importlib
import sys
from dataclasses import fields
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

import plugin_pages  # noqa: E402

PAGES = plugin_pages.pages()
CONFIGS = [config for group in plugin_pages.FAMILIES for config in plugin_pages.configs(group)]
FIX = "run scripts/docs"


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_a_page_is_what_its_yaml_and_docstrings_say(path: Path) -> None:
    assert (ROOT / path).is_file(), FIX
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path], FIX


def test_no_page_is_no_ones() -> None:
    folders = [ROOT / "docs" / folder for folder in plugin_pages.FAMILIES.values()]
    assert {f.relative_to(ROOT) for folder in folders for f in folder.iterdir()} == set(PAGES), FIX


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: f"{c.group}/{c.name}")
def test_a_page_lists_options_that_the_class_takes_and_leaves_out_none_that_must_be_given(
    config: plugin_pages.Config,
) -> None:
    module, _, name = config.target.rpartition(".")
    taken = {f.name: f for f in fields(getattr(importlib.import_module(module), name)) if f.init}
    listed = {key for key, _, _ in config.options}
    assert listed <= set(taken)
    assert len(config.summary) > 20


def test_a_comment_that_goes_on_below_belongs_to_its_option() -> None:
    text = "# What it is.\n_target_: a.B\nfirst: 1  # one\n         # and more\nsecond: ???\n"
    config = plugin_pages.Config("recognizer", "toy", text)
    assert config.options == [("first", "1", "one and more"), ("second", "???", "")]
    assert plugin_pages.command(config) == "stresstest run recognizer=toy recognizer.second=…"
    assert "| `second` | **must be given** |" in plugin_pages.table(config)
