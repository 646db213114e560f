# SPDX-License-Identifier: Apache-2.0
"""One set of transcripts scored in every way: each choice changes a verdict that is known beforehand, and is named."""

import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import jiwer
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest import disparity
from stresstest.cli import main
from stresstest.conditions import Condition, ConditionGrid
from stresstest.disparity import multiverse
from stresstest.disparity.document import plain
from stresstest.disparity.tally import Tally
from stresstest.engine.scoring import scored
from stresstest.profiles import Profile
from stresstest.results import Results
from stresstest.sections import Evidence, Paragraph, Table
from stresstest.sections.multiverse import Multiverse
from stresstest.statistics.linearized import rates, variances
from stresstest.statistics.speaker_means import equal_words
from stresstest.study import Component, Study, Tolerance
from stresstest.text import normalizer

LABELS = ("clean", "noise=babble/snr_db=5")
SPEAKERS = 8
Said = dict[tuple[str, int, str], tuple[str, str | None]]
"""(accent, speaker, condition) → reference and hypothesis, None where the decode failed."""


def study(max_gap: float, name: str = "basic") -> Study:
    noise = Profile("babble", "noise", "", "archetype", "", "", {"": ()}, "")
    return Study(
        name="small",
        question="?",
        seed=3,
        corpus=Component("none"),
        recognizers={"fake": Component("none")},
        grid=ConditionGrid(tuple(Condition.parse(label) for label in LABELS)),
        profiles={"noise/babble": noise},
        tolerance=Tolerance(max_gap),
        normalizer=name,
    )


def same(reference: str, hypothesis: str | None = None, accents: str = "ab") -> Said:
    """Accent `a` is heard as it speaks, `b` as `hypothesis`, in both conditions."""
    heard = {"a": reference, "b": reference if hypothesis is None else hypothesis}
    return {(a, s, c): (reference, heard[a]) for a, s, c in product(accents, range(SPEAKERS), LABELS)}


def rows(said: Said) -> Iterator[dict[str, Any]]:
    for (accent, speaker, label), (reference, hypothesis) in said.items():
        yield {
            "recognizer": "fake", "condition": label, "rep": 0, "utterance": f"{accent}{speaker}", "accent": accent,
            "speaker": f"{accent}{speaker}", "reference": reference, "hypothesis": hypothesis,
            "status": "failed" if hypothesis is None else "ok",
        }  # fmt: skip


def results(said: Said, name: str = "basic") -> Results:
    return Results.from_rows(scored(list(rows(said)), name), ())


def compute(said: Said, max_gap: float = 0.1, name: str = "basic", **options: Any) -> dict[str, Any]:
    return disparity.compute(results(said, name), study(max_gap, name), 300, **options)


def entry(said: Said, max_gap: float = 0.1, name: str = "basic") -> dict[str, Any]:
    found = results(said, name)
    tallies = {"fake": Tally(found.cube("fake"), LABELS)}
    whole: dict[str, Any] = plain(multiverse.multiverse(found, tallies, study(max_gap, name), 300))
    return whole


def cells(found: dict[str, Any], **choices: str) -> list[dict[str, Any]]:
    """The cells of the way with these choices, the declared ones for the rest."""
    own = next(u for u in found["universes"] if u["is_declared"])
    wanted = {key: choices.get(key, own[key]) for key in found["choices"]}
    way = next(u for u in found["universes"] if all(u[k] == v for k, v in wanted.items()))
    twin = next(u for u in found["universes"] if u["name"] == (way["same_as"] or way["name"]))
    here: list[dict[str, Any]] = twin["cells"]
    return here


TALKATIVE: Said = {
    (a, s, c): ("x " * (1000 if s == 0 else 10), "x " * (1000 if s == 0 else 10) if a == "a" or s == 0 else "y " * 10)
    for a, s, c in product("ab", range(SPEAKERS), LABELS)
}
"""One speaker of `b` says a thousand words and is heard; the others say ten and are not."""

CASES = [
    ("normalizer", "whisper_english", same("the colour of the theatre is grey", "the color of the theater is gray")),
    ("fillers", "drop", same("um give uh ten milligrams of it to bed two", "give ten milligrams of it to bed two")),
    ("compounds", "merged", same("ice cream for bed two", "icecream for bed two")),
    ("mean", "speaker", TALKATIVE),
]


@pytest.mark.parametrize(("choice", "option", "said"), CASES, ids=[c[0] for c in CASES])
def test_each_choice_alone_can_turn_a_verdict_and_is_named(choice: str, option: str, said: Said) -> None:
    found = entry(said, 0.62 if choice == "mean" else 0.08)
    before, after = ("within", "exceeds") if choice == "mean" else ("exceeds", "within")
    assert {c["verdict"] for c in cells(found)} == {before}
    assert {c["verdict"] for c in cells(found, **{choice: option})} == {after}
    turned = [r for r in found["reversals"] if r["kind"] == "verdict"]
    assert {(r["condition"], r["declared"], r["contrary"]) for r in turned} == {(c, before, after) for c in LABELS}
    assert all(f"{choice}: {option}" in r["alone"] for r in turned)
    others = {a.partition(":")[0] for r in turned for a in r["alone"]}
    assert others == {choice}


