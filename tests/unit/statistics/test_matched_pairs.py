# SPDX-License-Identifier: Apache-2.0
"""MAPSSWE: its segments by hand and by brute force, its z by scipy, and why no verdict is read from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stresstest.seeds import rng_for
from stresstest.statistics.changes import PairedCounts
from stresstest.statistics.matched_pairs import Ints, matched_pairs, segments
from stresstest.statistics.paired_systems import flip_test
from stresstest.text import count_edits
from stresstest.text.error_places import error_places

REFERENCE = ["set", "the", "pump", "to", "ten", "give", "the", "patient", "two", "units", "in", "room", "four", "now"]
SYSTEM_A = ["the", "pump", "to", "ten", "give", "her", "patient", "two", "unit", "in", "room", "four", "or", "now"]
SYSTEM_B = ["set", "the", "pump", "two", "ten", "give", "the", "patient", "in", "room", "four", "now"]
"""Four segments, as the definition cuts them by hand: | set | to | the … units | or |."""
WORDS = st.lists(st.sampled_from("abc"), max_size=12)


def of_texts(reference: list[str], first: list[str], second: list[str]) -> list[list[int]]:
    return one(error_places(reference, first), error_places(reference, second))


def one(first: Ints, second: Ints) -> list[list[int]]:
    found: list[list[int]] = segments([first], [second])[0].tolist()
    return found


def test_an_utterance_cut_and_tested_by_hand() -> None:
    found = of_texts(REFERENCE, SYSTEM_A, SYSTEM_B)
    assert found == [[1, 0], [0, 1], [2, 2], [1, 0]]
    test = matched_pairs(np.array(found))
    assert test is not None
    assert test.mean == -0.25  # (-1 + 1 + 0 - 1) / 4
    squares = 0.75**2 + 1.25**2 + 0.25**2 + 0.75**2  # of -1, 1, 0, -1 around their mean
    assert test.z == pytest.approx(-0.25 / np.sqrt(squares / 3 / 4))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a b c d", "a b c d", []),
        ("x b c d", "a b c x", [[1, 0], [0, 1]]),  # two right words end a segment
        ("x b x d", "a b c d", [[2, 0]]),  # one does not
        ("a b x c d", "a b c d", [[1, 0]]),
        ("x b y c d", "a b c d", [[2, 0]]),  # an insertion breaks the run of right words
        ("a b c d x y", "x a b c d", [[0, 1], [2, 0]]),
        ("", "a b c d", [[4, 0]]),
    ],
)
def test_segments_by_hand(first: str, second: str, expected: list[list[int]]) -> None:
    assert of_texts(["a", "b", "c", "d"], first.split(), second.split()) == expected


def by_walking(first: list[int], second: list[int]) -> list[list[int]]:
    """The definition word by word: collect errors, close after two right words without an insertion between."""
    found: list[list[int]] = []
    current, right = [0, 0], 2
    for place, errors in enumerate(zip(first, second, strict=True)):
        if any(errors):
            if right >= 2 and any(current):
                found.append(current)
                current = [0, 0]
            current = [current[0] + errors[0], current[1] + errors[1]]
            right = 0
        elif place % 2:
            right += 1
    return [*found, current] if any(current) else found


@given(WORDS, WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_segments_hold_every_error_once_and_agree_with_walking(r: list[str], a: list[str], b: list[str]) -> None:
    first, second = error_places(r, a), error_places(r, b)
    found = one(first, second)
    assert first.sum() == sum(count_edits(r, a)[1:])
    assert first[1::2].sum() + count_edits(r, a)[0] == len(r)
    assert np.reshape(found, (-1, 2)).sum(axis=0).tolist() == [first.sum(), second.sum()]
    assert found == by_walking(first.tolist(), second.tolist())
    assert [pair[::-1] for pair in one(second, first)] == found


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=5))
@settings(deadline=None)
def test_no_segment_spans_two_utterances(texts: list[tuple[list[str], list[str], list[str]]]) -> None:
    places = [(error_places(r, a), error_places(r, b)) for r, a, b in texts]
    errors, which = segments([a for a, _ in places], [b for _, b in places])
    expected = [(k, pair) for k, (a, b) in enumerate(places) for pair in one(a, b)]
    assert list(zip(which.tolist(), errors.tolist(), strict=True)) == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=30))
@settings(deadline=None)
def test_z_is_scipys_paired_statistic_against_the_normal(pairs: list[tuple[int, int]]) -> None:
    errors = np.array(pairs)
    found = matched_pairs(errors)
    assert found is not None
    differences = errors[:, 1] - errors[:, 0]
    if len(set(differences.tolist())) == 1:
        assert (found.z, found.p_value) == (None, None)
        return
    expected = stats.ttest_rel(errors[:, 1], errors[:, 0]).statistic
    assert found.z == pytest.approx(expected, abs=1e-12)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(expected)), abs=1e-12)


@pytest.mark.parametrize("split", range(5))
def test_the_figures_that_nist_publishes_with_its_toolkit(split: int) -> None:
    """SCTK, src/sclite/testdata/base_sc_stats/test1a.stats.mapsswe and test1b, whose systems are swapped.

    Published: 3 segments; 9 and 7 errors in all; in one segment the second system has none, in two both have some;
    mean 0.667, standard deviation 0.577, Z 2.000. These fix the segments but for how two of them share the rest.
    """
    published = np.array([[1, 0], [2 + split, 1 + split], [6 - split, 6 - split]])
    assert published.sum(axis=0).tolist() == [9, 7]
    test, swapped = matched_pairs(published), matched_pairs(published[:, ::-1])
    assert test is not None
    assert test.z is not None
    assert swapped is not None
    assert (test.segments, round(-test.mean, 3), round(-test.z, 3)) == (3, 0.667, 2.0)
    assert (round(swapped.mean, 3), round(test.mean / test.z * np.sqrt(3), 3)) == (0.667, 0.577)


def test_nothing_to_compare_is_none_and_equal_differences_have_no_z() -> None:
    assert matched_pairs(np.empty((0, 2), np.int64)) is None
    alone = matched_pairs(np.array([[1, 0]]))
    assert alone is not None
    assert (alone.segments, alone.mean, alone.z) == (1, -1.0, None)


def test_it_finds_differences_that_are_not_there_where_systems_suit_speakers_differently() -> None:
    """Systems equal over people, each speaker better with one of them: segments reject far too often, speakers not."""
    rejected = {"segments": 0, "speakers": 0}
    worlds, speakers, each = 200, 12, 60
    for world in range(worlds):
        rng = rng_for(world, "matched pairs")
        taste = rng.choice([-1.0, 1.0], speakers) * 0.25
        drawn = rng.random((speakers, each, 2)) < np.stack([0.5 + taste, 0.5 - taste], 1)[:, None]
        found = matched_pairs(drawn.reshape(-1, 2).astype(np.int64))
        a, b = drawn.sum(axis=1).T.astype(float)
        words = np.full(speakers, 10.0 * each)
        flips = flip_test(PairedCounts(b, words, a, words), rng, 500)
        assert found is not None
        assert flips is not None
        rejected["segments"] += (found.p_value or 1.0) <= 0.05
        rejected["speakers"] += flips.p_value <= 0.05
    assert rejected["segments"] / worlds > 0.3
    assert rejected["speakers"] / worlds <= 0.1
