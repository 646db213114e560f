# SPDX-License-Identifier: Apache-2.0
"""Sentences drawn from a JSGF grammar."""

from __future__ import annotations

from pathlib import Path

import pytest

from stresstest.corpora._jsgf import read_grammar
from stresstest.errors import CorpusError
from stresstest.places import data_folder
from stresstest.seeds import rng_for

HEADER = "#JSGF V1.0 UTF-8 en;\ngrammar test;\n"


def written(folder: Path, rules: str) -> Path:
    path = folder / "test.gram"
    path.write_text(HEADER + rules)
    return path


def language(path: Path, draws: int = 400) -> set[str]:
    grammar = read_grammar(path)
    rng = rng_for(0, "test")
    return {grammar.sentence(rng) for _ in range(draws)}


def test_every_sentence_of_a_small_language_is_drawn_and_no_other(tmp_path: Path) -> None:
    path = written(tmp_path, "public <s> = a ( b | <c> ) [ d ] e; // comment\n<c> = x y /* another */ | z;")
    assert language(path) == {f"a {m}{d} e" for m in ("b", "x y", "z") for d in ("", " d")}


def test_alternatives_are_equally_likely(tmp_path: Path) -> None:
    grammar = read_grammar(written(tmp_path, "public <s> = a | b | c;"))
    rng = rng_for(0, "test")
    drawn = [grammar.sentence(rng) for _ in range(3000)]
    # three standard deviations of a binomial count with p = 1/3
    assert all(abs(drawn.count(word) - 1000) < 3 * 25.8 for word in "abc")


def test_the_start_is_the_first_public_rule(tmp_path: Path) -> None:
    assert language(written(tmp_path, "<a> = one; public <b> = two; public <c> = three;"), 20) == {"two"}


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("public <s> = a <t>;", "<t>, which is not defined"),
        ("public <s> = a <s>;", "leads back to itself"),
        ("public <s> = a+;", "cannot draw"),
        ("public <s> = a*;", "cannot draw"),
        ("public <s> = /2/ a | /1/ b;", "cannot draw"),
        ("public <s> = ( a | b;", r"a '\(' without its '\)'"),
        ("public <s> = a | ;", "empty alternative"),
        ("public <s> = a ) b;", "unexpected"),
        ("<s> = a;", "no rule is public"),
        ("import <other.rule>; public <s> = a;", "cannot draw"),
    ],
)
def test_what_has_no_bounded_language_is_refused(tmp_path: Path, rules: str, says: str) -> None:
    with pytest.raises(CorpusError, match=says):
        read_grammar(written(tmp_path, rules))


@pytest.mark.parametrize("name", ["ward_orders", "ward_visitors", "digit"])
def test_the_grammars_that_come_along_can_be_drawn_from(name: str) -> None:
    assert len(language(data_folder("conf") / "grammars" / f"{name}.gram")) >= 10