def test_where_nothing_can_be_chosen_nothing_turns() -> None:
    found = entry(same("give ten milligrams now", "give ten milliliters now"))
    assert (found["number"], found["reversals"], found["reproduced"], found["skipped"]) == (24, [], True, None)
    assert len({c["verdict"] for u in found["universes"] for c in u["cells"] or []}) == 1
    assert found["said"] == {"verdict": 2, "worst": 2, "order": 2, "degradation": 2, "harder": 2}


def test_an_order_that_turns_is_signed_and_a_tie_is_no_contradiction() -> None:
    """`a` loses its hesitations, `b` a word: as written `a` is worse, without hesitations `b`; spelling ties them."""
    said = same("um give the colour", "um give the color")
    said.update({key: ("um give the colour", "give the colour") for key in said if key[0] == "a"})
    said.update({("b", s, c): ("um give the colour", "um the colour x") for s, c in product(range(3), LABELS)})
    found = entry(said)
    order = next(r for r in found["reversals"] if (r["kind"], r["condition"]) == ("order", "clean"))
    assert order["groups"] == ["a", "b"]
    assert order["declared"] == pytest.approx(1 / 4 * 5 / 8 + 2 / 4 * 3 / 8 - 1 / 4)
    tied = entry(same("um give the colour", "um give the color"), name="whisper_english")
    assert [r for r in tied["reversals"] if r["kind"] == "worst"] == []


def test_a_sign_of_degradation_turns_with_the_fillers() -> None:
    """In noise `b` is heard without its hesitation, and with a wrong word less: worse as written, better without."""
    said = same("um give the tablet now")
    for s in range(SPEAKERS):
        said["b", s, "clean"] = ("um uh give the tablet now", "um uh give a tablet now")
        said["b", s, LABELS[1]] = ("um uh give the tablet now", "give the tablet now")
    found = entry(said)
    turned = {r["kind"]: r for r in found["reversals"] if r["groups"] == ["b"]}
    assert turned["degradation"]["declared"] == pytest.approx(2 / 6 - 1 / 6)
    assert turned["degradation"]["contrary"] == pytest.approx(0 - 1 / 4)
    assert turned["harder"]["declared"] > 0 > turned["harder"]["contrary"]
    assert turned["degradation"]["alone"] == ["fillers: drop"]


@pytest.mark.parametrize("name", ["basic", "whisper_english", "whisper_original"])
def test_the_declared_way_is_the_cells_of_the_file(name: str) -> None:
    found = compute(mixed(4), 0.2, name)
    assert found["multiverse"]["reproduced"] is True
    for way, cell in zip(cells(found["multiverse"]), found["cells"], strict=True):
        assert way["wer"] == {n: g["wer"] for n, g in cell["groups"].items()}
        assert (way["gap"], way["p_value"]) == (cell["gap"]["difference"], cell["gap"]["p_value"])
        assert way["verdict"] == cell["verdict"]["outcome"]
        for measure in ("delta_wer", "did"):
            assert way[measure] == {n: d[measure]["value"] for n, d in cell["degradation"].items()}


def mixed(seed: int) -> Said:
    """Sentences with everything that the choices touch, of unequal length, some failed."""
    rng = random.Random(seed)
    words = ["um", "ice", "cream", "icecream", "colour", "color", "five", "two", "5", "bed", "Mario's", "hmm", "grey"]

    def sentence() -> str:
        return " ".join(rng.choices(words, k=rng.randint(1, 12)))

    said: Said = {}
    for accent, speaker in product("abc", range(6)):
        reference = sentence()
        for label in LABELS:
            said[accent, speaker, label] = (reference, None if rng.random() < 0.05 else sentence())
    return said


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10_000), st.sampled_from(["basic", "whisper_english", "whisper_original"]))
def test_rates_of_both_means_equal_jiwers(seed: int, name: str) -> None:
    said = mixed(seed)
    found = entry(said)
    for fillers, (c, label) in product(("keep", "drop"), enumerate(LABELS)):
        normalize = normalizer(name, fillers)
        pairs = {k: (normalize(r), normalize(h)) for k, (r, h) in said.items() if h is not None and k[2] == label}
        for accent in "abc":
            counts = [_jiwer(*pair) for key, pair in pairs.items() if key[0] == accent]
            expected = {
                "pooled": sum(e for e, _ in counts) / sum(w for _, w in counts),
                "speaker": float(np.mean([e / w for e, w in counts if w])),
            }
            for mean, value in expected.items():
                way = cells(found, normalizer=name, fillers=fillers, mean=mean)[c]
                assert way["wer"][accent] == pytest.approx(value), (name, fillers, mean, accent)


