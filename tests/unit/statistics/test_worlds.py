# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.statistics.worlds import GroupLaw

laws = st.builds(
    GroupLaw,
    threshold_db=st.floats(-10, 10), slope_per_db=st.floats(0.05, 1), floor=st.floats(0, 0.3),
    ceiling=st.floats(0.3, 1), speaker_cv=st.floats(0, 1), response_cv=st.floats(0, 0.5),
    correlation=st.floats(0, 0.5), insertion_share=st.floats(0, 1), deletion_share=st.floats(0, 1),
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(laws, st.sampled_from([None, -20.0, 0.0, 15.0]), st.integers(0, 2**32))
def test_drawn_counts_are_those_of_an_alignment_that_can_be_written(
    law: GroupLaw, snr_db: float | None, seed: int
) -> None:
    rng, words = np.random.default_rng(seed), np.arange(20)
    hits, substituted, deleted, inserted = law.draw(law.nominal(snr_db), 2.0, words, rng).T
    assert (hits + substituted + deleted == words).all()
    assert min(hits.min(), substituted.min(), deleted.min(), inserted.min()) >= 0
    assert not (deleted * inserted).any()


@pytest.mark.parametrize("nominal", [0.05, 0.3, 0.9, 1.5])
@pytest.mark.parametrize(
    "law", [GroupLaw(), GroupLaw(speaker_cv=1, correlation=0.2), GroupLaw(speaker_cv=0, response_cv=0)]
)
def test_the_expected_rate_is_the_mean_of_many_speakers(law: GroupLaw, nominal: float) -> None:
    """Also where the share of wrong words is held at 1; with one percent of bias this fails."""
    rng = np.random.default_rng(5)
    factors = law.speaker_factors(rng, (200_000,)) * law.response_factors(rng, (200_000,))
    counts = law.draw(nominal, factors, 20, rng)
    rates = counts[:, 1:].sum(axis=1) / 20
    assert rates.mean() == pytest.approx(law.expected(nominal), abs=4 * rates.std() / np.sqrt(rates.size))


def test_speakers_vary_as_much_as_they_are_told_to() -> None:
    rng = np.random.default_rng(0)
    factors = GroupLaw(speaker_cv=0.7).speaker_factors(rng, (200_000,))
    assert factors.mean() == pytest.approx(1, abs=0.01)
    assert factors.std() == pytest.approx(0.7, abs=0.02)


def test_words_of_an_utterance_are_alike_by_the_correlation() -> None:
    """Variance of the wrong words of n: n p (1 - p) (1 + (n - 1) ρ), the beta-binomial's."""
    law = GroupLaw(correlation=0.1, insertion_share=0)
    wrong = law.draw(0.2, 1.0, np.full(200_000, 10), np.random.default_rng(1))[:, 1:].sum(axis=1)
    assert wrong.var() == pytest.approx(10 * 0.2 * 0.8 * (1 + 9 * 0.1), rel=0.02)


def test_the_curve_goes_from_floor_to_ceiling_through_its_threshold() -> None:
    law = GroupLaw(threshold_db=3, slope_per_db=0.5, floor=0.1, ceiling=0.9)
    assert law.nominal(3) == pytest.approx(0.5)
    assert law.nominal(None) == 0.1
    assert law.nominal(100) == pytest.approx(0.1)
    assert law.nominal(-2000) == pytest.approx(0.9)
    assert law.nominal(7, shift_db=4) == law.nominal(3)
    assert law.nominal(3, factor=2) == 2 * law.nominal(3)


@pytest.mark.parametrize(
    "wrong",
    [{"floor": 0.9, "ceiling": 0.1}, {"correlation": 1}, {"speaker_cv": -1}, {"floor": "a"}, {"insertion_share": 2},
     {"slope_per_db": float("nan")}, {"failure_rate": True}],
)  # fmt: skip
def test_a_law_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GroupLaw(**wrong)
