# SPDX-License-Identifier: Apache-2.0
"""The headline says what disparity.json says, and no more than the speakers allow."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

from stresstest import appendix
from stresstest.sections.base import Heading, Paragraph
from stresstest.sections.headline import Headline


def _text(folder: Path) -> str:
    chosen = {"headline": Headline()}
    blocks = chosen["headline"].build(appendix.read(folder, chosen))
    return " ".join(b.text for b in blocks if isinstance(b, Paragraph | Heading)).replace("\u00a0", " ")


def test_clean_and_widest_gap_with_their_intervals_and_chance(ward_run: Path) -> None:
    cells = json.loads((ward_run / "disparity.json").read_text())["cells"]
    gaps = {c["condition"]: c["gap"] for c in cells}
    widest = max((g for c, g in gaps.items() if c != "clean"), key=lambda g: g["difference"])
    text = _text(ward_run)
    assert f"a gap of {100 * gaps['clean']['difference']:.1f} points" in text
    interval = f"[95 % interval {100 * widest['low']:.1f} to {100 * widest['high']:.1f}]"
    chance = f"against {100 * widest['null_mean']:.1f} expected from chance alone"
    assert f"{100 * widest['difference']:.1f} points {interval}, {chance}" in text


def test_the_verdicts_are_counted(ward_run: Path) -> None:
    outcomes = [c["verdict"]["outcome"] for c in json.loads((ward_run / "disparity.json").read_text())["cells"]]
    assert (
        f"is exceeded in {outcomes.count('exceeds')} of {len(outcomes)} conditions, kept in "
        f"{outcomes.count('within')} and undecided in {outcomes.count('inconclusive')}."
    ) in _text(ward_run)


def test_with_four_speakers_an_accent_nothing_is_inferred(synthetic_run: ModuleType, tmp_path: Path) -> None:
    text = _text(synthetic_run.write_run(tmp_path, speakers=4))
    assert "describe these speakers only" in text
    assert "interval" not in text
    assert "chance alone" not in text
    assert "tolerance" not in text


def test_one_group_has_no_gap(synthetic_run: ModuleType, tmp_path: Path) -> None:
    text = _text(synthetic_run.write_run(tmp_path, accents={"en-us": 1.0}))
    assert "no gap to report" in text


def test_several_recognizers_each_have_their_own(synthetic_run: ModuleType, tmp_path: Path) -> None:
    text = _text(synthetic_run.write_run(tmp_path, synthetic_run.study_of(recognizers=("first", "second"))))
    assert text.count("On clean speech") == 2
    assert "first" in text
    assert "second" in text


def test_synthetic_voices_are_called_synthetic(ward_run: Path) -> None:
    assert "The voices are synthetic" in _text(ward_run)


def test_a_gap_that_chance_often_gives_is_called_no_evidence(synthetic_run: ModuleType, tmp_path: Path) -> None:
    folder = synthetic_run.write_run(tmp_path)
    document = json.loads((folder / "disparity.json").read_text())
    clean = next(c for c in document["cells"] if c["condition"] == "clean")
    said = []
    for p, low in ((0.04, 0.0), (0.26, 0.0), (0.26, 0.05)):
        clean["gap"] |= {"p_value": p, "low": low}
        (folder / "disparity.json").write_text(json.dumps(document))
        said.append("in 26.0 % of cases: it is no evidence" in _text(folder))
    assert said == [False, True, False]


def test_a_rate_above_one_hundred_percent_is_not_a_share_of_the_words(
    synthetic_run: ModuleType, tmp_path: Path
) -> None:
    folder = synthetic_run.write_run(tmp_path)
    document = json.loads((folder / "disparity.json").read_text())
    clean = next(c for c in document["cells"] if c["condition"] == "clean")
    clean["groups"][clean["gap"]["worst"]]["wer"], clean["ceiling"] = 1.016, True
    (folder / "disparity.json").write_text(json.dumps(document))
    text = _text(folder)
    assert "the word error rate is 101.6 % for the worst-served accent" in text
    assert "Even there an accent has nearly every word wrong" in text