def _jiwer(reference: str, hypothesis: str) -> tuple[int, int]:
    if not reference:
        return len(hypothesis.split()), 0
    made = jiwer.process_words(reference, hypothesis)
    return made.substitutions + made.deletions + made.insertions, len(reference.split())


def test_the_order_of_the_rows_changes_nothing() -> None:
    said = mixed(1)
    shuffled = dict(random.Random(2).sample(list(said.items()), len(said)))
    assert entry(said) == entry(shuffled)


def test_a_failed_decode_is_no_error_in_any_way_and_keeps_a_gap_from_being_within() -> None:
    said = same("give ten milligrams now")
    said.update({("b", s, LABELS[1]): ("give ten milligrams now", None) for s in range(3)})
    found = entry(said, 0.3)
    assert all(c["wer"] == {"a": 0, "b": 0} for u in found["universes"] for c in u["cells"] or [])
    assert {c["verdict"] for u in found["universes"] for c in u["cells"] or [] if c["condition"] == LABELS[1]} == {
        "inconclusive"
    }
    assert found["reproduced"] is True


def test_a_run_too_large_for_seconds_is_left_out_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiverse, "MOST_TEXTS", 1)
    left_out = compute(CASES[0][2])["multiverse"]
    assert (left_out["universes"], left_out["reproduced"]) == ([], None)
    assert "3 distinct texts" in left_out["skipped"]
    assert "--multiverse" in left_out["skipped"]
    assert [b.text for b in section(left_out)] == [left_out["skipped"]]
    assert compute(CASES[0][2], every_scoring=True)["multiverse"]["number"] == 24


def test_rescore_tries_every_way_of_a_large_run_when_asked(
    synthetic_run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiverse, "MOST_CELLS", 1)
    folder = synthetic_run.write_run(tmp_path, synthetic_run.study_of([Condition(device="irs_handset")]), speakers=5)
    for arguments, number in (([], 0), (["--multiverse"], 24)):
        assert main(["rescore", str(folder), *arguments]) == 0
        found = json.loads((folder / "disparity.json").read_text(encoding="utf-8"))["multiverse"]
        assert (found["number"], found["skipped"] is None) == (number, bool(number))


def test_results_without_transcripts_are_not_scored_again() -> None:
    bare = [{**row, "reference": None} for row in scored(list(rows(same("a b"))), "basic")]
    found = disparity.compute(Results.from_rows(bare, ()), study(0.1), 300)["multiverse"]
    assert found["skipped"] == "The results hold no transcripts."
    assert section(found) == []


def test_scores_of_another_normalizer_are_noticed() -> None:
    said = CASES[0][2]
    found = disparity.compute(results(said, "whisper_english"), study(0.1, "basic"), 300)["multiverse"]
    assert found["reproduced"] is False
    assert any("another version" in str(block) for block in section(found))


def section(found: dict[str, Any]) -> list[Any]:
    held: Any = {"multiverse": found, "cells": [{"recognizer": "fake"}]}
    nothing: Any = None
    return list(Multiverse().build(Evidence(study(0.1), nothing, held, nothing)))


def test_the_section_says_none_and_in_how_many_ways() -> None:
    lead = section(entry(same("give ten milligrams now", "give ten milliliters now")))[0]
    assert isinstance(lead, Paragraph)
    assert lead.text.replace("\u00a0", " ") == (
        "Verdicts, orders and signs that another way of scoring turns: none, in 24 ways."
    )


def test_the_section_prints_each_verdict_that_turns_and_the_choice_behind_it() -> None:
    blocks = section(entry(CASES[1][2], 0.08))
    assert blocks[0].text.replace("\u00a0", " ").startswith("Another way of scoring turns 2 of 2 verdicts")
    table = next(b for b in blocks if isinstance(b, Table))
    assert [cell.text for cell in table.rows[0]] == [
        "clean", "verdict", "▲ exceeds", "✓ within", "12", "hesitations dropped",
    ]  # fmt: skip
    ways = blocks[-1].rows
    assert sum(row[4].value for row in ways) == 24
    assert [row[0].text for row in ways if "▸" in row[0].text] == ["▸ whisper_english, whisper_original, basic"]


def test_equal_words_make_the_pooled_rate_the_mean_of_the_rates() -> None:
    errors = np.array([[2.0, 0.0], [5.0, 3.0], [1.0, 0.0]])
    words = np.array([[10.0, 4.0], [5.0, 6.0], [100.0, 0.0]])
    equal_errors, equal = equal_words(errors, words)
    assert equal.sum(axis=0).tolist() == pytest.approx(words.sum(axis=0).tolist())
    assert rates(equal_errors.sum(axis=0), equal.sum(axis=0)).tolist() == pytest.approx([(0.2 + 1 + 0.01) / 3, 0.25])
    spread = np.var([0.2, 1.0, 0.01], ddof=1) / 3
    assert variances(equal_errors, equal)[0] == pytest.approx(spread)
