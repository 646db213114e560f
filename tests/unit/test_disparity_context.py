# SPDX-License-Identifier: Apache-2.0
"""Planted confounds are found, none is found in balanced worlds, and what a study can show is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stresstest import disparity
from stresstest.conditions import Condition, ConditionGrid
from stresstest.disparity.context import with_context
from stresstest.disparity.recordings import recording_warnings, recordings_entry
from stresstest.profiles import Profile
from stresstest.results import Results
from stresstest.study import Component, Study

LABELS = ("clean", "noise=babble/snr_db=5")
EASY = [f"take the {w}" for w in ("pill", "cup", "bag", "chart", "tray", "bed")]
HARD = [f"administer subcutaneous {w} enoxaparin twice daily {w} now" for w in ("alpha", "beta", "gamma", "delta")]

Read = Callable[[str, int], list[str]]
"""(group, speaker) → the texts that a speaker reads."""


def study() -> Study:
    profile = Profile("babble", "noise", "", "archetype", "", "", {"": ()}, "")
    return Study(
        name="small",
        question="?",
        seed=3,
        corpus=Component("none"),
        recognizers={"fake": Component("none")},
        grid=ConditionGrid(tuple(Condition.parse(label) for label in LABELS)),
        profiles={"noise/babble": profile},
    )


def rows(rng: np.random.Generator, read: Read, speakers: int = 12, gap: float = 0.0) -> Iterator[dict[str, Any]]:
    """Rate 0.1 on easy texts and 0.3 on hard ones; `gap` more for the group b; 1.5 times all in noise."""
    for group in ("a", "b"):
        for s in range(speakers):
            own = rng.gamma(8, 1 / 8)
            for u, text in enumerate(read(group, s)):
                words = len(text.split())
                rate = own * (0.3 if text in HARD else 0.1) + gap * (group == "b")
                for label, factor in zip(LABELS, (1.0, 1.5), strict=True):
                    wrong = int(rng.binomial(words, min(0.95, rate * factor)))
                    yield {
                        "recognizer": "fake", "condition": label, "rep": 0, "utterance": f"{group}-{s}-{u}",
                        "speaker": f"{group}-{s}", "accent": group, "words": words, "reference": text,
                        "reference_normalized": text, "status": "ok", "hits": words - wrong, "substitutions": wrong,
                        "deletions": 0, "insertions": 0,
                    }  # fmt: skip


def judged(read: Read, seed: int = 0, made: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    results = Results.from_rows(rows(np.random.default_rng(seed), read, **options), ())
    return with_context(disparity.compute(results, study(), 200), results, study(), made or {}, 500)


def everything(group: str, speaker: int) -> list[str]:
    return EASY + HARD


def apart(group: str, speaker: int) -> list[str]:
    return (EASY[:2] + HARD) if group == "b" else (EASY + HARD[:1])


@pytest.fixture(scope="module")
def same() -> dict[str, Any]:
    return judged(everything)


@pytest.fixture(scope="module")
def other() -> dict[str, Any]:
    return judged(apart)


def test_with_shared_prompts_a_difference_is_matched_word_for_word(same: dict[str, Any]) -> None:
    cell = same["cells"][0]
    matched, groups = cell["matched"], cell["groups"]
    assert matched["a"]["prompts"] == 10
    assert matched["a"]["share"] == 1
    assert matched["a"]["difference"] == pytest.approx(-matched["b"]["difference"])
    assert matched["b"]["low"] < matched["b"]["difference"] < matched["b"]["high"]
    assert matched["b"]["speakers_only"]["low"] >= matched["b"]["low"]
    assert matched["b"]["difference"] == pytest.approx(groups["b"]["wer"] - groups["a"]["wer"])
    assert cell["standardized"] is None
    assert same["texts"]["fake"]["same_mix"]


def test_a_planted_difference_of_texts_is_warned_of_and_taken_out(other: dict[str, Any]) -> None:
    cell, texts = other["cells"][0], other["texts"]["fake"]
    assert not texts["same_mix"]
    assert texts["p_value"] < 0.01
    assert sum("texts of different difficulty" in w for w in other["warnings"]) == 1
    raw = cell["groups"]["b"]["wer"] - cell["groups"]["a"]["wer"]
    left = cell["standardized"]["b"]["difference"]
    assert raw > 0.06
    assert abs(left["value"]) < raw / 2
    assert left["low"] < 0 < left["high"]
    assert cell["standardized"]["b"]["low"] < cell["standardized"]["b"]["wer"] < cell["standardized"]["b"]["high"]


def test_a_real_gap_stays_where_texts_differ() -> None:
    cell = judged(apart, gap=0.15)["cells"][0]
    left = cell["standardized"]["b"]["difference"]
    assert left["low"] > 0
    assert left["value"] == pytest.approx(0.15, abs=0.05)
    assert cell["matched"]["b"]["prompts"] == 3
    assert cell["matched"]["b"]["low"] is None
    assert cell["matched"]["b"]["difference"] == pytest.approx(0.15, abs=0.06)


def test_texts_dealt_by_chance_are_not_warned_of() -> None:
    texts = EASY + HARD
    warned = 0
    for seed in range(8):
        rng = np.random.default_rng(100 + seed)
        dealt = {(g, s): [texts[k] for k in rng.integers(len(texts), size=6)] for g in "ab" for s in range(12)}
        found = judged(lambda g, s, dealt=dealt: dealt[g, s], seed)
        warned += any("different difficulty" in w for w in found["warnings"])
    assert warned <= 1


def quality(rng: np.random.Generator, shift_db: float = 0.0, band: float = 1.0, clipped: float = 0.0) -> dict[str, Any]:
    """Provenance's entry for three groups of twelve speakers; the third differs."""
    entry = {}
    for k, group in enumerate("abc"):
        there = k == 2
        values = {
            "snr_db": rng.normal(30 - shift_db * there, 4, 12).tolist(),
            "level_dbov": rng.normal(-28, 3, 12).tolist(),
            "bandwidth_hz": (rng.uniform(7600, 8000, 12) * (band if there else 1)).tolist(),
            "cut": [float(there and band < 1)] * 12,
            "clipped": (rng.exponential(2e-4, 12) + clipped * there).tolist(),
        }
        entry[group] = {"speakers": 12, "values": values}
    return entry


