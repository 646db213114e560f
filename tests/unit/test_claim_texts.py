# SPDX-License-Identifier: Apache-2.0
"""Claims as text: what is read, what it stands for, and a sentence for what cannot be read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresstest.conditions import CLEAN, Condition
from stresstest.declared import Claim
from stresstest.disparity.claim_points import conditions_of
from stresstest.disparity.claim_texts import MEASURES, WrittenClaim, parse_claim, read_claims
from stresstest.errors import ConfigError

BABBLE = "noise=ward_babble/snr_db=10"
LABELS = {
    "clean", BABBLE, "noise=ward_babble/snr_db=20", "noise=mri/snr_db=10", "voice=stress@mild/device=handset",
    "voice=stress@hard",
}  # fmt: skip
SCENES = [{"name": "night", "condition": "noise=mri/snr_db=10"}]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("f1 >= 0.84 for every group under ward_night", ("f1", -1, 0.84, None, "ward_night")),
        ("wer <= 0.15 for american under clean", ("wer", 1, 0.15, "american", "clean")),
        (f"gap <= 0.05 under {BABBLE}", ("gap", 1, 0.05, None, BABBLE)),
        ("did <= 0.02 for every group under every condition", ("did", 1, 0.02, None, None)),
        ("wer<=15%", ("wer", 1, 0.15, None, None)),
        ("  wer  ≤ 15 %   for Scottish and Irish under clean ", ("wer", 1, 0.15, "Scottish and Irish", "clean")),
        ("log_did <= -1e-1 for a+b", ("log_did", 1, -0.1, "a+b", None)),
    ],
)
def test_a_claim_is_read(text: str, claim: tuple[str, int, float, str | None, str | None]) -> None:
    found = parse_claim(text)
    assert (found.measure, found.sign, found.limit, found.group, found.where) == claim
    assert found.text == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read; a claim reads MEASURE >= NUMBER"),
        ("wer < 0.3", "cannot be read"),
        ("wer <= 0.3 in clean", "cannot be read"),
        ("wer <= 0.3 for", "cannot be read"),
        ("wr <= 0.3", "there is no measure 'wr'; allowed: delta_wer, did, f1, gap, log_did, wer (did you mean 'wer'?)"),
        ("wer <= much", "'much' is not a number"),
        ("wer <= nan", "the bound of wer lies from 0 to 1"),
        ("wer <= 15", "Write 15 % or 0.15"),
        ("log_did <= 11", "lies from -10 to 10."),
        ("gap <= 0.1 for en-us under clean", "leave out 'for en-us'"),
        ("gap <= 0.1 for every group", "leave out 'for every group'"),
        ("did <= 0.1 under clean", "a change against clean; name another condition"),
    ],
)
def test_a_wrong_claim_is_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_claim(text)
    assert said in str(refused.value)
    assert str(refused.value).startswith("The claim ")


@given(
    st.sampled_from(["wer", "f1", "did", "log_did"]),
    st.sampled_from([None, "en-us", "a+b"]),
    st.sampled_from(["at_most", "at_least"]),
    st.integers(0, 1000),
)
def test_a_declared_claim_reads_as_its_text(measure: str, group: str | None, side: str, thousandths: int) -> None:
    declared = Claim.from_mapping({"measure": measure, "condition": BABBLE, "group": group, side: thousandths / 1000})
    found = parse_claim(declared.text)
    assert found == WrittenClaim(declared.text, measure, declared.sign, declared.limit, group, BABBLE)


@given(st.text(max_size=40))
def test_any_text_is_a_claim_or_is_refused(text: str) -> None:
    with suppress(ConfigError):
        assert parse_claim(text).measure in MEASURES


@pytest.mark.parametrize(
    ("where", "stands_for"),
    [
        ("clean", {"clean"}),
        (BABBLE, {BABBLE}),
        ("ward_babble", {BABBLE, "noise=ward_babble/snr_db=20"}),
        ("noise=ward_babble", {BABBLE, "noise=ward_babble/snr_db=20"}),
        ("snr_db=10.0", {BABBLE, "noise=mri/snr_db=10"}),
        ("night", {"noise=mri/snr_db=10"}),
        ("stress", {"voice=stress@mild/device=handset", "voice=stress@hard"}),
        ("stress@hard", {"voice=stress@hard"}),
        ("handset", {"voice=stress@mild/device=handset"}),
    ],
)
def test_a_name_stands_for_conditions(where: str, stands_for: set[str]) -> None:
    assert conditions_of(where, LABELS, SCENES) == stands_for


@pytest.mark.parametrize("where", ["ward_bable", "snr_db=11", "snr_db=loud", "noise=", "10", "ward_babble@mild"])
def test_an_unknown_condition_is_a_sentence(where: str) -> None:
    names = "allowed: clean, every condition, handset, mri, night"
    with pytest.raises(ConfigError, match=f"There is no condition .*{names}"):
        conditions_of(where, LABELS, SCENES)


def test_every_label_stands_for_itself() -> None:
    conditions = [CLEAN, Condition(noise="n", snr_db=-2.5), Condition(voice="v@a", noise="n", snr_db=5, channel="c")]
    labels = {c.label for c in conditions}
    assert all(conditions_of(label, labels, []) == {label} for label in labels)


def test_claims_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "claims.txt"
    file.write_text("# declared in May\n\nwer <= 0.1 under clean  # quiet\ngap <= 10 %\n", encoding="utf-8")
    assert [c.text for c in read_claims(file)] == ["wer <= 0.1 under clean", "gap <= 10 %"]
    file.write_text("wer <= 0.1\nwer = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"claims.txt:2: The claim 'wer = 3' cannot be read"):
        list(read_claims(file))
