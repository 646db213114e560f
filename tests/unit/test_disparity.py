# SPDX-License-Identifier: Apache-2.0
"""disparity.json from small tables whose numbers are known beforehand."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stresstest import disparity
from stresstest.conditions import Condition, ConditionGrid
from stresstest.errors import RunFolderError
from stresstest.profiles import Profile
from stresstest.results import Results
from stresstest.seeds import rng_for
from stresstest.study import Component, Study, Tolerance

CLEAN, BABBLE, TIRED, CONTROL = "clean", "noise=babble/snr_db=5", "voice=fatigue_2", "voice=passthrough"
LABELS = (CLEAN, BABBLE, TIRED, CONTROL)
WORDS = 10


def profile(stage: str, name: str, control: str | None = None) -> Profile:
    return Profile(name, stage, "", "archetype", "", "", {"": ()}, "", control=control)


def study(labels: tuple[str, ...] = LABELS, max_gap: float = 0.1, recognizers: tuple[str, ...] = ("fake",)) -> Study:
    profiles = [
        profile("noise", "babble"),
        profile("voice", "fatigue_2", control="passthrough"),
        profile("voice", "passthrough"),
    ]
    return Study(
        name="small",
        question="?",
        seed=3,
        corpus=Component("none"),
        recognizers={name: Component("none") for name in recognizers},
        grid=ConditionGrid(tuple(Condition.parse(label) for label in labels)),
        profiles={f"{p.stage}/{p.name}": p for p in profiles},
        tolerance=Tolerance(max_gap),
    )


Wrong = Callable[[str, int, int, str], int | None]
"""(accent, speaker, utterance, condition) → words wrong of WORDS; None for a failed decode."""


def rows(
    wrong: Wrong,
    speakers: dict[str, int],
    labels: tuple[str, ...] = LABELS,
    utterances: int = 4,
    reps: int = 1,
    recognizer: str = "fake",
) -> Iterator[dict[str, Any]]:
    for accent, count in speakers.items():
        for s in range(count):
            for u in range(utterances):
                for label in labels:
                    for rep in range(reps):
                        yield row(recognizer, label, accent, s, u, rep, wrong(accent, s, u, label))


def row(
    recognizer: str, label: str, accent: str, speaker: int, utterance: int, rep: int, errors: int | None
) -> dict[str, Any]:
    shared = {
        "recognizer": recognizer, "condition": label, "rep": rep, "utterance": f"{accent}-{speaker}-{utterance}",
        "speaker": f"{accent}-{speaker}", "accent": accent, "words": WORDS,
    }  # fmt: skip
    if errors is None:
        return {**shared, "status": "failed", "failure_kind": "timeout", "failure_message": "too slow"}
    deletions = min(errors, 1)
    counts = {"hits": WORDS - errors, "substitutions": errors - deletions, "deletions": deletions, "insertions": 0}
    return {**shared, "status": "ok", **counts}


def compute(wrong: Wrong, speakers: dict[str, int], *, max_gap: float = 0.1, **options: Any) -> dict[str, Any]:
    labels = options.get("labels", LABELS)
    results = Results.from_rows(rows(wrong, speakers, **options), strata=())
    return disparity.compute(results, study(labels, max_gap), replicates=500)


def cell(found: dict[str, Any], label: str) -> dict[str, Any]:
    return next(c for c in found["cells"] if c["condition"] == label)


def noisy(accent: str, speaker: int, utterance: int, label: str) -> int:
    """`a` has 1 to 3 errors in ten words, `b` twice as many; babble adds one to `a` and three to `b`."""
    base = 1 + speaker % 3
    return base * (2 if accent == "b" else 1) + ((3 if accent == "b" else 1) if label == BABBLE else 0)


TWELVE = {"a": 12, "b": 12}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return compute(noisy, TWELVE)


def test_there_is_one_cell_for_each_recognizer_and_condition_in_the_studys_order(found: dict[str, Any]) -> None:
    assert [(c["recognizer"], c["condition"]) for c in found["cells"]] == [("fake", label) for label in LABELS]
    assert (found["schema"], found["study"], found["tolerance"]) == (
        "stresstest/disparity/1",
        "small",
        {"max_gap": 0.1, "target_wer": None},
    )
    assert found["missing"] == []


def test_group_numbers_are_the_pooled_counts(found: dict[str, Any]) -> None:
    group = cell(found, CLEAN)["groups"]["a"]
    errors = sum(noisy("a", s, u, CLEAN) for s in range(12) for u in range(4))
    assert (group["speakers"], group["utterances"], group["failed"], group["missing"]) == (12, 48, 0, 0)
    assert (group["words"], group["errors"], group["wer"]) == (480, errors, pytest.approx(errors / 480))
    assert group["errors"] == group["substitutions"] + group["deletions"] + group["insertions"]
    hits, substitutions, deletions = group["hits"], group["substitutions"], group["deletions"]
    assert group["f1"] == pytest.approx(2 * hits / (2 * hits + 2 * substitutions + deletions))
    assert group["low"] < group["wer"] < group["high"]


def test_the_smallest_f1_names_its_group(found: dict[str, Any]) -> None:
    entry = cell(found, BABBLE)
    worst = entry["groups"]["b"]
    assert entry["f1_min"] == {"group": "b", "f1": worst["f1"], "low": worst["f1_low"], "bounded": ["a", "b"]}
    assert worst["f1_low"] < worst["f1"]


def test_the_gap_is_worst_less_best_beside_its_null(found: dict[str, Any]) -> None:
    entry = cell(found, BABBLE)
    gap, wer = entry["gap"], {name: group["wer"] for name, group in entry["groups"].items()}
    assert (gap["best"], gap["worst"], gap["groups"]) == ("a", "b", ["a", "b"])
    assert gap["difference"] == pytest.approx(wer["b"] - wer["a"])
    assert gap["ratio"] == pytest.approx(wer["b"] / wer["a"])
    assert gap["low"] < gap["difference"] < gap["high"]
    assert gap["null_mean"] < gap["null_q95"] < gap["difference"]
    assert gap["p_value"] == pytest.approx(1 / 501)
    assert gap["crossfit"] == pytest.approx(gap["difference"], abs=0.02)


def test_degradation_is_read_against_clean(found: dict[str, Any]) -> None:
    entry, clean = cell(found, BABBLE), cell(found, CLEAN)
    assert entry["against"] == CLEAN
    for name, extra in (("a", 0.1), ("b", 0.3)):
        measures = entry["degradation"][name]
        assert measures["delta_wer"]["value"] == pytest.approx(extra)
        assert measures["did"]["value"] == pytest.approx(extra - (0.4 - extra))
        ratio = {n: math.log(entry["groups"][n]["wer"] / clean["groups"][n]["wer"]) for n in ("a", "b")}
        assert measures["log_did"]["value"] == pytest.approx(ratio[name] - ratio["b" if name == "a" else "a"])
        assert measures["did"]["low"] < measures["did"]["value"] < measures["did"]["high"]
        assert measures["did"]["p_value"] <= measures["did"]["p_adjusted"] < 0.001


def test_clean_degrades_against_nothing(found: dict[str, Any]) -> None:
    assert (cell(found, CLEAN)["against"], cell(found, CLEAN)["degradation"]) == (None, {})


def test_a_voice_is_also_read_against_its_control(found: dict[str, Any]) -> None:
    assert cell(found, TIRED)["control"]["against"] == CONTROL
    assert cell(found, TIRED)["control"]["degradation"]["a"]["delta_wer"]["value"] == 0
    assert cell(found, CONTROL)["control"] is None
    assert cell(found, BABBLE)["control"] is None


@pytest.mark.parametrize(("max_gap", "outcome"), [(0.02, "exceeds"), (0.9, "within"), (0.38, "inconclusive")])
def test_the_verdict_follows_the_simultaneous_interval(max_gap: float, outcome: str) -> None:
    judged = cell(compute(noisy, TWELVE, max_gap=max_gap), BABBLE)
    assert judged["verdict"]["outcome"] == outcome
    assert judged["verdict"]["max_gap"] == max_gap
    assert (judged["verdict"]["speakers_needed"] is not None) == (outcome == "inconclusive")


def test_no_number_of_speakers_settles_a_gap_that_is_the_tolerance_itself() -> None:
    judged = cell(compute(noisy, TWELVE, max_gap=0.4), BABBLE)["verdict"]
    assert (judged["outcome"], judged["speakers_needed"]) == ("inconclusive", None)
    assert "close to the tolerance" in judged["reason"]


def test_a_failed_decode_is_counted_as_failed_and_never_as_words() -> None:
    found = compute(lambda a, s, u, c: None if (a, u, c) == ("b", 0, BABBLE) else noisy(a, s, u, c), TWELVE)
    group = cell(found, BABBLE)["groups"]["b"]
    assert (group["utterances"], group["failed"], group["words"]) == (36, 12, 360)
    assert any("not scored as deletions" in w and "b 12 of 192" in w for w in found["warnings"])


def test_degradation_uses_only_what_is_scored_in_both_conditions() -> None:
    """The failing utterance has ten clean errors; were it left in, clean would look worse."""

    def wrong(accent: str, speaker: int, utterance: int, label: str) -> int | None:
        if utterance == 0:
            return None if label == BABBLE else 10
        return 2 if label == CLEAN else 3

    found = compute(wrong, TWELVE)
    assert cell(found, BABBLE)["degradation"]["a"]["delta_wer"]["value"] == pytest.approx(0.1)


def test_a_speaker_whose_decodes_all_fail_is_not_a_speaker_of_the_cell() -> None:
    found = compute(lambda a, s, u, c: None if (s, c) == (0, BABBLE) else noisy(a, s, u, c), TWELVE)
    assert cell(found, BABBLE)["groups"]["a"]["speakers"] == 11
    assert cell(found, CLEAN)["groups"]["a"]["speakers"] == 12


def test_under_five_speakers_everything_is_described_and_nothing_inferred() -> None:
    found = compute(noisy, {"a": 4, "b": 4})
    entry = cell(found, BABBLE)
    assert all(group["wer"] is not None and group["low"] is None for group in entry["groups"].values())
    assert entry["gap"]["difference"] > 0
    assert {entry["gap"][k] for k in ("low", "high", "p_value", "null_mean", "null_q95", "crossfit")} == {None}
    measure = entry["degradation"]["b"]["did"]
    assert measure["value"] > 0
    assert {measure[k] for k in ("low", "high", "p_value", "p_adjusted")} == {None}
    assert entry["verdict"]["outcome"] == "inconclusive"
    assert "5 speakers" in entry["verdict"]["reason"]
    assert sum("nothing is inferred" in w for w in found["warnings"]) == 2


def test_a_group_under_five_speakers_takes_no_part_in_an_inferred_gap() -> None:
    found = compute(lambda a, s, u, c: 9 if a == "tiny" else noisy(a, s, u, c), {**TWELVE, "tiny": 3})
    gap = cell(found, CLEAN)["gap"]
    assert (gap["groups"], gap["worst"]) == (["a", "b"], "b")
    assert cell(found, CLEAN)["groups"]["tiny"]["wer"] == pytest.approx(0.9)


def test_one_group_has_no_gap() -> None:
    entry = cell(compute(noisy, {"a": 12}), BABBLE)
    assert entry["gap"] is None
    assert entry["verdict"]["outcome"] == "inconclusive"
    assert entry["degradation"]["a"]["delta_wer"]["value"] == pytest.approx(0.1)
    assert entry["degradation"]["a"]["did"]["value"] is None


def test_a_rate_of_zero_has_no_logarithm_but_an_interval() -> None:
    entry = cell(compute(lambda a, s, u, c: 0 if c == CLEAN else 1, TWELVE), BABBLE)
    assert entry["degradation"]["a"]["log_did"]["value"] is None
    assert entry["degradation"]["a"]["delta_wer"]["value"] == pytest.approx(0.1)
    clean = cell(compute(lambda a, s, u, c: 0, TWELVE), CLEAN)
    assert clean["groups"]["a"]["low"] == 0 < clean["groups"]["a"]["high"]
    assert clean["gap"]["ratio"] is None


def test_the_ceiling_is_marked() -> None:
    found = compute(lambda a, s, u, c: 9 if (a, c) == ("b", BABBLE) else 1, TWELVE)
    assert (cell(found, BABBLE)["ceiling"], cell(found, CLEAN)["ceiling"]) == (True, False)
    assert (cell(found, BABBLE)["groups"]["b"]["ceiling"], cell(found, BABBLE)["groups"]["a"]["ceiling"]) == (
        True,
        False,
    )
    assert any("close there by themselves" in w for w in found["warnings"])


def test_replicates_are_further_decodes_of_the_same_speaker() -> None:
    once, twice = compute(noisy, TWELVE), compute(noisy, TWELVE, reps=2)
    one, two = cell(once, BABBLE), cell(twice, BABBLE)
    assert two["groups"]["b"]["utterances"] == 2 * one["groups"]["b"]["utterances"]
    assert two["groups"]["b"]["speakers"] == one["groups"]["b"]["speakers"]
    same = ("difference", "null_mean", "null_q95", "crossfit", "speakers")
    assert [two["gap"][n] for n in same] == [one["gap"][n] for n in same]
    assert two["gap"]["high"] - two["gap"]["low"] == pytest.approx(one["gap"]["high"] - one["gap"]["low"], rel=0.05)


def test_what_is_missing_is_said() -> None:
    kept = [r for r in rows(noisy, TWELVE) if r["condition"] != TIRED and r["utterance"] != "a-0-0"]
    kept += [r for r in rows(noisy, TWELVE) if r["utterance"] == "a-0-0" and r["condition"] == CLEAN]
    found = disparity.compute(Results.from_rows(kept, ()), study(), replicates=500)
    assert {"recognizer": "fake", "condition": TIRED, "accent": None, "decodes": None} in found["missing"]
    assert {"recognizer": "fake", "condition": BABBLE, "accent": "a", "decodes": 1} in found["missing"]
    assert not any(entry["condition"] == CLEAN for entry in found["missing"])
    assert TIRED not in [c["condition"] for c in found["cells"]]
    assert any("not complete" in w for w in found["warnings"])


def test_a_recognizer_without_rows_is_missing_everywhere() -> None:
    results = Results.from_rows(rows(noisy, TWELVE), ())
    found = disparity.compute(results, study(recognizers=("fake", "other")), replicates=500)
    assert [e["condition"] for e in found["missing"] if e["recognizer"] == "other"] == list(LABELS)


def test_recognizers_share_their_chance() -> None:
    both = [*rows(noisy, TWELVE), *rows(noisy, TWELVE, recognizer="other")]
    found = disparity.compute(Results.from_rows(both, ()), study(recognizers=("fake", "other")), replicates=500)
    fake, other = ([c for c in found["cells"] if c["recognizer"] == name] for name in ("fake", "other"))
    assert [{**c, "recognizer": ""} for c in fake] == [{**c, "recognizer": ""} for c in other]


@pytest.mark.parametrize(("column", "value"), [("condition", "noise=fan/snr_db=5"), ("recognizer", "stranger")])
def test_results_of_another_study_are_refused(column: str, value: str) -> None:
    strange = {**row("fake", CLEAN, "a", 0, 0, 0, 1), column: value}
    with pytest.raises(RunFolderError, match=rf"the {column} '{value}'.*'small' does not ask"):
        disparity.compute(Results.from_rows([strange], ()), study())


def test_a_speaker_in_two_groups_is_said() -> None:
    strange = [{**r, "speaker": r["speaker"][2:]} for r in rows(noisy, TWELVE)]
    found = disparity.compute(Results.from_rows(strange, ()), study(), replicates=500)
    assert any(w.startswith("12 speakers occur in more than one group") for w in found["warnings"])


def test_the_order_of_the_rows_does_not_matter(found: dict[str, Any]) -> None:
    shuffled = list(rows(noisy, TWELVE))
    rng_for(1, "shuffle").shuffle(shuffled)  # type: ignore[arg-type]
    assert disparity.compute(Results.from_rows(shuffled, ()), study(), replicates=500) == found


def test_the_file_reads_back_and_is_the_same_bytes_each_time(found: dict[str, Any], tmp_path: Path) -> None:
    disparity.write(found, tmp_path / "one.json")
    disparity.write(compute(noisy, TWELVE), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text()) == found
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.json", "two.json"]


def test_numbers_that_json_does_not_know_are_null(tmp_path: Path) -> None:
    odd = {"nan": float("nan"), "inf": [np.inf], "third": np.float64(1) / 3, "yes": np.bool_(True), "n": np.int64(2)}
    disparity.write(odd, tmp_path / "odd.json")
    read = json.loads((tmp_path / "odd.json").read_text())
    assert read == {"nan": None, "inf": [None], "third": 0.333333333333, "yes": True, "n": 2}


def calm(accent: str, speaker: int, utterance: int, label: str) -> int:
    """One or two errors in ten words, alike in all groups."""
    return 1 + (speaker + utterance) % 2


@pytest.mark.parametrize(("failures", "outcome"), [(0, "within"), (1, "within"), (12, "inconclusive")])
def test_failed_decodes_that_could_hide_a_wider_gap_are_not_within(failures: int, outcome: str) -> None:
    def wrong(a: str, s: int, u: int, c: str) -> int | None:
        return None if (a, u, c) == ("b", 0, BABBLE) and s < failures else calm(a, s, u, c)

    found = cell(compute(wrong, TWELVE, max_gap=0.2), BABBLE)
    assert found["gap"]["high"] < 0.1
    assert found["groups"]["b"]["failed_words"] == failures * WORDS
    assert found["verdict"]["outcome"] == outcome
    assert ("25 % of the words of b" in (found["verdict"]["reason"] or "")) == (failures == 12)


def test_an_accent_that_fails_altogether_is_not_passed_over() -> None:
    def wrong(a: str, s: int, u: int, c: str) -> int | None:
        return None if (a, c) == ("c", BABBLE) else calm(a, s, u, c)

    found = cell(compute(wrong, {**TWELVE, "c": 12}, max_gap=0.2), BABBLE)
    assert found["gap"]["groups"] == ["a", "b"]
    assert (found["groups"]["c"]["speakers"], found["groups"]["c"]["speakers_lost"]) == (0, 12)
    assert found["verdict"]["outcome"] == "inconclusive"
    assert "100 % of the words of c" in found["verdict"]["reason"]


def test_a_small_gap_at_the_ceiling_is_not_within() -> None:
    found = compute(lambda a, s, u, c: 10 - (u == s % 4) if c == BABBLE else calm(a, s, u, c), TWELVE, max_gap=0.2)
    assert cell(found, CLEAN)["verdict"]["outcome"] == "within"
    assert cell(found, BABBLE)["gap"]["high"] < 0.2
    assert cell(found, BABBLE)["verdict"]["outcome"] == "inconclusive"
    assert "WER of 0.9 or above" in cell(found, BABBLE)["verdict"]["reason"]


def test_speakers_without_a_scored_word_take_no_part_in_the_null() -> None:
    """The null is that of a study which never had the speakers whom failures took."""

    def wrong(a: str, s: int, u: int, c: str) -> int | None:
        return None if (a, c) == ("a", BABBLE) and s >= 6 else noisy(a, s, u, c)

    lost, never = compute(wrong, TWELVE), compute(noisy, {"a": 6, "b": 12})
    assert cell(lost, BABBLE)["gap"] == cell(never, BABBLE)["gap"]
    assert cell(lost, CLEAN)["gap"] == cell(compute(noisy, TWELVE), CLEAN)["gap"]
