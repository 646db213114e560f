# SPDX-License-Identifier: Apache-2.0
"""`stresstest rescore`: other groups and limits from the files of a run, and a folder that a refusal leaves alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from stresstest import disparity
from stresstest.cli import main
from stresstest.declared import Claim
from stresstest.errors import ConfigError
from stresstest.results import Results
from stresstest.study import Study


@pytest.fixture
def folder(synthetic_run: ModuleType, tmp_path: Path) -> Path:
    """A finished run of two accents, eight speakers each, two of them men."""
    study = synthetic_run.study_of(conditions=synthetic_run.WARD[:1])
    made: Path = synthetic_run.write_run(tmp_path / "run", study, {"a": 1.0, "b": 1.4}, 8)
    spoken = synthetic_run.rows(study, {"a": 1.0, "b": 1.4}, 8)
    rows = [{**r, "gender": "male" if r["speaker"][-1] in "01" else "female"} for r in spoken]
    Results.from_rows(rows, ("gender",)).write(made / "results.parquet")
    return made


def found(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "disparity.json").read_text())
    return read


def test_other_groups_and_another_limit_need_no_decode(folder: Path) -> None:
    assert main(["rescore", str(folder), "--group-by", "accent+gender"]) == 0
    assert list(found(folder)["cells"][0]["groups"]) == ["a+female", "b+female"]
    assert found(folder)["withheld"] == [{"group": "a+male", "speakers": 2}, {"group": "b+male", "speakers": 2}]
    assert main(["rescore", str(folder), "--min-cell-speakers", "2"]) == 0
    assert list(found(folder)["cells"][0]["groups"]) == ["a+female", "a+male", "b+female", "b+male"]
    assert "a+male" in (folder / "appendix.md").read_text()
    assert main(["rescore", str(folder), "--group-by", "accent", "--min-cell-speakers", "5"]) == 0
    assert list(found(folder)["cells"][0]["groups"]) == ["a", "b"]


def test_a_column_that_is_not_there_leaves_the_run_as_it_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "study.yaml").read_text()
    assert main(["rescore", str(folder), "--group-by", "gendre"]) == 2
    assert "no column 'gendre'" in capsys.readouterr().err
    assert (folder / "study.yaml").read_text() == before


CLAIM = "noise=ward_babble/snr_db=20"


def declare(folder: Path, **changes: Any) -> None:
    """Rewrite the study of a run as if it had declared this."""
    study = Study.from_mapping(yaml.safe_load((folder / "study.yaml").read_text()))
    (folder / "study.yaml").write_text(yaml.safe_dump(replace(study, **changes).to_mapping()))


def test_a_claim_about_a_withheld_group_has_not_enough_data_and_says_why(folder: Path) -> None:
    claims = (Claim("wer", CLAIM, "a+male", at_most=0.9), Claim("wer", CLAIM, at_most=0.9))
    declare(folder, claims=claims)
    assert main(["rescore", str(folder), "--group-by", "accent+gender"]) == 0
    withheld, every = found(folder)["claims"]
    assert withheld["outcome"] == "not enough data"
    assert "The group is withheld: of its 2 speakers no number is shown" in withheld["reason"]
    assert every["outcome"] == "pass"
    assert every["reason"].endswith("Not judged, being withheld: a+male (2), b+male (2).")
    assert main(["check", str(folder), "--claim", f"f1 >= 0.1 for b+male under {CLAIM}"]) == 4


def test_a_claim_about_a_group_that_is_not_there_leaves_the_run_as_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(folder, claims=(Claim("wer", CLAIM, "a", at_most=0.9),))
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert main(["rescore", str(folder), "--group-by", "gender", "--min-cell-speakers", "2"]) == 2
    assert "study.claims: there is no group 'a'; allowed: female, male" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_other_groups_keep_what_was_declared_and_say_where_it_does_not_fit(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(folder, reference="b", population={"a": 0.7, "b": 0.3})
    assert main(["rescore", str(folder), "--group-by", "gender", "--min-cell-speakers", "2"]) == 0
    said = capsys.readouterr().out
    assert "The reference group b is none of the groups of these results: female, male" in said
    assert "study.population gives no share for female, male" in said
    assert found(folder)["cells"][0]["beside"]["reference"] is None
    assert "b is none of the groups" in (folder / "appendix.md").read_text()
    assert main(["rescore", str(folder), "--group-by", "accent"]) == 0
    assert "none of the groups" not in capsys.readouterr().out
    beside = found(folder)["cells"][0]["beside"]
    assert beside["reference"]["group"] == "b"
    assert beside["mean"]["weights"] == {"a": 0.7, "b": 0.3}


def test_declared_claims_are_judged_and_printed(folder: Path) -> None:
    claims = [
        Claim("wer", CLAIM, at_most=0.9),
        Claim("wer", CLAIM, "b", at_most=0.01),
        Claim("f1", "clean", at_least=0.9),
    ]
    study = Study.from_mapping(yaml.safe_load((folder / "study.yaml").read_text()))
    (folder / "study.yaml").write_text(yaml.safe_dump(replace(study, claims=tuple(claims)).to_mapping()))
    assert main(["rescore", str(folder)]) == 0
    entries = found(folder)["claims"]
    assert [e["claim"] for e in entries] == [c.text for c in claims]
    assert [e["outcome"] for e in entries][1] == "fail"
    assert all(0 <= e["p_adjusted"] <= 1 for e in entries)
    sections = json.loads((folder / "appendix.json").read_text())["sections"]
    table = next(section["blocks"][-1] for section in sections if section["name"] == "claims")
    assert [row[:3] for row in table["rows"]] == [[e["claim"], e["recognizer"], e["outcome"]] for e in entries]


def test_claims_are_judged_together(synthetic_run: ModuleType) -> None:
    """Holm: the smallest adjusted p grows with the number of claims, and order does not matter."""
    study = synthetic_run.study_of(conditions=synthetic_run.WARD[:2])
    results = Results.from_rows(synthetic_run.rows(study, {"a": 1.0, "b": 1.4}, 10, failed=0), ())
    claims = tuple(Claim("wer", c.label, g, at_most=0.2) for c in study.grid for g in "ab")

    def judged(some: tuple[Claim, ...]) -> dict[str, float]:
        entries = disparity.compute(results, replace(study, claims=some), 300)["claims"]
        return {e["claim"]: e["p_adjusted"] for e in entries}

    together, backward = judged(claims), judged(claims[::-1])
    assert together == backward
    for claim in claims[:2]:
        assert judged((claim,))[claim.text] <= together[claim.text]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"measure": "cer"}, "no measure 'cer'; allowed: did, f1, log_did, wer"),
        ({"condition": ""}, "condition takes a name"),
        ({"at_most": None}, "takes one of at_most and at_least"),
        ({"at_least": 0.2}, "takes one of at_most and at_least"),
        ({"at_most": True}, "takes a number; got True"),
        ({"at_most": float("nan")}, "takes a number; got nan"),
    ],
)
def test_a_claim_that_says_nothing_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Claim(**{"measure": "wer", "condition": "clean", "at_most": 0.1, **changes})


def test_a_claim_names_a_condition_of_the_study(synthetic_run: ModuleType) -> None:
    study = synthetic_run.study_of(conditions=synthetic_run.WARD[:1])
    with pytest.raises(ConfigError, match="no condition 'claen'"):
        replace(study, claims=(Claim("wer", "claen", at_most=0.1),))
    with pytest.raises(ConfigError, match="did is a change against clean"):
        replace(study, claims=(Claim("did", "clean", at_most=0.1),))
    again = replace(study, claims=(Claim("did", CLAIM, "a", at_least=-0.1),))
    assert Study.from_mapping(again.to_mapping()) == again
    with pytest.raises(ConfigError, match="no key 'at_mots'"):
        Claim.from_mapping({"measure": "wer", "condition": "clean", "at_mots": 0.1})
    with pytest.raises(ConfigError, match="needs the key 'condition'"):
        Claim.from_mapping({"measure": "wer", "at_most": 0.1})
