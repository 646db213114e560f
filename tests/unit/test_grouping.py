# SPDX-License-Identifier: Apache-2.0
"""Groups of any columns of the results, and the rule by which small ones are withheld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from stresstest import disparity
from stresstest.declared import Claim
from stresstest.errors import ConfigError, RunFolderError
from stresstest.results import Results
from stresstest.study import Study

SPEAKERS = 12


@pytest.fixture(scope="module")
def study(synthetic_run: ModuleType) -> Study:
    made: Study = synthetic_run.study_of(conditions=synthetic_run.WARD[:2])
    return made


def rows(synthetic_run: ModuleType, study: Study, women: int = 6) -> Iterator[dict[str, Any]]:
    """The first `women` speakers of each accent are women, the last one does not say, the rest are men."""
    for row in synthetic_run.rows(study, {"a": 1.0, "b": 1.5}, SPEAKERS, failed=0):
        number = int(row["speaker"].rpartition("-")[2])
        gender = None if number == SPEAKERS - 1 else "female" if number < women else "male"
        yield {**row, "gender": gender}


@pytest.fixture(scope="module")
def results(synthetic_run: ModuleType, study: Study) -> Results:
    return Results.from_rows(rows(synthetic_run, study), ("gender",))


def computed(results: Results, study: Study, **changes: Any) -> dict[str, Any]:
    return disparity.compute(results, replace(study, **changes), replicates=300)


def test_any_columns_make_the_groups_and_a_missing_value_is_unknown(results: Results, study: Study) -> None:
    found = computed(results, study, group_by="gender+accent", min_cell_speakers=1)
    names = ["female+a", "female+b", "male+a", "male+b", "unknown+a", "unknown+b"]
    assert list(found["cells"][0]["groups"]) == names
    assert found["group_by"] == "gender+accent"
    assert [found["cells"][0]["groups"][n]["speakers"] for n in names] == [6, 6, 5, 5, 1, 1]
    assert found["withheld"] == []


def test_small_groups_are_named_and_take_no_part_in_any_number(results: Results, study: Study) -> None:
    found = computed(results, study, group_by="gender+accent")
    assert found["withheld"] == [{"group": "unknown+a", "speakers": 1}, {"group": "unknown+b", "speakers": 1}]
    assert any("unknown+a (1), unknown+b (1)" in w for w in found["warnings"])
    known = results.where(gender="female").table, results.where(gender="male").table
    without = computed(Results(pa.concat_tables(known)), study, group_by="gender+accent")
    for key in ("cells", "missing"):
        assert found[key] == without[key]


def test_two_of_a_crossing_pool_to_the_one_that_is_not_crossed(results: Results, study: Study) -> None:
    crossed = computed(results, study, group_by="accent+gender", min_cell_speakers=1)["cells"][1]["groups"]
    plain = computed(results, study)["cells"][1]["groups"]
    for accent in ("a", "b"):
        parts = [entry for name, entry in crossed.items() if name.startswith(accent + "+")]
        assert sum(p["errors"] for p in parts) == plain[accent]["errors"]
        assert sum(p["speakers"] for p in parts) == plain[accent]["speakers"]


def test_other_names_of_the_groups_permute_the_table(synthetic_run: ModuleType, results: Results, study: Study) -> None:
    """A stratum that renames the accents, in another order, gives the same numbers under the new names."""
    other = {"a": "zulu", "b": "quebec"}
    renamed = [{**row, "home": other[row["accent"]]} for row in rows(synthetic_run, study)]
    found = computed(Results.from_rows(renamed, ("gender", "home")), study, group_by="home")
    for ours, theirs in zip(computed(results, study)["cells"], found["cells"], strict=True):
        for name, label in other.items():
            for key in ("wer", "errors", "words", "speakers", "f1"):
                assert ours["groups"][name][key] == theirs["groups"][label][key]
            if ours["against"]:
                one, two = ours["degradation"][name]["did"], theirs["degradation"][label]["did"]
                assert [one[k] for k in ("value", "low", "p_value")] == [two[k] for k in ("value", "low", "p_value")]


def test_accents_of_few_speakers_stay_described_unless_a_limit_is_set(results: Results, study: Study) -> None:
    assert computed(results, study)["withheld"] == []
    with pytest.raises(RunFolderError, match="No group of accent has 13 speakers; the largest has 12"):
        computed(results, study, min_cell_speakers=13)


def test_a_column_that_is_not_there_is_refused(results: Results, study: Study) -> None:
    with pytest.raises(RunFolderError, match=r"no column 'gendre'; allowed: accent, gender \(did you mean 'gender'"):
        computed(results, study, group_by="gendre")
    asked = replace(study, group_by="accent+age")
    with pytest.raises(ConfigError, match="the corpus has no column 'age'; allowed: accent, gender"):
        asked.groups_of([("a", {"gender": "female"})])


def test_the_corpus_and_the_results_agree_on_the_groups(study: Study) -> None:
    asked = replace(study, group_by="accent+gender")
    people = [("a", {"gender": "female"}), ("b", {"gender": ""}), ("b", {})]
    assert asked.groups_of(people) == {"a+female", "b+unknown"}


def test_a_claim_is_about_a_group_of_the_corpus(study: Study) -> None:
    """Known before the first decode."""
    claims = (Claim("wer", "clean", "a+female", at_most=0.2),)
    asked = replace(study, group_by="accent+gender", claims=claims)
    asked.check_groups(["a+female", "b+female"])
    with pytest.raises(ConfigError, match=r"study\.claims: there is no group 'a\+female'; allowed: a, b"):
        replace(asked, group_by="accent").check_groups(["a", "b"])


@pytest.mark.parametrize("bad", ["", "accent+", "gender+gender"])
def test_a_grouping_names_each_column_once(study: Study, bad: str) -> None:
    with pytest.raises(ConfigError, match=r"study\.group_by takes a column of the results or several"):
        replace(study, group_by=bad)
    with pytest.raises(ConfigError, match=r"study\.min_cell_speakers takes a number from 1 to 1000"):
        replace(study, min_cell_speakers=0)


def test_how_groups_are_made_needs_no_new_decode(study: Study) -> None:
    again = replace(study, group_by="gender", min_cell_speakers=7)
    assert again.decoding_digest == study.decoding_digest
    assert again.digest != study.digest
    assert Study.from_mapping(again.to_mapping()) == again
