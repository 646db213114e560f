# SPDX-License-Identifier: Apache-2.0
"""Laws of normalization and alignment; jiwer is the oracle of the counts."""

import jiwer
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.text import count_edits, count_edits_batch, normalizer

words = st.lists(st.sampled_from(["a", "b", "c", "ward", "bed", "five"]), max_size=14)


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
