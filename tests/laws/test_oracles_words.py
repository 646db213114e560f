# SPDX-License-Identifier: Apache-2.0
"""Word counts beside three other scorers: jiwer, kaldialign, and a plain table of every cheapest alignment."""

from collections.abc import Sequence

import jiwer
import kaldialign
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stresstest.text import count_edits, count_edits_batch

Counts = tuple[int, int, int, int]

few_words = st.lists(st.sampled_from(["a", "b", "c", "ward"]), max_size=9)
any_words = st.lists(st.text(st.characters(categories=("L", "N", "M", "S")), min_size=1, max_size=4), max_size=12)
texts = few_words | any_words
often = settings(deadline=None, max_examples=150)


def cheapest(reference: Sequence[str], hypothesis: Sequence[str]) -> set[Counts]:
    """All four counts of every alignment with the fewest edits (Wagner & Fischer 1974)."""

    def best(options: list[Counts]) -> set[Counts]:
        fewest = min(sum(o[1:]) for o in options)
        return {o for o in options if sum(o[1:]) == fewest}

    row: list[set[Counts]] = [{(0, 0, 0, j)} for j in range(len(hypothesis) + 1)]
    for i, spoken in enumerate(reference, 1):
        above, row = row, [{(0, 0, i, 0)}]
        for j, heard in enumerate(hypothesis, 1):
            same = spoken == heard
            diagonal = [(h + same, s + (not same), d, n) for h, s, d, n in above[j - 1]]
            deleted = [(h, s, d + 1, n) for h, s, d, n in above[j]]
            inserted = [(h, s, d, n + 1) for h, s, d, n in row[j - 1]]
            row.append(best([*diagonal, *deleted, *inserted]))
    return row[-1]


@often
@given(texts, texts)
@example(["a", "b"], ["b", "a"])  # one hit and two gaps, or two substitutions
@example([], ["a"])
@example(["a"], [])
def test_the_counts_are_those_of_a_cheapest_alignment(reference: list[str], hypothesis: list[str]) -> None:
    assert count_edits(reference, hypothesis) in cheapest(reference, hypothesis)


def test_the_table_of_alignments_would_catch_a_greedy_scorer() -> None:
    """A scorer that compares word by word counts four substitutions where two gaps do."""
    reference, hypothesis = ["a", "b", "c", "d"], ["b", "c", "d", "a"]
    greedy = (0, 4, 0, 0)
    assert greedy not in cheapest(reference, hypothesis) == {(3, 0, 1, 1)}
    assert count_edits(reference, hypothesis) == (3, 0, 1, 1)


@often
@given(texts, texts)
def test_the_edits_are_as_many_as_kaldis(reference: list[str], hypothesis: list[str]) -> None:
    kaldi = kaldialign.edit_distance(reference, hypothesis)
    hits, substitutions, deletions, insertions = count_edits(reference, hypothesis)
    assert substitutions + deletions + insertions == kaldi["total"]
    assert (hits, substitutions, deletions, insertions) in cheapest(reference, hypothesis)
    assert deletions - insertions == kaldi["del"] - kaldi["ins"]


@often
@given(any_words.filter(bool), any_words)
def test_any_script_is_counted_as_by_jiwer(reference: list[str], hypothesis: list[str]) -> None:
    keep = jiwer.Compose([jiwer.ReduceToListOfListOfWords()])
    oracle = jiwer.process_words(" ".join(reference), " ".join(hypothesis), keep, keep)
    expected = (oracle.hits, oracle.substitutions, oracle.deletions, oracle.insertions)
    assert count_edits(reference, hypothesis) == expected


@often
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_a_batch_is_scored_as_each_of_its_pairs(pairs: list[tuple[list[str], list[str]]]) -> None:
    batch = count_edits_batch([" ".join(r) for r, _ in pairs], [" ".join(h) for _, h in pairs])
    assert [tuple(row) for row in batch.tolist()] == [count_edits(r, h) for r, h in pairs]
