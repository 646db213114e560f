# SPDX-License-Identifier: Apache-2.0
"""Strata of texts: long ones apart from short ones, and rare words from common ones."""

from stresstest.text.difficulty import strata

COMMON = [
    "the cat",
    "the dog",
    "the mat",
    "the cat and the dog",
    "the dog and the cat",
    "the mat and the dog and the cat",
]


def stratum(texts: list[str]) -> dict[str, str]:
    names, codes = strata(texts)
    return {text: names[code] for text, code in zip(texts, codes, strict=True)}


def test_length_is_by_thirds_of_the_distinct_texts() -> None:
    found = stratum(["a", "a", "a", "a b", "a b c", "a b c d", "a b c d e", "a b c d e f"])
    assert [found[t].split(",")[0] for t in ("a", "a b", "a b c", "a b c d", "a b c d e", "a b c d e f")] == [
        "short", "short", "middling", "middling", "long", "long",
    ]  # fmt: skip


def test_a_text_of_words_that_no_other_text_has_is_rare_among_its_length() -> None:
    found = stratum([*COMMON, "omeprazole tablets"])
    assert found["omeprazole tablets"] == "short, rare words"
    assert found["the cat"] == "short, common words"


def test_readings_do_not_make_a_word_frequent() -> None:
    once = stratum([*COMMON, "omeprazole tablets"])
    assert stratum([*COMMON, *["omeprazole tablets"] * 50]) == once


def test_the_order_does_not_matter_and_equal_texts_share_a_stratum() -> None:
    texts = [*COMMON, *COMMON[::-1], "omeprazole tablets"]
    assert stratum(texts) == stratum(sorted(texts))


def test_texts_that_are_all_alike_are_one_stratum() -> None:
    assert len(set(strata(["yes no"] * 5)[1].tolist())) == 1
    assert len(set(strata(["", ""])[1].tolist())) == 1