@pytest.mark.parametrize(
    ("planted", "says"),
    [({"shift_db": 8}, "SNR"), ({"band": 0.48}, "upper edge of the band"), ({"clipped": 0.004}, "clipped samples")],
)
def test_a_planted_difference_of_recordings_is_found_with_its_size(planted: dict[str, float], says: str) -> None:
    found = recordings_entry(quality(np.random.default_rng(1), **planted), 3, 2000)
    told = list(recording_warnings(found))
    assert any(says in sentence and " for c" in sentence for sentence in told)
    assert not any("speech level" in sentence for sentence in told)


def test_recordings_that_are_alike_are_warned_of_in_no_more_than_one_of_a_hundred_tests() -> None:
    warned = [
        any(recording_warnings(recordings_entry(quality(np.random.default_rng(seed)), 3, 300))) for seed in range(200)
    ]
    assert np.mean(warned) <= 5 * 0.01  # five measures


def test_a_difference_beyond_chance_that_is_too_small_to_matter_is_not_warned_of() -> None:
    entry = quality(np.random.default_rng(2))
    entry["c"]["values"]["snr_db"] = [v - 2 for v in np.linspace(29, 31, 12)]
    for group in "ab":
        entry[group]["values"]["snr_db"] = np.linspace(29, 31, 12).tolist()
    found = recordings_entry(entry, 3, 2000)
    assert found["snr_db"]["p_value"] < 0.01
    assert not found["snr_db"]["matters"]


def test_quality_in_the_provenance_reaches_the_warnings() -> None:
    found = judged(everything, made={"quality": quality(np.random.default_rng(1), shift_db=8)})
    assert found["recordings"]["snr_db"]["high_group"] in "ab"
    assert any("not recorded alike: SNR" in w for w in found["warnings"])


