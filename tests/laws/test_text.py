# SPDX-License-Identifier: Apache-2.0
"""Laws of normalization and alignment; jiwer is the oracle of the counts."""

from functools import cache

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.text import NORMALIZERS, count_edits, count_edits_batch, normalizer
from stresstest.text.compounds import MOST_PARTS, count_edits_merged

words = st.lists(st.sampled_from(["a", "b", "c", "ward", "bed", "five"]), max_size=14)
pieces = st.lists(st.sampled_from(["a", "b", "ab", "aa", "aab", "x", "1", "11"]), max_size=7)
SPOKEN = (
    "um hmm mm 5 5mm mhm two one oh 1 10 point and a half hundred double o'clock Mario's it's don't $0.5 $ % "
    "archaeology colour st. mr (x) [y] <z 1,5 21st é uh-huh"
)
spoken = st.lists(st.sampled_from(SPOKEN.split()), max_size=6).map(" ".join)
TREATMENTS = [(name, fillers) for name in NORMALIZERS for fillers in ("keep", "drop")]


@settings(deadline=None)
@given(words.filter(bool), words)
def test_all_four_counts_equal_jiwers(reference: list[str], hypothesis: list[str]) -> None:
    oracle = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    expected = (oracle.hits, oracle.substitutions, oracle.deletions, oracle.insertions)
    assert count_edits(reference, hypothesis) == expected


@settings(deadline=None)
@given(st.lists(st.tuples(words.filter(bool), words), min_size=1, max_size=6))
def test_a_batch_sums_to_jiwers_totals(pairs: list[tuple[list[str], list[str]]]) -> None:
    references, hypotheses = [" ".join(r) for r, _ in pairs], [" ".join(h) for _, h in pairs]
    oracle = jiwer.process_words(references, hypotheses)
    expected = [oracle.hits, oracle.substitutions, oracle.deletions, oracle.insertions]
    assert count_edits_batch(references, hypotheses).sum(axis=0).tolist() == expected


@settings(deadline=None)
@given(words, words)
def test_the_counts_account_for_every_word(reference: list[str], hypothesis: list[str]) -> None:
    hits, substitutions, deletions, insertions = count_edits(reference, hypothesis)
    assert hits + substitutions + deletions == len(reference)
    assert hits + substitutions + insertions == len(hypothesis)


@settings(deadline=None)
@given(words, words)
def test_exchanging_the_sides_keeps_the_distance(reference: list[str], hypothesis: list[str]) -> None:
    assert sum(count_edits(reference, hypothesis)[1:]) == sum(count_edits(hypothesis, reference)[1:])


@settings(deadline=None)
@given(st.text(max_size=60))
def test_basic_is_idempotent(text: str) -> None:
    once = normalizer("basic")(text)
    assert normalizer("basic")(once) == once


@settings(deadline=None)
@given(st.text(max_size=60))
def test_basic_leaves_single_spaces_and_no_outer_apostrophe(text: str) -> None:
    once = normalizer("basic")(text)
    assert once == " ".join(once.split())
    assert all(word == word.strip("'") for word in once.split())


@settings(deadline=None)
@given(st.text(max_size=40))
def test_basic_does_not_tell_case_apart(text: str) -> None:
    assert normalizer("basic")(text.casefold()) == normalizer("basic")(text)


@pytest.mark.parametrize(("name", "fillers"), [t for t in TREATMENTS if t[0] != "whisper_original"])
@settings(deadline=None)
@given(st.one_of(spoken, st.text(max_size=30)))
def test_a_normalizer_is_idempotent_with_fillers_and_without(name: str, fillers: str, text: str) -> None:
    normalize = normalizer(name, fillers)
    once = normalize(text)
    assert normalize(once) == once == " ".join(once.split())


def test_the_released_normalizer_is_not_idempotent() -> None:
    """The law above can fail: this is the normalizer that it would catch."""
    normalize = normalizer("whisper_original")
    assert normalize(normalize("two 1")) != normalize("two 1")


@pytest.mark.parametrize(("name", "fillers"), TREATMENTS)
@settings(deadline=None, max_examples=50)
@given(spoken, spoken)
def test_counts_equal_jiwers_under_each_normalizer(name: str, fillers: str, reference: str, hypothesis: str) -> None:
    normalize = normalizer(name, fillers)
    words, heard = normalize(reference), normalize(hypothesis)
    if words:
        oracle = jiwer.process_words(words, heard)
        expected = (oracle.hits, oracle.substitutions, oracle.deletions, oracle.insertions)
        assert count_edits(words.split(), heard.split()) == expected


def fewest_errors(reference: tuple[str, ...], hypothesis: tuple[str, ...]) -> int:
    """The definition, word by word from the front, with nothing thought of beforehand."""

    def spells(apart: tuple[str, ...], together: str) -> bool:
        return "".join(apart) == together and not any(c.isdigit() for c in together)

    @cache
    def rest(r: tuple[str, ...], h: tuple[str, ...]) -> int:
        if not r or not h:
            return len(r) + len(h)
        found = [1 + rest(r[1:], h), 1 + rest(r, h[1:]), (r[0] != h[0]) + rest(r[1:], h[1:])]
        for n in range(2, MOST_PARTS + 1):
            if len(r) >= n and spells(r[:n], h[0]):
                found.append(rest(r[n:], h[1:]))
            if len(h) >= n and spells(h[:n], r[0]):
                found.append(rest(r[1:], h[n:]))
        return min(found)

    return rest(reference, hypothesis)


@settings(deadline=None)
@given(pieces, pieces)
def test_merged_compounds_leave_the_fewest_errors_that_there_can_be(r: list[str], h: list[str]) -> None:
    assert sum(count_edits_merged(r, h)[1:]) == fewest_errors(tuple(r), tuple(h))


@settings(deadline=None)
@given(pieces, pieces)
def test_merging_keeps_the_words_and_never_adds_an_error(r: list[str], h: list[str]) -> None:
    hits, substitutions, deletions, insertions = count_edits_merged(r, h)
    assert hits + substitutions + deletions == len(r)
    assert min(hits, substitutions, deletions, insertions) >= 0
    assert substitutions + deletions + insertions <= sum(count_edits(r, h)[1:])
    assert sum(count_edits_merged(h, r)[1:]) == substitutions + deletions + insertions


@settings(deadline=None)
@given(st.lists(st.sampled_from(["ward", "bed", "give", "x"]), min_size=1, max_size=12), st.data())
def test_words_written_together_cost_nothing(reference: list[str], data: st.DataObject) -> None:
    hypothesis: list[str] = []
    rest = list(reference)
    while rest:
        n = data.draw(st.integers(1, min(MOST_PARTS, len(rest))))
        hypothesis.append("".join(rest[:n]))
        rest = rest[n:]
    assert count_edits_merged(reference, hypothesis) == (len(reference), 0, 0, 0)
    assert sum(count_edits_merged(hypothesis, reference)[1:]) == 0
