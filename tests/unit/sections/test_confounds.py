# SPDX-License-Identifier: Apache-2.0
"""The section on confounds: recordings, prompts, standardized texts and pseudo-speakers, as the files have them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stresstest import appendix
from stresstest.sections.base import Content, Evidence, Note, Paragraph, Table
from stresstest.sections.confounds import MATCHED, QUALITY, STANDARDIZED, Confounds
from stresstest.sections.headline import Headline


@pytest.fixture(scope="module")
def evidence(ward_run: Path) -> Evidence:
    return appendix.read(ward_run, {})


def built(evidence: Evidence, **changes: Any) -> Content:
    """The section's blocks with other entries in the clean cell (`cell`) or in the document."""
    cells = [c | changes.get("cell", {}) if c["condition"] == "clean" else c for c in evidence.disparity["cells"]]
    document = {**evidence.disparity, "cells": cells, **{k: v for k, v in changes.items() if k != "cell"}}
    return Confounds().build(replace(evidence, disparity=document))


def tables(blocks: Content) -> dict[str, Table]:
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def said(blocks: Content) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))


def test_recordings_are_shown_group_beside_group_and_the_difference_is_said(evidence: Evidence) -> None:
    blocks = built(evidence)
    rows = {row[0].value: [cell.text for cell in row[1:5]] for row in tables(blocks)[QUALITY].rows}
    assert rows["en-us"] == ["8", "16", "41.0", "−27.0"]
    assert rows["en-029"][2] == "29.0"
    assert "the accents differ in SNR." in said(blocks)
    assert "not recorded alike: SNR" in " ".join(evidence.disparity["warnings"])


def test_recordings_that_were_not_measured_are_not_shown(evidence: Evidence) -> None:
    assert built(evidence, recorded={}) == []


def test_matched_prompts_stand_beside_the_interval_over_speakers_alone(evidence: Evidence) -> None:
    entry = {
        "prompts": 12, "share": 0.9, "wer": 0.2, "rest": 0.15, "difference": 0.05, "low": 0.01, "high": 0.09,
        "p_value": 0.02, "speakers_only": {"low": 0.02, "high": 0.08},
    }  # fmt: skip
    few = {**entry, "low": None, "high": None}
    (row,) = tables(built(evidence, cell={"matched": {"en-us": entry, "en-gb": few}}))[MATCHED].rows
    assert [c.text for c in row] == ["en-us", "12", "90", "+5.0", "1.0 to 9.0", "2.0 to 8.0", "0.020"]


def test_a_sign_that_turns_when_texts_are_held_equal_is_said(evidence: Evidence) -> None:
    def entry(value: float) -> dict[str, Any]:
        apart = {"value": value, "low": value - 0.02, "high": value + 0.02, "p_value": 0.3}
        return {"wer": 0.1, "low": 0.08, "high": 0.12, "difference": apart}

    worst = entry(-0.01), entry(0.01)
    blocks = built(evidence, cell={"standardized": {"en-029": worst[0], "en-us": worst[1], "en-gb": None}})
    assert len(tables(blocks)[STANDARDIZED].rows) == 2
    assert "changes its sign for en-029 and en-us." in said(blocks)
    kept = built(evidence, cell={"standardized": {"en-029": entry(0.04), "en-us": entry(-0.04)}})
    assert "changes its sign" not in said(kept)


def test_pseudo_speakers_are_on_the_first_page_and_here(evidence: Evidence) -> None:
    blocks = built(evidence, pseudo_speakers="No ids.")
    assert Note("No speaker ids", ("No ids.",)) in blocks
    document = {**evidence.disparity, "pseudo_speakers": "No ids."}
    assert "over pseudo-speakers, not over people" in said(Headline().build(replace(evidence, disparity=document)))
    assert "pseudo-speakers" not in said(Headline().build(evidence))