def test_declared_pseudo_speakers_mark_every_interval_and_are_warned_of_first(same: dict[str, Any]) -> None:
    found = judged(everything, made={"corpus": {"pseudo_speakers": "No ids."}})
    assert found["pseudo_speakers"] == "No ids."
    assert found["warnings"][0].startswith("No interval, test or verdict here is over people")
    assert found["methods"]["unit"] == "pseudo-speaker"
    for cell in found["cells"]:
        assert cell["gap"]["pseudo"]
        for group in cell["groups"].values():
            assert group["pseudo"]
            assert group["interval_method"].startswith("pseudo-speakers: ")
    assert all(m["did"]["pseudo"] for m in found["cells"][1]["degradation"].values())
    assert same["pseudo_speakers"] is None
    assert "pseudo" not in same["cells"][0]["gap"]


def test_speakers_who_all_speak_once_are_suspected() -> None:
    once = judged(lambda g, s: [EASY[s % 6]], speakers=12)
    assert any(w.startswith("Each of the 24 speakers has one utterance") for w in once["warnings"])
    twice = judged(lambda g, s: EASY[:2], speakers=12)
    assert not any("has one utterance" in w for w in twice["warnings"])


def test_power_says_what_this_size_shows_and_what_it_would_take(same: dict[str, Any]) -> None:
    (entry,) = same["power"]
    assert entry["hardest"] == LABELS[1]
    clean = same["cells"][0]["groups"]
    for name, group in entry["groups"].items():
        assert group["speakers"] == 12
        assert group["gap"]["detectable"] == pytest.approx(clean[name]["mde"])
        assert group["hardest_gap"]["detectable"] > group["gap"]["detectable"]
        needed = group["gap"]["speakers_needed"]
        assert (needed > 12) == (group["gap"]["detectable"] > entry["target"])
    table = entry["table"]
    assert table["speakers"] == [5, 10, 20, 50, 100]
    for rows_of in (table["gap"], table["did"]):
        numbers = np.array(rows_of)
        assert (np.diff(numbers, axis=0) < 0).all()
        assert (np.diff(numbers, axis=1) < 0).all()


def test_the_numbers_that_were_there_stay_and_the_order_of_rows_does_not_matter(same: dict[str, Any]) -> None:
    listed = list(rows(np.random.default_rng(0), everything))
    results = Results.from_rows(listed, ())
    plain = disparity.compute(results, study(), 200)
    assert all(same[key] == plain[key] for key in plain if key not in ("cells", "methods", "warnings"))
    for with_it, without in zip(same["cells"], plain["cells"], strict=True):
        assert {key: with_it[key] for key in without} == without
    turned = Results.from_rows(listed[::-1], ())
    assert with_context(disparity.compute(turned, study(), 200), turned, study(), {}, 500) == same


def test_groups_are_those_of_the_study_and_withheld_ones_take_no_part() -> None:
    listed = [
        {**r, "side": "left" if r["accent"] == "a" else "right" if r["speaker"] > "b-1" else "few"}
        for r in rows(np.random.default_rng(0), everything)
    ]
    results, asked = Results.from_rows(listed, ("side",)), replace(study(), group_by="side", min_cell_speakers=3)
    found = with_context(disparity.compute(results, asked, 200), results, asked, {}, 500)
    assert [entry["group"] for entry in found["withheld"]] == ["few"]
    assert set(found["power"][0]["groups"]) == set(found["cells"][0]["matched"]) == {"left", "right"}


def test_one_group_has_nothing_to_compare() -> None:
    some = [r for r in rows(np.random.default_rng(0), everything) if r["accent"] == "a"]
    results = Results.from_rows(some, ())
    found = with_context(disparity.compute(results, study(), 200), results, study(), {}, 500)
    assert found["texts"] == {"fake": None}
    assert found["recordings"] == {}
    assert found["cells"][0]["matched"] is found["cells"][0]["standardized"] is None
