# SPDX-License-Identifier: Apache-2.0
"""The permutation null against every partition of a small table."""

import itertools

import numpy as np
import pytest
import scipy.stats

from stresstest.statistics import SpeakerCounts, permutation_gaps
from stresstest.statistics.permutation import gaps_under, p_values, spread

ERRORS, WORDS = np.array([1.0, 2, 4, 8, 16, 3, 9]), np.array([20.0, 30, 20, 25, 40, 20, 35])


def table() -> SpeakerCounts:
    return SpeakerCounts(tuple("tuvwxyz"), ("a",) * 4 + ("b",) * 3, ERRORS[:, None], WORDS[:, None])


def all_partitions() -> np.ndarray:
    values = []
    for some in itertools.combinations(range(7), 3):
        b = np.isin(np.arange(7), some)
        values.append(abs(ERRORS[b].sum() / WORDS[b].sum() - ERRORS[~b].sum() / WORDS[~b].sum()))
    return np.array(values)


def test_all_35_partitions_are_equally_likely() -> None:
    values, expected = np.unique(np.round(all_partitions(), 12), return_counts=True)
    found = permutation_gaps(table(), np.random.default_rng(0), 7000)[:, 0]
    seen, counts = np.unique(np.round(found, 12), return_counts=True)
    assert seen.tolist() == values.tolist()
    assert scipy.stats.chisquare(counts, expected * 200).pvalue > 0.001


def test_p_is_near_the_exact_one() -> None:
    observed = gaps_under(table().codes[None], table())[0]
    exact = (all_partitions() >= observed - 1e-12).mean()
    found = p_values(observed, permutation_gaps(table(), np.random.default_rng(1), 7000))
    assert found[0] == pytest.approx(exact, abs=0.02)


def test_p_counts_ties_and_is_never_zero() -> None:
    null = np.array([[0.1], [0.2], [0.3]])
    assert p_values(np.array([0.2]), null) == pytest.approx(3 / 4)
    assert p_values(np.array([0.9]), null) == pytest.approx(1 / 4)


def test_speakers_all_alike_give_p_one() -> None:
    alike = SpeakerCounts(tuple("uvwxyz"), tuple("ababab"), np.full((6, 1), 3.0), np.full((6, 1), 30.0))
    null = permutation_gaps(alike, np.random.default_rng(0), 200)
    assert p_values(np.zeros(1), null) == 1


def test_conditions_move_together() -> None:
    two = SpeakerCounts(
        tuple("tuvwxyz"), table().groups, np.stack([ERRORS, 3 * ERRORS], 1), np.stack([WORDS, WORDS], 1)
    )
    null = permutation_gaps(two, np.random.default_rng(0), 300)
    assert null[:, 1] == pytest.approx(3 * null[:, 0])


def test_chunks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = permutation_gaps(table(), np.random.default_rng(0), 50)
    monkeypatch.setattr("stresstest.statistics.permutation._CHUNK", 30)
    assert (permutation_gaps(table(), np.random.default_rng(0), 50) == whole).all()


def test_groups_without_words_are_passed_over() -> None:
    nan = np.nan
    assert spread(np.array([[0.1, nan, 0.4], [nan, 0.2, nan]]), axis=1) == pytest.approx([0.3, nan], nan_ok=True)
