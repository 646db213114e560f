# SPDX-License-Identifier: Apache-2.0
"""SpeakerCounts: one row a speaker, and no way around it."""

import inspect

import numpy as np
import pytest

import stresstest.statistics as statistics
from stresstest.statistics import PairedCounts, SpeakerCounts


def table() -> SpeakerCounts:
    errors = np.array([[1.0, 2], [3, 0], [5, 6]])
    return SpeakerCounts(("x", "y", "z"), ("b", "a", "b"), errors, np.array([[10.0, 10], [10, 0], [20, 20]]))


def test_totals_and_sizes_go_by_sorted_group() -> None:
    errors, words = table().totals()
    assert table().names == ("a", "b")
    assert errors.tolist() == [[3, 0], [6, 8]]
    assert words.tolist() == [[10, 0], [30, 30]]
    assert table().sizes().tolist() == [[1, 0], [2, 2]]


def test_keep_and_columns_select() -> None:
    kept = table().of("b").columns([1])
    assert (kept.speakers, kept.errors.tolist()) == (("x", "z"), [[2], [6]])


def test_counts_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="read-only"):
        table().errors[0, 0] = 9


def test_utterances_in_place_of_speakers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"4 rows of 2 speakers\. Sum the utterances of each speaker first"):
        SpeakerCounts(("x", "x", "y", "y"), ("a", "a", "b", "b"), np.ones((4, 1)), np.full((4, 1), 9.0))


@pytest.mark.parametrize("bad", [np.array([[-1.0]]), np.array([[np.nan]]), np.array([[np.inf]])])
def test_impossible_counts_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite counts from 0 up"):
        SpeakerCounts(("x",), ("a",), bad, np.ones((1, 1)))


def test_unequal_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got \(1, 2\), \(1, 1\), 1 names and 1 groups"):
        SpeakerCounts(("x",), ("a",), np.ones((1, 2)), np.ones((1, 1)))


def test_an_utterance_level_interval_of_a_gap_cannot_be_asked_for() -> None:
    """Whatever infers a gap or a change takes speakers' counts, and no function has a unit of chance to choose."""
    for name in ("gaps", "describe_gap", "permutation_gaps", "crossfit_gaps", "rate_intervals"):
        first = next(iter(inspect.signature(getattr(statistics, name), eval_str=True).parameters.values()))
        assert first.annotation is SpeakerCounts, name
    for name in ("change", "difference_in_differences", "log_ratio_difference"):
        first = next(iter(inspect.signature(getattr(statistics, name), eval_str=True).parameters.values()))
        assert first.annotation is PairedCounts, name
    functions = [f for n in statistics.__all__ if inspect.isfunction(f := getattr(statistics, n))]
    parameters = {p for f in functions for p in inspect.signature(f).parameters}
    assert not {p for p in parameters if "utterance" in p or p in ("unit", "cluster", "by")}
